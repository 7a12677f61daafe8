/**
 * Prompts that the public conformance suite asks for by name.
 * They exist to be filled in.
 * Invariant: constant but for their arguments.
 */
import { z } from 'zod';
import { definePrompt, type PromptMessage, type RequestContext } from '../../protocol/index.js';
import type { Services } from '../../runtime/index.js';
import { image } from './fixtures.js';
import { oneField } from './tools/questions.js';

type Context = RequestContext<Services>;

const text = (said: string): PromptMessage => ({ role: 'user', content: { type: 'text', text: said } });

export const prompts = [
  definePrompt({
    name: 'test_simple_prompt',
    title: 'Without arguments',
    description: 'A simple prompt without arguments.',
    arguments: z.object({}),
    messages: async (_args, _context: Context) => [text('This is a simple prompt for testing.')],
  }),
  definePrompt({
    name: 'test_prompt_with_arguments',
    title: 'With arguments',
    description: 'A prompt with required arguments.',
    arguments: z.object({
      arg1: z.string().describe('First test argument'),
      arg2: z.string().describe('Second test argument'),
    }),
    messages: async ({ arg1, arg2 }, _context: Context) => [
      text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`),
    ],
    complete: async ({ value }) => ['paris', 'park', 'party'].filter((it) => it.startsWith(value)),
  }),
  definePrompt({
    name: 'test_prompt_with_embedded_resource',
    title: 'With a resource',
    description: 'A prompt that includes a resource.',
    arguments: z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    messages: async ({ resourceUri: uri }, _context: Context) => [
      {
        role: 'user',
        content: {
          type: 'resource',
          resource: { uri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' },
        },
      },
      text('Please process the embedded resource above.'),
    ],
  }),
  definePrompt({
    name: 'test_prompt_with_image',
    title: 'With an image',
    description: 'A prompt that includes an image.',
    arguments: z.object({}),
    messages: async (_args, _context: Context) => [
      { role: 'user', content: { type: 'image', data: image, mimeType: 'image/png' } },
      text('Please analyze the image above.'),
    ],
  }),
  definePrompt({
    name: 'test_input_required_result_prompt',
    title: 'With a question',
    description: 'A prompt that asks the user first.',
    arguments: z.object({}),
    messages: async (_args, { elicit }: Context) => {
      const form = oneField('user_context', 'What context should the prompt use?', ['context', 'string']);
      return [text(`Prompt with context: ${(await elicit(form)).content.context}`)];
    },
  }),
];
