/**
 * Questions of a 2026-07-28 request: answered from what the request brought, else gathered for the next round.
 * It exists because this revision has no requests of ours: a request ends with `input_required` and comes again.
 * Invariant: a handler that met an open question has no say in the result, whatever it returned or threw.
 */
import { LmcpError } from '../../errors/index.js';
import { isRecord, type Params } from '../message.js';
import type { Question, Way } from './questions.js';

/** Thrown into a handler at its first open question. */
class InputRequired extends Error {
  override name = 'InputRequired';
}

export class Rounds {
  // Most requests ask nothing: what is only for those that do is made when it is needed.
  readonly #earlier: Params | undefined;
  readonly #now: Params | undefined;
  #used: Map<string, unknown> | undefined;
  #open: Map<string, { method: string; params: unknown }> | undefined;

  /** @param earlier answers of earlier rounds. @param now answers that came with this request. */
  constructor(earlier: Params | undefined, now: Params | undefined) {
    this.#earlier = earlier;
    this.#now = now;
  }

  /** Whether there is something to ask. */
  get open(): boolean {
    return this.#open !== undefined;
  }

  /** The questions, by key. */
  get requests(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.#open ?? []);
  }

  /** The answers that were asked for: what the next round must know. */
  get answers(): Params {
    return Object.fromEntries(this.#used ?? []);
  }

  readonly way: Way = async ({ key, method, params }: Question) => {
    const given = [this.#now, this.#earlier].find((it) => it !== undefined && Object.hasOwn(it, key));
    if (given === undefined) {
      this.#open ??= new Map();
      this.#open.set(key, { method, params });
      throw new InputRequired();
    }
    this.#used ??= new Map();
    this.#used.set(key, given[key]);
    return given[key];
  };
}

/** `inputResponses` of a request; unknown keys in it are nobody's business. @throws LMCP_BAD_ANSWER */
export function inputResponsesIn(params: Params | undefined): Params | undefined {
  const responses = params?.inputResponses;
  if (responses === undefined) return undefined;
  if (!isRecord(responses))
    throw new LmcpError('LMCP_BAD_ANSWER', '`params.inputResponses` must be an object.');
  return responses;
}
