/**
 * A server's tools, resources and prompts as clients see them: plain JSON, derived from the declarations.
 * It exists so that a gateway can list them without the thread, the code or the schemas that run them.
 * Invariant: the order is the order of declaration; the same declaration gives the same bytes.
 */
import type { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import type { Icon } from './content.js';
import type { JsonSchema } from './json-schema.js';
import type { Prompt } from './prompt.js';
import type { Resource, ResourceTemplate } from './resource.js';
import type { ChangingList, ServerDefinition } from './server-definition.js';
import type { Tool, ToolAnnotations } from './tool.js';
import { compileUriTemplate } from './uri-template.js';

/** One entry of tools/list, the same in both revisions. */
export interface ToolListing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly icons?: readonly Icon[];
  /** JSON Schema 2020-12 with `additionalProperties: false`. */
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: ToolAnnotations;
}

interface Listed {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly icons?: readonly Icon[];
}

/** One entry of resources/list. */
export interface ResourceListing extends Listed {
  readonly uri: string;
  readonly mimeType: string;
}

/** One entry of resources/templates/list. */
export interface TemplateListing extends Listed {
  readonly uriTemplate: string;
  readonly mimeType: string;
}

/** One entry of prompts/list. */
export interface PromptListing extends Listed {
  readonly arguments: readonly { name: string; description?: string; required: boolean }[];
}

/** What the gateway must know of a server; plain data, may cross threads or be stored. */
export interface Catalogue {
  readonly name: string;
  readonly title: string;
  readonly instructions: string;
  readonly tools: readonly ToolListing[];
  readonly resources: readonly ResourceListing[];
  readonly templates: readonly TemplateListing[];
  readonly prompts: readonly PromptListing[];
  /** What the combined endpoint lists too: names of tools and prompts, URIs of resources and templates. */
  readonly combined: readonly string[];
  /** URIs and URI templates whose changes are told. */
  readonly subscribable: readonly string[];
  /** Tools that mirror arguments into `Mcp-Param-*` headers. */
  readonly mirrored: readonly string[];
  readonly features: {
    readonly logging: boolean;
    readonly completion: boolean;
    readonly tasks: boolean;
    readonly changing: readonly ChangingList[];
  };
}

const publicName = /^[A-Za-z0-9_.-]{1,128}$/;
const serverName = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Derives a server's catalogue.
 *
 * @throws LMCP_INTERNAL when a name is malformed or given twice, or a URI is not absolute.
 */
export function catalogueOf<Services>(server: ServerDefinition<Services>): Catalogue {
  const { tools, resources = [], resourceTemplates = [], prompts = [] } = server;
  if (!serverName.test(server.name)) throw declared(`server name "${server.name}" is malformed`);
  unique(server.name, 'tool', tools, publicName);
  unique(server.name, 'prompt', prompts, publicName);
  const addresses = [
    ...resources.map(({ uri, ...rest }) => ({ ...rest, address: uri })),
    ...resourceTemplates.map(({ uriTemplate, ...rest }) => ({ ...rest, address: uriTemplate })),
  ];
  unique(
    server.name,
    'resource',
    addresses.map(({ address }) => ({ name: address })),
    /^[a-z][a-z0-9+.-]*:\S{1,1024}$/,
  );
  for (const { uriTemplate } of resourceTemplates) compileUriTemplate(uriTemplate);
  const listings = tools.map(toolListing);
  return {
    name: server.name,
    title: server.title,
    instructions: server.instructions,
    tools: listings,
    resources: resources.map((resource) => ({ uri: resource.uri, ...resourceListing(resource) })),
    templates: resourceTemplates.map((template) => ({
      uriTemplate: template.uriTemplate,
      ...resourceListing(template),
    })),
    prompts: prompts.map(promptListing),
    combined: [
      ...[...tools, ...prompts].filter((it) => it.combined === true).map(({ name }) => name),
      ...addresses.filter((it) => it.combined === true).map(({ address }) => address),
    ],
    subscribable: addresses.filter((it) => it.subscribe === true).map(({ address }) => address),
    mirrored: listings.filter(mirrors).map(({ name }) => name),
    features: {
      logging: server.logging === true,
      completion: [...prompts, ...resourceTemplates].some((it) => it.complete !== undefined),
      tasks: tools.some((tool) => tool.task !== undefined),
      changing: server.changing ?? [],
    },
  };
}

function unique(server: string, kind: string, items: readonly { name: string }[], form: RegExp): void {
  const seen = new Set<string>();
  for (const { name } of items) {
    if (!form.test(name)) throw declared(`${kind} name "${name}" is malformed`);
    if (seen.has(name)) throw declared(`server "${server}" declares ${kind} "${name}" twice`);
    seen.add(name);
  }
}

function declared(what: string): LmcpError {
  return new LmcpError('LMCP_INTERNAL', `Declaration error: ${what}.`);
}

function toolListing<Services>(tool: Tool<Services>): ToolListing {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    ...(tool.icons && { icons: tool.icons }),
    inputSchema: tool.inputSchema ?? jsonSchemaOf(tool.input.strict(), 'input'),
    outputSchema: jsonSchemaOf(tool.output, 'output'),
    annotations: tool.annotations,
  };
}

function resourceListing<Services>(it: Resource<Services> | ResourceTemplate<Services>) {
  const { name, title, description, mimeType, icons } = it;
  return { name, title, description, mimeType, ...(icons && { icons }) };
}

function promptListing<Services>({ name, title, description, icons, ...rest }: Prompt<Services>) {
  const { properties = {}, required = [] } = jsonSchemaOf(rest.arguments, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: readonly string[];
  };
  const members = Object.entries(properties).map(([member, about]) => ({
    name: member,
    ...(about.description !== undefined && { description: about.description }),
    required: required.includes(member),
  }));
  return { name, title, description, ...(icons && { icons }), arguments: members };
}

function mirrors({ inputSchema }: ToolListing): boolean {
  return mirroredArguments(inputSchema).length > 0;
}

/** Top-level arguments a tool wants in headers, with the lower-case header each goes into (x-mcp-header). */
export function mirroredArguments(inputSchema: JsonSchema): readonly { name: string; header: string }[] {
  const properties = (inputSchema.properties ?? {}) as Record<string, Record<string, unknown>>;
  return Object.entries(properties).flatMap(([name, schema]) => {
    const header = schema['x-mcp-header'];
    return typeof header === 'string' ? [{ name, header: `mcp-param-${header.toLowerCase()}` }] : [];
  });
}

/** 2020-12 is the default dialect of both revisions, so `$schema` is left out: every list is read by a model. */
function jsonSchemaOf(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
  const {
    $schema: _dialect,
    '~standard': _standard,
    ...rest
  } = schema.toJSONSchema({
    io,
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as Record<string, unknown>;
  return rest;
}
