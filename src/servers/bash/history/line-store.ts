/**
 * Distinct command lines with what is known of each, in columns, found again by their words.
 * It exists as one half of the known lines: a half is dropped as a whole, so that forgetting old lines costs nothing.
 * Invariant: the words are indexed when somebody searches, from the lines alone; they are no part of any state.
 */
import type { StateReader, StateWriter } from '../../../learning/index.js';
import { type Gathered, WordIndex } from './word-index.js';

/** What is known of one line. */
export interface KnownLine {
  readonly command: string;
  readonly count: number;
  /** Runs that failed. */
  readonly failed: number;
  /** Where it ran last, relative to the workspace. */
  readonly cwd: string;
  /** Of the last run; null: not known. */
  readonly exitCode: number | null;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

/** No exit status: shells know −2³¹ … 2³¹ − 1 at most, this lies beyond those that occur. */
const noExit = -0x8000_0000;
const smallest = 256;

/** What ran this long ago counts half as fresh, counted back from the newest run. */
const fresh = 30 * 86_400_000;
/** What a run in the asked folder, freshness, and each doubling of the runs add; what a line that always failed loses. */
const here = 0.5;
const freshness = 0.5;
const doubling = 0.15;
const failing = 0.5;

export class LineStore {
  readonly #numbers = new Map<string, number>();
  readonly #lines: string[] = [];
  readonly #folders: string[] = [];
  /** Folders by name, so that each is held once. */
  readonly #names = new Map<string, string>();
  #counts = new Uint32Array(smallest);
  #failed = new Uint32Array(smallest);
  #exits = new Int32Array(smallest);
  #times = new Float64Array(smallest);
  /** 1: told by a younger store since. */
  #gone = new Uint8Array(smallest);
  readonly #words = new WordIndex();

  get size(): number {
    return this.#lines.length;
  }

  /** Number of a line; -1 when it is not held. */
  find(command: string): number {
    return this.#numbers.get(command) ?? -1;
  }

  at(line: number): KnownLine {
    const exit = this.#exits[line] ?? noExit;
    return {
      command: this.#lines[line] ?? '',
      count: this.#counts[line] ?? 0,
      failed: this.#failed[line] ?? 0,
      cwd: this.#folders[line] ?? '',
      exitCode: exit === noExit ? null : exit,
      lastAt: this.#times[line] ?? 0,
    };
  }

  /** Sets what is known of a line, which is added when it is new. */
  put(known: KnownLine): void {
    let line = this.find(known.command);
    if (line < 0) {
      line = this.#lines.push(known.command) - 1;
      this.#numbers.set(known.command, line);
      if (line >= this.#counts.length) this.#grow();
    }
    this.#folders[line] = this.#folder(known.cwd);
    this.#counts[line] = known.count;
    this.#failed[line] = known.failed;
    this.#exits[line] = known.exitCode ?? noExit;
    this.#times[line] = known.lastAt;
  }

  /** Leaves a line to a younger store, which goes on counting it. */
  leave(line: number): void {
    this.#gone[line] = 1;
  }

  isGone(line: number): boolean {
    return this.#gone[line] === 1;
  }

  /**
   * How likely a line is wanted, beside its words: by runs, freshness, folder and success.
   * @param now newest run of all, milliseconds @param cwd folder asked from; null: not known
   */
  weight(line: number, now: number, cwd: string | null): number {
    const count = this.#counts[line] ?? 1;
    const doublings = 31 - Math.clz32(count);
    const recency = 1 / (1 + (now - (this.#times[line] ?? 0)) / fresh);
    const place = cwd !== null && this.#folders[line] === cwd ? 1 + here : 1;
    const failed = (this.#failed[line] ?? 0) / count;
    return (1 + doubling * doublings) * (1 + freshness * recency) * place * (1 - failing * failed);
  }

  #folder(cwd: string): string {
    const known = this.#names.get(cwd);
    if (known !== undefined) return known;
    this.#names.set(cwd, cwd);
    return cwd;
  }

  #grow(): void {
    const size = this.#counts.length * 2;
    const wider = <A extends Uint8Array | Uint32Array | Int32Array | Float64Array>(made: A, old: A): A => {
      made.set(old);
      return made;
    };
    this.#counts = wider(new Uint32Array(size), this.#counts);
    this.#failed = wider(new Uint32Array(size), this.#failed);
    this.#exits = wider(new Int32Array(size), this.#exits);
    this.#times = wider(new Float64Array(size), this.#times);
    this.#gone = wider(new Uint8Array(size), this.#gone);
  }

  /** Lines that hold one of the words at least. The first search after many new lines indexes them. */
  gather(words: readonly string[]): Gathered {
    while (this.#words.size < this.#lines.length) this.#words.add(this.#lines[this.#words.size] ?? '');
    return this.#words.gather(words);
  }

  write(out: StateWriter): void {
    out.list(
      Array.from(this.#lines, (_, line) => this.at(line)),
      ({ command, count, failed, cwd, exitCode, lastAt }) => {
        out.string(command).uint(count).uint(failed).string(cwd);
        out.f64(exitCode ?? noExit).f64(lastAt);
      },
    );
  }

  static read(input: StateReader): LineStore {
    const made = new LineStore();
    const lines = input.list(() => {
      const [command, count, failed, cwd] = [input.string(), input.uint(), input.uint(), input.string()];
      const [exit, lastAt] = [input.f64(), input.f64()];
      return { command, count, failed, cwd, exitCode: exit === noExit ? null : exit, lastAt };
    });
    for (const line of lines) made.put(line);
    return made;
  }
}
