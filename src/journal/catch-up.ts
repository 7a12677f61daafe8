/**
 * Brings an index up to the journal's end from the blocks themselves.
 * It exists because opening after a crash and mending after a full disk need the same reading.
 * Invariant: an index ahead of the good prefix stays as it is: it is the witness that events are missing.
 */
import type { Catalogue } from './catalogue.js';
import { decodeEvent } from './codec.js';
import { rowsOf } from './prepare.js';
import type { Reader } from './reading.js';
import type { JournalIndex } from './store/journal-index.js';

/** Indexes the events after the index's own state; resolves with how many, once they are written. @throws LMCP_JOURNAL_CORRUPT */
export async function catchUp(
  index: Pick<JournalIndex, 'state' | 'add' | 'flush'>,
  catalogue: Catalogue,
  reader: Reader,
): Promise<number> {
  const from = index.state.sequence + 1;
  let count = 0;
  for await (const items of reader.blocks(from, catalogue.lastSequence)) {
    const last = items.at(-1)?.sequence;
    if (last === undefined) continue;
    const rows = items.map(({ bytes }) => rowsOf(decodeEvent(bytes)));
    const hash = last === catalogue.lastSequence ? Buffer.from(catalogue.hash).toString('hex') : '';
    index.add(last - items.length + 1, rows, hash);
    count += items.length;
  }
  await index.flush();
  return count;
}
