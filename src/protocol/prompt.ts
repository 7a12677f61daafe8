/**
 * What a prompt is: a name, string arguments as a zod object, and the messages made of them.
 * It exists so that people choose a worked-out question from a menu.
 * Invariant: arguments are strings on the wire; which are optional follows from the schema.
 */
import type { z } from 'zod';
import type { Content, Icon } from './content.js';
import type { RequestContext } from './request-context.js';
import type { CompletionArgument } from './resource.js';

export interface PromptMessage {
  readonly role: 'user' | 'assistant';
  readonly content: Content;
}

export interface PromptDefinition<Services, Arguments extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly icons?: readonly Icon[];
  /** Members that accept strings; `describe` them. */
  readonly arguments: Arguments;
  readonly combined?: boolean;
  /** @throws LmcpError for what the user can act on. */
  messages(args: z.output<Arguments>, context: RequestContext<Services>): Promise<readonly PromptMessage[]>;
  /** Values an argument may take, best first. */
  complete?(argument: CompletionArgument, context: RequestContext<Services>): Promise<readonly string[]>;
}

/** A prompt whose arguments are not known statically. */
export type Prompt<Services> = PromptDefinition<Services, z.ZodObject>;
