/**
 * A journal thread in the thread of a test: memory for files and store, a fixed clock, and clients over links in memory.
 * It exists once, because whoever tests learners or servers over a journal needs the same one.
 * Invariant: nothing outlives the test; equal appends give equal journals.
 */
import {
  createMemoryFiles,
  createMemoryStore,
  createRedactor,
  openJournal,
  Snapshots,
  type Store,
} from '../../journal/index.js';
import { JournalClient } from '../journal-client.js';
import { journalService } from '../journal-service.js';
import { memoryLinks } from '../link.js';
import type { JournalMethods, NoMethods } from '../messages.js';
import { Peer } from '../peer.js';

export interface JournalInMemory {
  readonly store: Store;
  /** Another client, as another thread has one. */
  connect(): JournalClient;
}

export function journalInMemory(): JournalInMemory {
  const files = createMemoryFiles();
  const store = createMemoryStore();
  const service = journalService(async (workspace) => {
    const journal = await openJournal({
      directory: '/journal',
      files,
      store,
      clock: () => 0,
      random: (size) => new Uint8Array(size).fill(7),
      redactor: createRedactor({ key: new Uint8Array(32) }),
      workspace,
    });
    return { journal, snapshots: new Snapshots(store), close: () => journal.close() };
  });
  const connect = () => {
    const [near, far] = memoryLinks();
    new Peer<NoMethods, JournalMethods>(far, service);
    const line = new Peer<JournalMethods, NoMethods>(near, {});
    return new JournalClient(() => line);
  };
  return { store, connect };
}
