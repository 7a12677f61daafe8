/**
 * Tools that answer with one kind of content each.
 * They exist because the public conformance suite asks for them by name.
 * Invariant: no input, no state.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { type Content, defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { annotations, image, sound } from '../fixtures.js';
import { plainTool } from './plain-tool.js';

function answering(name: string, title: string, answer: { text: string; content?: readonly Content[] }) {
  return plainTool(name, title, async () => ({ structured: {}, ...answer }));
}

const picture = { type: 'image', data: image, mimeType: 'image/png' } as const;
const embedded = (uri: string, mimeType: string, text: string) =>
  ({ type: 'resource', resource: { uri, mimeType, text } }) as const;

const failing = defineTool({
  name: 'test_error_handling',
  title: 'A failure',
  description: 'Fails.',
  input: z.object({}),
  output: z.object({}),
  annotations,
  run: async (_args, _context: ToolContext<Services>) => {
    throw new LmcpError('LMCP_INVALID_PARAMS', 'This tool intentionally returns an error for testing');
  },
});

export const contentTools = [
  answering('test_simple_text', 'Text', { text: 'This is a simple text response for testing.' }),
  answering('test_image_content', 'An image', { text: '', content: [picture] }),
  answering('test_audio_content', 'A sound', {
    text: '',
    content: [{ type: 'audio', data: sound, mimeType: 'audio/wav' }],
  }),
  answering('test_embedded_resource', 'A resource', {
    text: '',
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }),
  answering('test_multiple_content_types', 'Several kinds of content', {
    text: 'Multiple content types test:',
    content: [
      picture,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }),
  failing,
];
