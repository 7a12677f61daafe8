/**
 * A second small server: everything of the protocol beyond plain calls, one handler for each thing.
 * It exists for the transport contract, beside `contract-server.ts`.
 * Invariant: its handlers are the same in both revisions; how the client is asked and told is the core's business.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import type { ElicitForm } from './asking.js';
import { definePrompt, defineResource, defineResourceTemplate, defineServer, defineTool } from './define.js';
import type { RequestContext } from './request-context.js';
import type { TaskSupport, ToolContext } from './tool.js';

/** What the handlers use: the telling of changes. */
export interface FeatureServices {
  changed(what: 'tools' | 'prompts' | 'resources' | 'resource', uri?: string): void;
}

type Context = ToolContext<FeatureServices>;

const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

function tool(name: string, work: (context: Context) => Promise<string>, task?: TaskSupport) {
  return defineTool({
    name,
    title: name,
    description: name,
    input: z.object({}),
    output: z.object({ said: z.string() }),
    annotations,
    ...(task && { task }),
    run: async (_args, context: Context) => {
      const said = await work(context);
      return { structured: { said }, text: said };
    },
  });
}

const form = (key: string, member: string): ElicitForm => ({
  key,
  message: `${member}?`,
  requestedSchema: { type: 'object', properties: { [member]: { type: 'string' } }, required: [member] },
});
const prompt = [{ role: 'user', content: { type: 'text', text: 'A word?' } }] as const;

const mirrored = defineTool({
  name: 'mirrored',
  title: 'mirrored',
  description: 'mirrored',
  input: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
  output: z.object({ said: z.string() }),
  annotations,
  run: async ({ region }, _context: Context) => ({ structured: { said: region }, text: region }),
});

export const featureServer = defineServer<FeatureServices>({
  name: 'featured',
  title: 'Featured',
  instructions: 'Everything beyond plain calls.',
  logging: true,
  changing: ['tools', 'prompts', 'resources'],
  tools: [
    tool('ping_me', async () => 'here'),
    tool('ask_twice', async ({ elicit, sample }) => {
      const { action, content } = await elicit(form('name', 'name'));
      const { text } = await sample({ messages: prompt, maxTokens: 5 });
      return `${action} ${content.name}: ${text}`;
    }),
    tool('ask_at_once', async ({ elicit, roots }) => {
      const [{ content }, folders] = await Promise.all([elicit(form('color', 'color')), roots()]);
      return `${content.color} in ${folders.map(({ uri }) => uri).join()}`;
    }),
    tool('ask_and_forgive', async ({ elicit }) => {
      try {
        return `${(await elicit(form('it', 'it'))).action}`;
      } catch {
        return 'forgiven';
      }
    }),
    tool('log_it', async ({ log }) => {
      log('debug', 'small');
      log('warning', { big: true }, 'tool');
      return 'logged';
    }),
    tool('touch', async ({ services }) => {
      services.changed('tools');
      services.changed('resource', 'note://watched');
      return 'touched';
    }),
    tool('long', ({ signal }) => delay(60_000, 'done', { signal }), { support: 'optional' }),
    tool(
      'short',
      async ({ progress }) => {
        progress(1, 2, 'half');
        return 'short';
      },
      { support: 'optional' },
    ),
    tool('must_be_task', async ({ elicit }) => `${(await elicit(form('who', 'who'))).content.who}`, {
      support: 'required',
      ttlMs: 60_000,
      pollIntervalMs: 10,
    }),
    tool('broken_task', async () => Promise.reject(new Error('secret')), { support: 'optional' }),
    tool('failing_task', async () => Promise.reject(new LmcpError('LMCP_NO_COMMITS', 'None.')), {
      support: 'optional',
    }),
    mirrored,
  ],
  resources: [
    defineResource<FeatureServices>({
      uri: 'note://text',
      name: 'text',
      title: 'Text',
      description: 'A text.',
      mimeType: 'text/plain',
      icons: [{ src: 'data:image/svg+xml,%3Csvg/%3E', mimeType: 'image/svg+xml', sizes: ['any'] }],
      cache: { ttlMs: 1000, scope: 'public' },
      read: async () => ({ text: 'words' }),
    }),
    defineResource<FeatureServices>({
      uri: 'note://bytes',
      name: 'bytes',
      title: 'Bytes',
      description: 'Three bytes.',
      mimeType: 'application/octet-stream',
      read: async () => ({ blob: Uint8Array.of(1, 2, 3) }),
    }),
    defineResource<FeatureServices>({
      uri: 'note://watched',
      name: 'watched',
      title: 'Watched',
      description: 'Asks who reads.',
      mimeType: 'text/plain',
      subscribe: true,
      read: async ({ elicit }) => ({
        text: `for ${(await elicit(form('reader', 'reader'))).content.reader}`,
      }),
    }),
  ],
  resourceTemplates: [
    defineResourceTemplate<FeatureServices>({
      uriTemplate: 'note://by/{name}/{page}',
      name: 'page',
      title: 'Page',
      description: 'A page of somebody.',
      mimeType: 'text/plain',
      read: async ({ name, page }) => {
        if (page === '0') throw new LmcpError('LMCP_UNKNOWN_RESOURCE', 'There is no page 0.');
        return { text: `${name}, page ${page}` };
      },
      complete: async ({ name, value, chosen }) =>
        name === 'page' ? [`${value}1`, `${value}2`] : [chosen.page ?? 'nobody'],
    }),
  ],
  prompts: [
    definePrompt({
      name: 'greet',
      title: 'Greet',
      description: 'Greets somebody.',
      arguments: z.object({ who: z.string().describe('whom'), how: z.string().optional() }),
      messages: async ({ who, how }, _context: RequestContext<FeatureServices>) => [
        { role: 'user', content: { type: 'text', text: `${how ?? 'Hello'}, ${who}` } },
      ],
      complete: async () => Array.from({ length: 130 }, (_, i) => `v${i}`),
    }),
    definePrompt({
      name: 'ask',
      title: 'Ask',
      description: 'Asks first.',
      arguments: z.object({}),
      messages: async (_args, { elicit }: RequestContext<FeatureServices>) => [
        {
          role: 'user',
          content: { type: 'text', text: `${(await elicit(form('why', 'why'))).content.why}` },
        },
      ],
    }),
  ],
});
