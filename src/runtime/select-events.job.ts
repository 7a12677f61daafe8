/**
 * Pool job: which events a request to forget names, by source, by session or by time.
 * It exists so that a journal of any length is looked through without holding a thread that answers.
 * Invariant: reads in bounded batches and keeps ranges, counts and keys alone; what the journal says of itself, who allowed what, and
 * what is forgotten already are never selected.
 */
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import { forgottenIn, forgottenKey, repeatableSubject } from '../journal/index.js';
import { atMillis, type Event, type EventType, type StoredEvent } from '../proto/index.js';
import type { Job, JobContext } from './pool-thread.js';

const argumentSchema = z.union([
  z.strictObject({ source: z.string().min(1) }),
  z.strictObject({ session: z.string().min(1) }),
  /** Milliseconds since the epoch. */
  z.strictObject({ before: z.number() }),
]);
type Request = z.output<typeof argumentSchema>;

/** Moved heads, tags and what is forgotten are the journal's own; plans, approvals and actions are the audit. */
const kept: ReadonlySet<EventType> = new Set<EventType>([
  'headMoved',
  'modelTagged',
  'eventsForgotten',
  'captureDropped',
  'planCreated',
  'approvalGranted',
  'actionStarted',
  'actionFinished',
]);

/** Tasks whose question is a session. */
const sessionTasks: ReadonlySet<string> = new Set(['next-action', 'next-command', 'next-command-verb']);

/** Events between two reports of progress. */
const progressEvery = 20_000;

export interface SelectedEvents {
  /** Ascending; both ends included. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly events: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Hexadecimal: by what an adapter knows again what it must not bring back. */
  readonly keys: readonly string[];
  /** When the first and the last of them happened, milliseconds since the epoch; null when there is none. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
}

/** Argument: `{ source }`, `{ session }` or `{ before }`, exactly one. */
export const selectEvents: Job = async (argument, context): Promise<SelectedEvents> => {
  const named = namedBy(argumentSchema.parse(argument));
  const { all: forgotten } = await forgottenIn({ read: ({ types = [] } = {}) => context.read(types) });
  const selection = new Selection();
  let done = 0;
  for await (const stored of context.read([])) {
    done += 1;
    if (done % progressEvery === 0) report(context, done);
    if (context.signal.aborted) throw new LmcpError('LMCP_CANCELLED', 'Nothing was selected.');
    const { case: type } = stored.event.data;
    if (type === undefined || kept.has(type) || !named(stored.event)) continue;
    if (!forgotten.has(stored.sequence)) selection.add(stored, type);
  }
  report(context, done);
  return selection.result();
};

function report(context: JobContext, done: number): void {
  context.progress({ what: 'looking for the events', done, total: null });
}

class Selection {
  /** First and last of each range, flat. */
  readonly #bounds: number[] = [];
  readonly #byType: Record<string, number> = {};
  readonly #keys = new Set<string>();
  #events = 0;
  #firstAt = Number.POSITIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  add({ sequence, event }: StoredEvent, type: EventType): void {
    const last = this.#bounds.length - 1;
    if (this.#bounds[last] === sequence - 1) this.#bounds[last] = sequence;
    else this.#bounds.push(sequence, sequence);
    this.#events += 1;
    this.#byType[type] = (this.#byType[type] ?? 0) + 1;
    const at = atMillis(event);
    this.#firstAt = Math.min(this.#firstAt, at);
    this.#lastAt = Math.max(this.#lastAt, at);
    const subject = repeatableSubject(event);
    if (subject !== undefined) this.#keys.add(Buffer.from(forgottenKey(subject)).toString('hex'));
  }

  result(): SelectedEvents {
    const ranges = Array.from({ length: this.#bounds.length / 2 }, (_, i) => {
      const from = this.#bounds[2 * i] ?? 0;
      return [from, this.#bounds[2 * i + 1] ?? from] as const;
    });
    const [firstAt, lastAt] = this.#events === 0 ? [null, null] : [this.#firstAt, this.#lastAt];
    return { ranges, events: this.#events, byType: this.#byType, keys: [...this.#keys], firstAt, lastAt };
  }
}

/** Whether the request names an event; called with all of them, in sequence. */
function namedBy(request: Request): (event: Event) => boolean {
  if ('source' in request) return ({ source }) => source === request.source;
  if ('before' in request) return (event) => atMillis(event) < request.before;
  const { session } = request;
  const receipts = new Set<string>();
  return ({ data }) => {
    if (data.case === 'feedbackGiven') return receipts.has(data.value.prediction);
    if (data.case === 'interactionFinished' || data.case === 'commandFinished')
      return data.value.session === session;
    if (data.case !== 'predictionMade' || !sessionTasks.has(data.value.task)) return false;
    const { question, subject, prediction } = data.value;
    if (question[0] !== session && subject !== session) return false;
    receipts.add(prediction);
    return true;
  };
}
