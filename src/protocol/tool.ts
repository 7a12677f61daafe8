/**
 * What a tool and a server are: names, zod schemas, annotations and the function that answers.
 * It exists apart from the functions that declare them, because the catalogue is derived from it.
 * Invariant: zod is imported as types only; a process that merely pipes bytes never pays for loading it.
 */
import type { z } from 'zod';
import type { CallContext } from './call.js';

/** What a tool answers: the data its output schema describes, and a short text for people. */
export interface ToolResult<Output> {
  readonly structured: Output;
  readonly text: string;
}

/** What a running tool may use. `Services` is whatever the thread that runs it offers. */
export interface ToolContext<Services> {
  readonly services: Services;
  readonly call: CallContext;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** Tells the client how far the work is; does nothing unless it asked. `done` must grow from call to call. */
  progress(done: number, total?: number, message?: string): void;
}

/** The four hints of the specification, all of them stated (server/tools, ToolAnnotations). */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** One tool. Methods, not function properties: so a tool of precise schemas is also a `Tool<Services>`. */
export interface ToolDefinition<Services, Input extends z.ZodObject, Output extends z.ZodObject> {
  /** 1 to 128 of `A-Z a-z 0-9 _ - .`; unique over all servers of an endpoint. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly annotations: ToolAnnotations;
  /** Whether the combined endpoint lists it too. */
  readonly combined?: boolean;
  /** Cap of the whole answer, in bytes; 256 KiB when not given. */
  readonly maxBytes?: number;
  /** What may be learned as the call's subject: a path, a task name; never free text. */
  subject?(args: z.output<Input>): string | undefined;
  /** @throws LmcpError for what the user can act on; anything else becomes LMCP_INTERNAL. */
  run(args: z.output<Input>, context: ToolContext<Services>): Promise<ToolResult<z.input<Output>>>;
}

/** A tool whose schemas are not known statically. */
export type Tool<Services> = ToolDefinition<Services, z.ZodObject, z.ZodObject>;

/** A server: its tools and what clients are told about it. */
export interface ServerDefinition<Services> {
  /** Path segment of its endpoint: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  readonly instructions: string;
  readonly tools: readonly Tool<Services>[];
}
