/**
 * What followed this line most recently, and what ran most recently at all.
 * It exists because habits of a shell are fresh: counts of months hide what is being done today.
 * Invariant: bounded; of equals the newer counts more, by a fixed share a step back.
 */
import {
  type Distribution,
  GenerationalMap,
  type StateReader,
  type StateWriter,
} from '../../../learning/index.js';

/** What a step back in recency costs. */
const fade = 0.7;
const kept = 12;
/** Share of what followed this line; the rest goes to what ran at all. */
const share = 0.8;

function moved(list: readonly string[], line: string): string[] {
  return [line, ...list.filter((other) => other !== line)].slice(0, kept);
}

export class RecentFollowers {
  readonly #after = new GenerationalMap<string, { lines: string[] }>(4096);
  #all: string[] = [];

  get size(): number {
    return this.#after.size + this.#all.length;
  }

  predictProbaOne(last: string): Distribution {
    const p = new Map<string, number>();
    const add = (list: readonly string[], mass: number) => {
      list.forEach((line, back) => {
        p.set(line, (p.get(line) ?? 0) + mass * (1 - fade) * fade ** back);
      });
    };
    const after = this.#after.peek(last)?.lines ?? [];
    add(after, after.length > 0 ? share : 0);
    add(this.#all, after.length > 0 ? 1 - share : 1);
    let sum = 0;
    for (const value of p.values()) sum += value;
    return { p, other: Math.max(0, 1 - sum) };
  }

  learnOne(last: string, line: string): void {
    const entry = this.#after.touch(last, () => ({ lines: [] }));
    entry.lines = moved(entry.lines, line);
    this.#all = moved(this.#all, line);
  }

  write(out: StateWriter): void {
    this.#after.write(out, (last, { lines }) => {
      out.string(last).list(lines, (line) => out.string(line));
    });
    out.list(this.#all, (line) => out.string(line));
  }

  read(input: StateReader): void {
    this.#after.read(input, () => [input.string(), { lines: input.list(() => input.string()) }]);
    this.#all = input.list(() => input.string());
  }
}
