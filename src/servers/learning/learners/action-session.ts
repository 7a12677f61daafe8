/**
 * What is remembered of each running session: its last steps and what it touched lately.
 * It exists because sessions interleave in the journal and each has its own thread of work.
 * Invariant: at most `capacity` sessions of constant size; the least recently active gives way.
 */
import { hashString, type StateReader, type StateWriter } from '../../../learning/index.js';
import type { Action } from './action.js';

/** One past step as hashes. */
export interface Step {
  readonly label: number;
  readonly tool: number;
  readonly subject: number;
  readonly extension: number;
  readonly directory: number;
  /** 0 not known, 1 failed, 2 went well. */
  readonly ok: number;
  readonly at: number;
}

export interface Session {
  /** Newest first, at most three. */
  readonly steps: readonly Step[];
  /** Distinct subjects, newest first, at most eight. */
  readonly recent: readonly string[];
  /** Label → step count when it was last seen here; at most 64, oldest first. */
  readonly seen: ReadonlyMap<string, number>;
  /** Steps so far. */
  readonly count: number;
  readonly source: string;
}

const stepsKept = 3;
export const subjectsKept = 8;
const labelsKept = 64;

/** Hash of the folder part of a path; 0 when there is none. */
export function directoryOf(subject: string): number {
  const slash = subject.lastIndexOf('/');
  return slash < 0 ? 0 : hashString(subject.slice(0, slash)) + 1;
}

function extensionOf(subject: string): number {
  const found = /\.[A-Za-z0-9]{1,12}$/.exec(subject)?.[0];
  if (found) return hashString(found.toLowerCase()) + 3;
  return subject.includes('/') ? 2 : subject === '' ? 0 : 1;
}

function stepOf(action: Action): Step {
  return {
    label: hashString(action.label),
    tool: hashString(action.tool),
    subject: hashString(action.subject),
    extension: extensionOf(action.subject),
    directory: directoryOf(action.subject),
    ok: action.ok === undefined ? 0 : action.ok ? 2 : 1,
    at: action.at,
  };
}

export class Sessions {
  readonly #capacity: number;
  #sessions = new Map<string, Session>();

  constructor(capacity = 256) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Reading changes nothing, not even who is least recently active. */
  get(session: string): Session | undefined {
    return this.#sessions.get(session);
  }

  learn(action: Action): void {
    const before = this.#sessions.get(action.session);
    const subject = action.subject.slice(0, 2048);
    const seen = new Map(before?.seen);
    seen.delete(action.label);
    seen.set(action.label, before?.count ?? 0);
    if (seen.size > labelsKept) for (const oldest of [...seen.keys()].slice(0, 1)) seen.delete(oldest);
    this.#sessions.delete(action.session);
    this.#sessions.set(action.session, {
      steps: [stepOf(action), ...(before?.steps ?? [])].slice(0, stepsKept),
      recent: [subject, ...(before?.recent ?? []).filter((s) => s !== subject)].slice(0, subjectsKept),
      seen,
      count: (before?.count ?? 0) + 1,
      source: action.source,
    });
    if (this.#sessions.size > this.#capacity) {
      const oldest = this.#sessions.keys().next();
      if (!oldest.done) this.#sessions.delete(oldest.value);
    }
  }

  write(out: StateWriter): void {
    out.section('action-sessions', 1);
    // Insertion order is the order of eviction, so it is part of the state.
    out.list([...this.#sessions], ([name, { steps, recent, seen, count, source }]) => {
      out.string(name).string(source).uint(count).strings(recent);
      out.list([...seen], ([label, at]) => out.string(label).uint(at));
      out.list(steps, (step) => {
        out.uint(step.label).uint(step.tool).uint(step.subject).uint(step.extension);
        out.uint(step.directory).uint(step.ok).f64(step.at);
      });
    });
  }

  read(input: StateReader): void {
    input.section('action-sessions', 1);
    this.#sessions = new Map(
      input.list((): [string, Session] => {
        const name = input.string();
        const source = input.string();
        const count = input.uint();
        const recent = input.strings();
        const seen = new Map(input.list((): [string, number] => [input.string(), input.uint()]));
        const steps = input.list(() => ({
          label: input.uint(),
          tool: input.uint(),
          subject: input.uint(),
          extension: input.uint(),
          directory: input.uint(),
          ok: input.uint(),
          at: input.f64(),
        }));
        return [name, { steps, recent, seen, count, source }];
      }),
    );
  }
}
