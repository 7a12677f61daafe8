/**
 * What one learner must no longer know: forgotten events, and receipts whose answers may rest on them.
 * It exists so that a fold after `eventsForgotten` equals the fold of a journal in which those events never were.
 * Invariant: a function of the `eventsForgotten` events and of the types that the learner consumes; nothing else.
 */
import type { EventType } from '../../proto/index.js';
import { canonical, includes, lastOf, type Ranges } from './ranges.js';

/** One `eventsForgotten` event. */
export interface Forgetting {
  /** Its own sequence. */
  readonly sequence: number;
  /** The events it names. */
  readonly named: Ranges;
  /** Their types; empty: not told, so it concerns every learner. */
  readonly types: readonly string[];
}

/** A state by what it has folded, and by the sequence of the last `eventsForgotten` it knew of (0: none). */
export interface Folded {
  readonly folded: Ranges;
  readonly forgotten: number;
}

export class Forgotten {
  readonly #named: Ranges;
  /** Those that concern the learner, in sequence, each with the least sequence that it or a later one names. */
  readonly #concerning: readonly { readonly sequence: number; readonly least: number }[];
  /** Sequence of the last one known, whomever it concerns; 0 when there is none. */
  readonly through: number;

  constructor(forgettings: readonly Forgetting[], consumes: ReadonlySet<EventType>) {
    this.#named = canonical(forgettings.flatMap(({ named }) => named));
    this.through = forgettings.at(-1)?.sequence ?? 0;
    let least = Number.POSITIVE_INFINITY;
    this.#concerning = forgettings
      .filter(({ types }) => types.length === 0 || types.some((type) => consumes.has(type as EventType)))
      .reverse()
      .map(({ sequence, named }) => {
        least = Math.min(least, named[0]?.[0] ?? Number.POSITIVE_INFINITY);
        return { sequence, least };
      })
      .reverse();
  }

  has(sequence: number): boolean {
    return this.#named.length > 0 && includes(this.#named, sequence);
  }

  /** Whether a receipt is audit only: written before something was forgotten that its answer may have rested on. */
  isAudit(sequence: number, stateOffset: number): boolean {
    const next = this.#concerning.find((forgetting) => forgetting.sequence > sequence);
    return next !== undefined && stateOffset >= next.least;
  }

  /** Whether a state may know what was forgotten after it was folded, by an event or by a receipt. */
  taints({ folded, forgotten }: Folded): boolean {
    return this.isAudit(forgotten, lastOf(folded));
  }
}
