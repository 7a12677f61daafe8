/**
 * What a tool is: a name, zod schemas, annotations and the function that answers.
 * It exists apart from the function that declares it, because the catalogue is derived from it.
 * Invariant: zod is imported as types only; a process that merely pipes bytes never pays for loading it.
 */
import type { z } from 'zod';
import type { Content, Icon } from './content.js';
import type { JsonSchema } from './json-schema.js';
import type { RequestContext } from './request-context.js';

/** What a tool answers: the data its output schema describes, and a short text for people. */
export interface ToolResult<Output> {
  readonly structured: Output;
  readonly text: string;
  /** Blocks beside the text; an empty text is left out before them. */
  readonly content?: readonly Content[];
}

/** What a running tool may use. */
export type ToolContext<Services> = RequestContext<Services>;

/** The four hints of the specification, all of them stated (server/tools, ToolAnnotations). */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** How a long tool becomes a task of its own (extension io.modelcontextprotocol/tasks). */
export interface TaskSupport {
  /** `required`: the tool never makes its caller wait; clients without tasks are refused. */
  readonly support: 'optional' | 'required';
  /** How long the task is kept, in milliseconds; 30 minutes when not given. */
  readonly ttlMs?: number;
  /** How often a client should ask for it, in milliseconds; 1,000 when not given. */
  readonly pollIntervalMs?: number;
}

/** One tool. Methods, not function properties: so a tool of precise schemas is also a `Tool<Services>`. */
export interface ToolDefinition<Services, Input extends z.ZodObject, Output extends z.ZodObject> {
  /** 1 to 128 of `A-Z a-z 0-9 _ - .`; unique over all servers of an endpoint. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly icons?: readonly Icon[];
  readonly input: Input;
  /** Shown to clients in place of what is derived from `input`, where zod cannot say it. */
  readonly inputSchema?: JsonSchema;
  readonly output: Output;
  readonly annotations: ToolAnnotations;
  /** Whether the combined endpoint lists it too. */
  readonly combined?: boolean;
  /** Cap of the whole answer, in bytes; 256 KiB when not given. */
  readonly maxBytes?: number;
  /** Given where the work may outlast a request. */
  readonly task?: TaskSupport;
  /** What may be learned as the call's subject: a path, a task name; never free text. */
  subject?(args: z.output<Input>): string | undefined;
  /** Asks what must be known before a task is made of the call; `run` asks by the same keys and finds the answers. */
  before?(args: z.output<Input>, context: ToolContext<Services>): Promise<void>;
  /** @throws LmcpError for what the user can act on; anything else becomes LMCP_INTERNAL. */
  run(args: z.output<Input>, context: ToolContext<Services>): Promise<ToolResult<z.input<Output>>>;
}

/** A tool whose schemas are not known statically. */
export type Tool<Services> = ToolDefinition<Services, z.ZodObject, z.ZodObject>;
