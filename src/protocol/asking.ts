/**
 * What a handler may ask of the client that called it: input of a person, a model's words, the client's folders.
 * It exists so that the same handler works in both revisions: 2025-11-25 asks at once and waits, 2026-07-28 ends the
 * request with `input_required` and runs the handler again, from its start, once the client has answered.
 * Invariant: a handler is idempotent until its last question is answered; a key names the same question in every run.
 */
import type { Content } from './content.js';
import type { JsonSchema } from './json-schema.js';

/** Most severe last (RFC 5424). */
export const logLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;
export type LogLevel = (typeof logLevels)[number];

/** A form for the user: a flat object of strings, numbers, booleans and choices. */
export interface ElicitForm {
  /** Names the question within its handler; numbered by kind when not given. */
  readonly key?: string;
  readonly message: string;
  /** JSON Schema of the form, flat (client/elicitation, Requested Schema). */
  readonly requestedSchema: JsonSchema;
}

export interface ElicitAnswer {
  readonly action: 'accept' | 'decline' | 'cancel';
  /** There when accepted; each required field is present and of its type. */
  readonly content: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export interface SampleRequest {
  readonly key?: string;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: Content }[];
  readonly maxTokens: number;
  readonly systemPrompt?: string;
}

export interface SampleAnswer {
  readonly role: string;
  readonly model: string;
  readonly stopReason?: string;
  /** One block, or several, as the client sent them. */
  readonly content: unknown;
  /** The text of its text blocks. */
  readonly text: string;
}

export interface Root {
  readonly uri: string;
  readonly name?: string;
}

/** What the caller can be asked, by the names of the specification. */
export type Askable = 'elicitation' | 'sampling' | 'roots';

export interface Asking {
  /** Whether the client said it can be asked this. */
  can(what: Askable): boolean;
  /**
   * Asks the user. Ask several things at once with Promise.all: they travel together where the revision allows it.
   *
   * @throws LMCP_MISSING_CAPABILITY when the client did not say it can; LMCP_INVALID_PARAMS when its answer is malformed.
   */
  elicit(form: ElicitForm): Promise<ElicitAnswer>;
  /** Asks the client's model. @throws as `elicit`. */
  sample(request: SampleRequest): Promise<SampleAnswer>;
  /** Asks for the folders the client works in. @throws as `elicit`. */
  roots(key?: string): Promise<readonly Root[]>;
}
