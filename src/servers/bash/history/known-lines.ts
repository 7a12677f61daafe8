/**
 * The command lines of a team: how often each ran, where last, how it ended; ranked by a search.
 * It exists for search_history, and as the first source of generate_command.
 * Invariant: at least the half of `capacity` run last is held, at most `capacity`; the state follows from the runs alone.
 */
import type { StateReader, StateWriter } from '../../../learning/index.js';
import { type KnownLine, LineStore } from './line-store.js';
import { isRedacted } from './redacted-line.js';
import { wordsOf } from './word-index.js';

export type { KnownLine } from './line-store.js';

export interface LineRun {
  readonly command: string;
  readonly cwd: string;
  /** Absent: not known. */
  readonly exitCode?: number | undefined;
  /** Milliseconds since the epoch; 0: not known. */
  readonly at: number;
}

export interface HistoryQuery {
  /** Words, in any order; empty: all lines. */
  readonly query: string;
  /** Folder asked from, relative to the workspace; null: not known. */
  readonly cwd: string | null;
  /** How many lines are wanted, best first. */
  readonly limit: number;
  /** How many of the best are left out; default 0. */
  readonly offset?: number;
  /** Leaves out lines that lost a secret: they cannot be run. Default false. */
  readonly runnable?: boolean;
}

export interface HistoryFound {
  readonly lines: readonly KnownLine[];
  /** Lines that matched, those shown among them. */
  readonly total: number;
  /** No line holds all the words: these hold most of them. */
  readonly partial: boolean;
}

interface Match {
  readonly store: LineStore;
  readonly line: number;
  readonly score: number;
}

export class KnownLines {
  readonly #half: number;
  #young = new LineStore();
  #old = new LineStore();
  /** Newest run. */
  #latest = 0;

  /** @param capacity lines held at most; default 65,536 */
  constructor(capacity = 65_536) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  /** Lines held; one of both halves counts twice until the old one is dropped. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  learn({ command, cwd, exitCode, at }: LineRun): void {
    const [inYoung, inOld] = [this.#young.find(command), this.#old.find(command)];
    const before = inYoung >= 0 ? this.#young.at(inYoung) : inOld >= 0 ? this.#old.at(inOld) : undefined;
    if (inOld >= 0) this.#old.leave(inOld);
    if (inYoung < 0 && this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new LineStore();
    }
    this.#young.put({
      command,
      count: (before?.count ?? 0) + 1,
      failed: (before?.failed ?? 0) + (exitCode !== undefined && exitCode !== 0 ? 1 : 0),
      cwd,
      exitCode: exitCode ?? null,
      lastAt: Math.max(before?.lastAt ?? 0, at),
    });
    this.#latest = Math.max(this.#latest, at);
  }

  search({ query, cwd, limit, offset = 0, runnable = false }: HistoryQuery): HistoryFound {
    const words = wordsOf(query);
    const wanted = offset + limit;
    let most = 0;
    let matches: Match[] = [];
    let total = 0;
    for (const store of [this.#young, this.#old]) {
      const found = words.length === 0 ? allOf(store) : store.gather(words);
      for (const line of found.lines) {
        const held = found.held(line);
        if (held < most) continue;
        if (store.isGone(line) || (runnable && isRedacted(store.at(line).command))) continue;
        if (held > most) {
          most = held;
          matches = [];
          total = 0;
        }
        total++;
        const score = found.score(line) * store.weight(line, this.#latest, cwd);
        insert(matches, { store, line, score }, wanted);
      }
    }
    return {
      lines: matches.slice(offset).map(({ store, line }) => store.at(line)),
      total,
      partial: total > 0 && most < words.length,
    };
  }

  write(out: StateWriter): void {
    out.section('known-lines', 1).f64(this.#latest);
    this.#young.write(out);
    this.#old.write(out);
  }

  read(input: StateReader): void {
    input.section('known-lines', 1);
    this.#latest = input.f64();
    this.#young = LineStore.read(input);
    this.#old = LineStore.read(input);
    for (let line = 0; line < this.#old.size; line++)
      if (this.#young.find(this.#old.at(line).command) >= 0) this.#old.leave(line);
  }
}

/** Every line, alike: what a search without words ranks. */
function allOf(store: LineStore): ReturnType<LineStore['gather']> {
  const lines = new Uint32Array(store.size);
  for (let line = 0; line < lines.length; line++) lines[line] = line;
  return { lines, score: () => 1, held: () => 0 };
}

/** Keeps the best in order; of equals the one met first. */
function insert(best: Match[], match: Match, most: number): void {
  if (best.length >= most && match.score <= (best[most - 1]?.score ?? 0)) return;
  let at = best.length;
  while (at > 0 && (best[at - 1]?.score ?? 0) < match.score) at--;
  best.splice(at, 0, match);
  if (best.length > most) best.pop();
}
