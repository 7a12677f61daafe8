/**
 * Lately settled outcomes by how sure the model was, so that an outcome can be compared with others' of the same difficulty.
 * It exists because a source that is asked harder questions is right less often without being wrong about anything.
 * Invariant: bounded; an outcome is matched with earlier ones of other sources only, each used once a source.
 *
 * Matched pairs: when two sources are alike, the difference of one's outcome from the mean of others' at the same stated
 * probability has the mean 0 whatever the difficulty is and however it changes from one match to the next.
 */
import type { StateReader, StateWriter } from './state-codec.js';

/** Ten of the stated probability, and one for outcomes of which none was stated. */
export const levels = 11;
/** Outcomes kept of each level. */
const kept = 32;
/** Most outcomes that one is compared with; with fewer left for the rest of a burst, fewer. */
const most = 3;

interface Outcome {
  /** Whose it is: a number of the caller's. */
  readonly owner: number;
  readonly value: number;
  readonly serial: number;
}

export function levelOf(confidence: number | undefined): number {
  return confidence === undefined
    ? levels - 1
    : Math.min(levels - 2, Math.max(0, Math.floor(confidence * (levels - 1))));
}

export class MatchedOutcomes {
  #rows: Outcome[][] = Array.from({ length: levels }, () => []);
  #serial = 0;

  /** Takes up an outcome in [0, 1]. */
  add(owner: number, level: number, value: number): void {
    const row = this.#rows[level];
    if (!row) return;
    row.push({ owner, value, serial: ++this.#serial });
    if (row.length > kept) row.shift();
  }

  /**
   * Mean outcome of others to compare with, oldest unused first; null when there is none.
   * @param used serial of the last one that was used, by level; moved on in place
   */
  match(owner: number, level: number, used: number[]): number | null {
    const after = used[level] ?? 0;
    const row = this.#rows[level] ?? [];
    let others = 0;
    for (const outcome of row) if (outcome.owner !== owner && outcome.serial > after) others++;
    if (others === 0) return null;
    const wanted = Math.min(most, Math.max(1, Math.floor(others / 2)));
    let taken = 0;
    let sum = 0;
    for (const outcome of row) {
      if (outcome.owner === owner || outcome.serial <= after) continue;
      sum += outcome.value;
      taken++;
      if (taken < wanted) continue;
      used[level] = outcome.serial;
      break;
    }
    return sum / taken;
  }

  write(out: StateWriter): void {
    out.section('matched-outcomes', 1).uint(this.#serial);
    out.list(this.#rows, (row) =>
      out.list(row, ({ owner, value, serial }) => {
        out.uint(owner).f64(value).uint(serial);
      }),
    );
  }

  read(input: StateReader): void {
    input.section('matched-outcomes', 1);
    this.#serial = input.uint();
    this.#rows = input.list(() =>
      input.list(() => ({ owner: input.uint(), value: input.f64(), serial: input.uint() })),
    );
  }
}
