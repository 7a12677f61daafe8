/**
 * Lately told outcomes by how sure the model was, and the nearest one of another source to compare with.
 * It exists because a source that is asked harder questions is right less often without being wrong about anything.
 * Invariant: bounded; only outcomes of other sources on the same level, told at most `reach` outcomes ago, are given.
 */
import type { StateReader, StateWriter } from './state-codec.js';

/** Outcomes between two that are compared, at most: what lies further apart may come from another time. */
export const reach = 128;

const tens = 10;
/** The level of outcomes of which no probability was stated, behind the ten of those with one. */
const unstated = tens;

export interface Outcome {
  /** Whose it is: a number of the caller's. */
  readonly owner: number;
  readonly level: number;
  /** In [0, 1]. */
  readonly value: number;
  /** Number of the uninterrupted row of outcomes of one source that it belongs to. */
  readonly burst: number;
  /** Counts the outcomes, from 1. */
  readonly serial: number;
}

/** Tenth of the stated probability. */
export function levelOf(confidence: number | undefined): number {
  return confidence === undefined ? unstated : Math.min(tens - 1, Math.max(0, Math.floor(confidence * tens)));
}

export class MatchedOutcomes {
  #recent: Outcome[] = [];
  #serial = 0;
  /** Serial of the first outcome of the row of one source that goes on. */
  #since = 0;

  /** Takes up an outcome: what is told after it can be compared with it. */
  add(outcome: Omit<Outcome, 'serial'>): Outcome {
    const told = { ...outcome, serial: ++this.#serial };
    if (this.#recent.at(-1)?.owner !== outcome.owner) this.#since = this.#serial;
    this.#recent.push(told);
    if (this.#recent.length > reach) this.#recent.shift();
    return told;
  }

  /** The latest outcome of another source on its level before this one that is not `used`; undefined where there is none. */
  before({ owner, level, serial }: Outcome, used: readonly number[]): Outcome | undefined {
    // Within reach there is nobody else: most streams have one source.
    if (this.#since <= this.#serial - this.#recent.length + 1) return undefined;
    for (let i = this.#recent.length - 1; i >= 0; i--) {
      const other = this.#recent[i];
      if (!other || other.owner === owner || other.level !== level || other.serial >= serial) continue;
      if (!used.includes(other.serial)) return other;
    }
    return undefined;
  }

  write(out: StateWriter): void {
    out.section('matched-outcomes', 2).uint(this.#serial);
    out.list(this.#recent, ({ owner, level, value, burst }) => {
      out.uint(owner).uint(level).f64(value).uint(burst);
    });
  }

  read(input: StateReader): void {
    input.section('matched-outcomes', 2);
    this.#serial = input.uint();
    const rows = input.list(() => ({
      owner: input.uint(),
      level: input.uint(),
      value: input.f64(),
      burst: input.uint(),
    }));
    const first = this.#serial - rows.length + 1;
    this.#recent = rows.map((row, i) => ({ ...row, serial: first + i }));
    this.#since = this.#serial + 1;
    while (this.#since > first && rows[this.#since - 1 - first]?.owner === rows.at(-1)?.owner) this.#since--;
  }
}
