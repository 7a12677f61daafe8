/**
 * Finds an event by its id without an index of ids.
 * It exists because a row an event would cost 60 bytes of store, where its type's row costs two.
 * Invariant: always right; quick where ids ascend as sequences do, as the ones the journal gives. Others (imported events keep
 * theirs) are found by a scan.
 */
import type { StoredEvent } from '../proto/index.js';
import type { Journal } from './journal.js';

/** Events on either side that are looked at when bisection has come close: clocks of several threads may differ a little. */
const nearby = 512;

/** Sequence of the event with that id; undefined when there is none. @throws LMCP_JOURNAL_CORRUPT */
export async function findEvent(
  journal: Pick<Journal, 'lastSequence' | 'damage' | 'read'>,
  id: string,
): Promise<number | undefined> {
  const last = journal.damage ? journal.damage.sequence - 1 : journal.lastSequence;
  let low = 1;
  let high = last;
  while (high - low > nearby) {
    const middle = Math.floor((low + high) / 2);
    const found = await first(journal.read({ from: middle, to: middle }));
    if (found?.event.id === id) return middle;
    if (found === undefined || found.event.id < id) low = middle;
    else high = middle;
  }
  const from = Math.max(1, low - nearby);
  const to = Math.min(last, high + nearby);
  return (
    (await scan(journal.read({ from, to }), id)) ??
    (await scan(journal.read({ from: 1, to: from - 1 }), id)) ??
    (await scan(journal.read({ from: to + 1, to: last }), id))
  );
}

async function first(events: AsyncIterable<StoredEvent>): Promise<StoredEvent | undefined> {
  for await (const stored of events) return stored;
  return undefined;
}

async function scan(events: AsyncIterable<StoredEvent>, id: string): Promise<number | undefined> {
  for await (const { sequence, event } of events) if (event.id === id) return sequence;
  return undefined;
}
