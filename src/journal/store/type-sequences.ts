/**
 * The sequences of events of several types, merged from the index's rows.
 * It exists because each type has rows of its own, and a reader wants one order.
 * Invariant: ascending and lazy; reads no further ahead than one sequence a type.
 */
import type { EventType } from '../../proto/index.js';
import { type JournalIndex, typeRow } from './journal-index.js';

export function* typeSequences(
  index: Pick<JournalIndex, 'sequences'>,
  types: readonly EventType[],
  { from, to }: { readonly from: number; readonly to: number },
): Generator<number> {
  const rows = [...new Set(types)].map((type) => index.sequences(typeRow(type), from, to)[Symbol.iterator]());
  const heads = rows.map((row) => row.next());
  for (;;) {
    let least = -1;
    heads.forEach((head, i) => {
      if (!head.done && (least < 0 || head.value < Number(heads[least]?.value))) least = i;
    });
    const head = heads[least];
    const row = rows[least];
    if (!head || head.done || !row) return;
    yield head.value;
    heads[least] = row.next();
  }
}
