/**
 * The lineage of a learner: which events of the journal its state is the fold of.
 * It exists so that a rollback, a branch and a merge are only other lists of ranges, and state stays a function of the journal.
 * Invariant: ranges that are closed lie before the open tail; a state fits a lineage exactly when it is the fold of a prefix of it.
 */
import { canonical, cut, indexAt, lastOf, type Range, type Ranges } from './ranges.js';

export interface Lineage {
  /** What the head that was moved to had folded; canonical. */
  readonly folded: Ranges;
  /** Where the tail begins: every event from here on is folded. Infinity: there is no tail. */
  readonly from: number;
}

/** Of a learner whose head was never moved. */
export const wholeJournal: Lineage = { folded: [], from: 1 };

/** A lineage that ends: the very events of a version. */
export function closed(folded: Ranges): Lineage {
  return { folded, from: Number.POSITIVE_INFINITY };
}

/** What a state has folded that has gone along this lineage up to a sequence. */
export function upTo({ folded, from }: Lineage, offset: number): Ranges {
  const before = cut(folded, offset);
  if (offset < from) return before;
  const tail: Range = [from, offset];
  return canonical([...before, tail]);
}

export function isIn({ folded, from }: Lineage, sequence: number): boolean {
  if (sequence >= from) return true;
  return sequence <= (folded[indexAt(folded, sequence)]?.[1] ?? 0);
}

/** The last sequence such that nothing between `offset` and it is of the lineage; Infinity when nothing of it follows. */
export function passable({ folded, from }: Lineage, offset: number): number {
  const next = offset + 1;
  if (next >= from) return offset;
  const at = indexAt(folded, next);
  if (next <= (folded[at]?.[1] ?? 0)) return offset;
  return Math.min(folded[at + 1]?.[0] ?? from, from) - 1;
}

/** Where a state that has folded exactly this stands on a lineage; undefined when it is no prefix of it. */
export function standsAt(lineage: Lineage, folded: Ranges): number | undefined {
  const offset = lastOf(folded);
  const along = upTo(lineage, offset);
  if (along.length !== folded.length) return undefined;
  for (const [i, [from, to]] of along.entries())
    if (folded[i]?.[0] !== from || folded[i]?.[1] !== to) return undefined;
  return offset;
}
