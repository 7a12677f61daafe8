/**
 * Reads a journal's folder without opening it: no lock, no index, nothing changed.
 * It exists for export, which must work while a daemon writes and when none runs.
 * Invariant: gives verified events of the prefix found at the beginning; what is appended later is not looked for.
 */
import type { EventType, StoredEvent } from '../proto/index.js';
import { createCipher } from './cipher.js';
import { decodeEvent, peekType } from './codec.js';
import { examine } from './examine.js';
import type { FileLayer } from './files/layer.js';
import { nodeFiles } from './files/node-files.js';
import { readFormat, segmentsFolder } from './format.js';
import type { Journal, JournalDamage } from './journal.js';
import { corrupt, Reader } from './reading.js';
import { readHead } from './witness.js';

export interface ReadOnlyJournal extends Pick<Journal, 'read' | 'lastSequence'> {
  /** Where the good prefix ends, if it was seen to end early. */
  readonly damage: JournalDamage | null;
}

/** @param options.key needed where the journal is encrypted. @throws LMCP_DATA_VERSION, LMCP_JOURNAL_KEY, LMCP_DISK */
export async function readJournal(
  directory: string,
  options: { readonly files?: FileLayer; readonly key?: Uint8Array } = {},
): Promise<ReadOnlyJournal> {
  const { files = nodeFiles, key } = options;
  const { id } = await readFormat(files, directory, key);
  const cipher = key && createCipher(key, Buffer.from(id, 'hex'));
  const head = await readHead(files, directory);
  const witnesses = head ? [head] : [];
  const { catalogue, damage } = await examine(files, { folder: segmentsFolder(directory), witnesses });
  const reader = new Reader({ files, catalogue, cipher, onDamage: () => undefined });
  return {
    damage,
    lastSequence: catalogue.lastSequence,
    async *read(
      range: { from?: number; to?: number; types?: readonly EventType[] } = {},
    ): AsyncGenerator<StoredEvent> {
      const { from = 1, to = catalogue.lastSequence, types } = range;
      if (damage && range.to !== undefined && range.to >= damage.sequence) throw corrupt(damage);
      const wanted = types && new Set<EventType | undefined>(types);
      for await (const items of reader.blocks(from, Math.min(to, catalogue.lastSequence)))
        for (const { sequence, bytes } of items)
          if (!wanted || wanted.has(peekType(bytes))) yield { sequence, event: decodeEvent(bytes) };
    },
  };
}
