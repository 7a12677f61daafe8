/**
 * A server's tools as clients see them: plain JSON, derived from the zod schemas.
 * It exists so that a gateway can list tools without the thread, the code or the schemas that run them.
 * Invariant: the order is the order of declaration; the same declaration gives the same bytes.
 */
import type { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import type { ServerDefinition, Tool, ToolAnnotations } from './tool.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One entry of tools/list, the same in both revisions. */
export interface ToolListing {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** JSON Schema 2020-12 with `additionalProperties: false`. */
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: ToolAnnotations;
}

/** What the gateway must know of a server; plain data, may cross threads or be stored. */
export interface Catalogue {
  readonly name: string;
  readonly title: string;
  readonly instructions: string;
  readonly tools: readonly ToolListing[];
  /** Names of the tools that the combined endpoint lists too. */
  readonly combined: readonly string[];
}

const toolName = /^[A-Za-z0-9_.-]{1,128}$/;
const serverName = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Derives a server's catalogue.
 *
 * @throws LMCP_INTERNAL when a name is malformed or given twice.
 */
export function catalogueOf<Services>(server: ServerDefinition<Services>): Catalogue {
  if (!serverName.test(server.name)) throw declared(`server name "${server.name}" is malformed`);
  const seen = new Set<string>();
  for (const { name } of server.tools) {
    if (!toolName.test(name)) throw declared(`tool name "${name}" is malformed`);
    if (seen.has(name)) throw declared(`server "${server.name}" declares tool "${name}" twice`);
    seen.add(name);
  }
  return {
    name: server.name,
    title: server.title,
    instructions: server.instructions,
    tools: server.tools.map(listingOf),
    combined: server.tools.filter((tool) => tool.combined === true).map((tool) => tool.name),
  };
}

function declared(what: string): LmcpError {
  return new LmcpError('LMCP_INTERNAL', `Declaration error: ${what}.`);
}

function listingOf<Services>(tool: Tool<Services>): ToolListing {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchemaOf(tool.input.strict(), 'input'),
    outputSchema: jsonSchemaOf(tool.output, 'output'),
    annotations: tool.annotations,
  };
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
