/**
 * What is remembered of each running session: its last steps and what it touched lately.
 * It exists because sessions interleave in the journal and each has its own thread of work.
 * Invariant: at most `capacity` sessions of bounded size; the least recently active gives way.
 */
import { hashNumbers, hashString } from '../models/hash.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { type Action, nameOf } from './action.js';

/** One past step as hashes. */
export interface Step {
  readonly label: number;
  /** Label, subject, command line together. */
  readonly whole: number;
  readonly tool: number;
  readonly server: number;
  readonly subject: number;
  readonly extension: number;
  readonly directory: number;
  /** 0 not known, 1 failed, 2 went well. */
  readonly ok: number;
  readonly at: number;
}

/** Read it, do not keep it: learning changes it in place. */
export interface Session {
  /** Newest first, at most six. */
  readonly steps: readonly Step[];
  /** Distinct subjects, newest first, at most eight. */
  readonly recent: readonly string[];
  /** Hashes of `recent`. */
  readonly recentHashes: readonly number[];
  /** Hash of a label → step count when it was last seen here; at most 64, oldest first. */
  readonly seen: ReadonlyMap<number, number>;
  /** Hash of a subject → hash of the tools used on it here, in order; at most 32, oldest first. */
  readonly touched: ReadonlyMap<number, number>;
  /** Steps so far. */
  readonly count: number;
  /** How often the last step came in a row. */
  readonly repeats: number;
  /** Steps in a row that failed. */
  readonly fails: number;
  readonly source: string;
  /** Hashes of the branch and the folder that the last step came from; 0 when not known. */
  readonly branch: number;
  readonly cwd: number;
}

interface Memory {
  steps: Step[];
  recent: string[];
  recentHashes: number[];
  seen: Map<number, number>;
  touched: Map<number, number>;
  count: number;
  repeats: number;
  fails: number;
  source: string;
  branch: number;
  cwd: number;
}

const stepsKept = 6;
export const subjectsKept = 8;
const labelsKept = 64;
const touchedKept = 32;

/** Hash of the folder part of a path; 0 when there is none. */
export function directoryOf(subject: string): number {
  const slash = subject.lastIndexOf('/');
  return slash < 0 ? 0 : hashString(subject.slice(0, slash)) + 1;
}

/** Hash of a folder that a session works in; 0 when it is not known, or the root. */
export function hashOfFolder(cwd: string): number {
  return cwd === '' ? 0 : hashString(cwd) + 1;
}

/** A session as if these steps had been all of it, oldest first; undefined when there are none. */
export function sessionOf(steps: readonly Action[]): Session | undefined {
  const alone = new Sessions(1);
  for (const step of steps) alone.learn(step);
  return alone.get(steps.at(-1)?.session ?? '');
}

function extensionOf(subject: string): number {
  const found = /\.[A-Za-z0-9]{1,12}$/.exec(subject)?.[0];
  if (found) return hashString(found.toLowerCase()) + 3;
  return subject.includes('/') ? 2 : subject === '' ? 0 : 1;
}

function stepOf(action: Action): Step {
  return {
    label: hashString(action.label),
    whole: hashString(action.whole),
    tool: hashString(action.tool),
    server: hashString(action.server),
    subject: hashString(action.subject),
    extension: extensionOf(action.subject),
    directory: directoryOf(action.subject),
    ok: action.ok === undefined ? 0 : action.ok ? 2 : 1,
    at: action.at,
  };
}

/** Sets a key as the newest of a map that holds at most `most`. */
function renew(map: Map<number, number>, key: number, value: number, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && !oldest.done) map.delete(oldest.value);
}

export class Sessions {
  readonly #capacity: number;
  #sessions = new Map<string, Memory>();

  constructor(capacity = 256) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Reading changes nothing, not even who is least recently active. */
  get(session: string): Session | undefined {
    return this.#sessions.get(nameOf(session));
  }

  /** Name of the session that did something last. */
  get latest(): string | undefined {
    return [...this.#sessions.keys()].at(-1);
  }

  learn(action: Action): void {
    const step = stepOf(action);
    const memory: Memory = this.#sessions.get(action.session) ?? {
      steps: [],
      recent: [],
      recentHashes: [],
      seen: new Map(),
      touched: new Map(),
      count: 0,
      repeats: 0,
      fails: 0,
      source: '',
      branch: 0,
      cwd: 0,
    };
    this.#sessions.delete(action.session);
    this.#sessions.set(action.session, memory);
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > this.#capacity && !oldest.done) this.#sessions.delete(oldest.value);

    memory.repeats = memory.steps[0]?.whole === step.whole ? memory.repeats + 1 : 1;
    memory.fails = step.ok === 1 ? memory.fails + 1 : 0;
    renew(memory.seen, step.label, memory.count, labelsKept);
    const tools = hashNumbers(memory.touched.get(step.subject) ?? 0, step.tool);
    renew(memory.touched, step.subject, tools, touchedKept);
    const known = memory.recentHashes.indexOf(step.subject);
    const dropped = known >= 0 ? known : subjectsKept - 1;
    memory.recent.splice(dropped, 1);
    memory.recentHashes.splice(dropped, 1);
    memory.recent.unshift(action.subject);
    memory.recentHashes.unshift(step.subject);
    memory.steps.unshift(step);
    if (memory.steps.length > stepsKept) memory.steps.pop();
    memory.count++;
    memory.source = action.source;
    memory.branch = action.branch === '' ? 0 : hashString(action.branch) + 1;
    memory.cwd = hashOfFolder(action.cwd);
  }

  write(out: StateWriter): void {
    out.section('action-sessions', 3);
    // Insertion order is the order of eviction, so it is part of the state.
    out.list([...this.#sessions], ([name, memory]) => {
      out.string(name).string(memory.source).uint(memory.count).uint(memory.repeats).uint(memory.fails);
      out.uint(memory.branch).uint(memory.cwd);
      out.strings(memory.recent).list(memory.recentHashes, (hash) => out.uint(hash));
      for (const map of [memory.seen, memory.touched])
        out.list([...map], ([key, value]) => out.uint(key).uint(value));
      out.list(memory.steps, (step) => {
        out.uint(step.label).uint(step.whole).uint(step.tool).uint(step.server).uint(step.subject);
        out.uint(step.extension).uint(step.directory).uint(step.ok).f64(step.at);
      });
    });
  }

  read(input: StateReader): void {
    input.section('action-sessions', 3);
    const map = () => new Map(input.list((): [number, number] => [input.uint(), input.uint()]));
    this.#sessions = new Map(
      input.list((): [string, Memory] => {
        const name = input.string();
        const source = input.string();
        const count = input.uint();
        const repeats = input.uint();
        const fails = input.uint();
        const branch = input.uint();
        const cwd = input.uint();
        const recent = input.strings();
        const recentHashes = input.list(() => input.uint());
        const seen = map();
        const touched = map();
        const steps = input.list(() => ({
          label: input.uint(),
          whole: input.uint(),
          tool: input.uint(),
          server: input.uint(),
          subject: input.uint(),
          extension: input.uint(),
          directory: input.uint(),
          ok: input.uint(),
          at: input.f64(),
        }));
        return [
          name,
          { steps, recent, recentHashes, seen, touched, count, repeats, fails, source, branch, cwd },
        ];
      }),
    );
  }
}
