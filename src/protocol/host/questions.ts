/**
 * The questions a handler may ask, in the words of the wire; how an answer comes is the way's business.
 * It exists so that the three ways (a live request, a round of a multi-round request, a task) differ in one function only.
 * Invariant: a client is asked only what it said it can be asked.
 */
import type { Askable, Asking } from '../asking.js';
import { canBeAsked, missingCapability } from '../capabilities.js';
import { readElicitAnswer, readRoots, readSampleAnswer } from './client-answers.js';

/** One question as it goes out. */
export interface Question {
  readonly key: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Resolves with the client's result. */
export type Way = (question: Question) => Promise<unknown>;

/** @param capabilities the client's. */
export function questionsBy(way: Way, capabilities: unknown): Asking {
  let numbers: Record<Askable, number> | undefined;
  const ask = async (what: Askable, key: string | undefined, call: Omit<Question, 'key'>) => {
    if (!canBeAsked(capabilities, what)) throw missingCapability({ [what]: {} });
    numbers ??= { elicitation: 0, sampling: 0, roots: 0 };
    numbers[what] += 1;
    return way({ key: key ?? `${what}-${numbers[what]}`, ...call });
  };
  return {
    can: (what) => canBeAsked(capabilities, what),
    elicit: async ({ key, message, requestedSchema }) => {
      const params = { mode: 'form', message, requestedSchema };
      const answer = await ask('elicitation', key, { method: 'elicitation/create', params });
      return readElicitAnswer(answer, requestedSchema);
    },
    sample: async ({ key, ...request }) =>
      readSampleAnswer(
        await ask('sampling', key, { method: 'sampling/createMessage', params: { ...request } }),
      ),
    roots: async (key) => readRoots(await ask('roots', key, { method: 'roots/list', params: {} })),
  };
}
