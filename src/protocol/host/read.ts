/**
 * Requests that give what is asked for or a protocol error: resources/read, prompts/get, completion/complete.
 * It exists apart from tools, whose failures are results.
 * Invariant: nothing of an unexpected failure but its code reaches the wire.
 */
import { LmcpError } from '../../errors/index.js';
import type { ResourceContents } from '../content.js';
import { inputError } from '../input-error.js';
import { isRecord } from '../message.js';
import type { Prompt } from '../prompt.js';
import { quoted } from '../quoted.js';
import type { CompletionArgument, Resource, ResourceBody, ResourceTemplate } from '../resource.js';
import { unknownResource } from '../routing.js';
import type { ServerDefinition } from '../server-definition.js';
import { compileUriTemplate, type UriTemplate } from '../uri-template.js';
import { type Hosted, hadAnswers } from './hosted.js';

/** Values of one completion (server/utilities/completion). */
const completionLimit = 100;

export interface Readers<Services> {
  /** The result's JSON text. @throws LmcpError */
  resource(hosted: Hosted<Services>): Promise<string>;
  prompt(hosted: Hosted<Services>): Promise<string>;
  completion(hosted: Hosted<Services>): Promise<string>;
}

interface Templated<Services> {
  readonly template: ResourceTemplate<Services>;
  readonly compiled: UriTemplate;
}

/** Prepares a server's resources and prompts, once. */
export function createReaders<Services>(server: ServerDefinition<Services>): Readers<Services> {
  const resources = new Map((server.resources ?? []).map((it) => [it.uri, it]));
  const templates: readonly Templated<Services>[] = (server.resourceTemplates ?? []).map((template) => ({
    template,
    compiled: compileUriTemplate(template.uriTemplate),
  }));
  const prompts = new Map((server.prompts ?? []).map((it) => [it.name, it]));
  return {
    resource: async (hosted) => {
      const { name: uri, context, writer, params } = hosted;
      const found = resources.get(uri);
      const [declared, body] =
        found === undefined
          ? await readTemplate(templates, uri, context)
          : [found, await found.read(context)];
      const { ttlMs, scope } = hadAnswers(params) ? uncached : (declared.cache ?? uncached);
      const contents = contentsOf(uri, declared.mimeType, body);
      return writer.complete({ contents }, { ttlMs, cacheScope: scope });
    },
    prompt: async ({ name, given, context, writer }) => {
      const prompt = promptNamed(prompts, name);
      const args = prompt.arguments.strict().safeParse(given);
      if (!args.success) throw inputError(args.error.issues, prompt.arguments);
      const messages = await prompt.messages(args.data, context);
      return writer.complete({ description: prompt.description, messages });
    },
    completion: async ({ name, params, context, writer }) => {
      const ofPrompt = isRecord(params?.ref) && params.ref.type === 'ref/prompt';
      const target = ofPrompt ? promptNamed(prompts, name) : templateOf(templates, name)?.template;
      if (target === undefined && !resources.has(name)) throw unknownResource(name, '2026-07-28');
      const argument = completionIn(params);
      const values = (await target?.complete?.(argument, context)) ?? [];
      const shown = values.slice(0, completionLimit);
      const hasMore = values.length > shown.length;
      return writer.complete({ completion: { values: shown, total: values.length, hasMore } });
    },
  };
}

const uncached = { ttlMs: 0, scope: 'private' } as const;

async function readTemplate<Services>(
  templates: readonly Templated<Services>[],
  uri: string,
  context: Hosted<Services>['context'],
): Promise<[ResourceTemplate<Services>, Awaited<ReturnType<Resource<Services>['read']>>]> {
  for (const { template, compiled } of templates) {
    const variables = compiled.match(uri);
    if (variables !== undefined) return [template, await template.read(variables, context)];
  }
  throw unknownResource(uri, '2026-07-28');
}

function templateOf<Services>(templates: readonly Templated<Services>[], uri: string) {
  return templates.find(({ compiled }) => compiled.template === uri || compiled.match(uri) !== undefined);
}

function promptNamed<Services>(
  prompts: ReadonlyMap<string, Prompt<Services>>,
  name: string,
): Prompt<Services> {
  const prompt = prompts.get(name);
  if (prompt === undefined) throw new LmcpError('LMCP_UNKNOWN_PROMPT', `Unknown prompt: ${quoted(name)}.`);
  return prompt;
}

function contentsOf(
  uri: string,
  mimeType: string,
  body: ResourceBody | readonly ResourceContents[],
): readonly ResourceContents[] {
  if ('text' in body) return [{ uri, mimeType, text: body.text }];
  if ('blob' in body) return [{ uri, mimeType, blob: Buffer.from(body.blob).toString('base64') }];
  return body;
}

function completionIn(params: Hosted<unknown>['params']): CompletionArgument {
  const argument = params?.argument;
  if (!isRecord(argument) || typeof argument.name !== 'string' || typeof argument.value !== 'string')
    throw new LmcpError('LMCP_INVALID_PARAMS', '`params.argument` must have a `name` and a `value`.');
  const context = isRecord(params?.context) ? params.context.arguments : undefined;
  const chosen = isRecord(context)
    ? Object.entries(context).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    : [];
  return { name: argument.name, value: argument.value, chosen: Object.fromEntries(chosen) };
}
