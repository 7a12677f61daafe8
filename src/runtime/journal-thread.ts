/**
 * Entry of the journal thread: the only writer of any journal, serving every other thread over its own line.
 * It exists so that disks and redaction never hold a thread that answers.
 * Invariant: one journal a workspace, opened here and nowhere else while the daemon runs.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessagePort, parentPort, workerData } from 'node:worker_threads';
import {
  createRedactor,
  loadHashKey,
  nodeFiles,
  openJournal,
  openLmdbStore,
  probeLmdb,
  Snapshots,
} from '../journal/index.js';
import { journalService } from './journal-service.js';
import type { JournalMethods, NoMethods } from './messages.js';
import { keyFile, makePrivate, workspaceFolder } from './paths.js';
import { Peer } from './peer.js';
import { portLink } from './port-link.js';
import { lockView } from './process-identity.js';

/** Stands in a workspace's folder while its store was closed in order: then it need not be probed. */
const CLEAN = 'closed-in-order';

export interface JournalThreadData {
  readonly data: string;
  readonly encrypt: boolean;
}

if (!parentPort) throw new Error('journal-thread runs as a worker only');
const { data, encrypt } = workerData as JournalThreadData;
const clock = () => Date.now();
const random = (size: number) => new Uint8Array(randomBytes(size));
const key = await loadHashKey(nodeFiles, keyFile(data), random);
const redactor = createRedactor({ key });

const service = journalService(async (workspace) => {
  const directory = workspaceFolder(data, workspace);
  makePrivate(directory);
  const marker = join(directory, CLEAN);
  const clean = existsSync(marker);
  rmSync(marker, { force: true });
  const store = await openLmdbStore({
    directory: join(directory, 'views'),
    ...(clean ? {} : { probe: (folder: string) => probeLmdb(folder) }),
  });
  const journal = await openJournal({
    directory: join(directory, 'journal'),
    files: nodeFiles,
    store,
    clock,
    random,
    redactor,
    workspace,
    process: lockView(),
    ...(encrypt ? { key } : {}),
  });
  return {
    journal,
    snapshots: new Snapshots(store),
    close: async () => {
      await journal.close();
      await store.close();
      writeFileSync(marker, '', { mode: 0o600 });
    },
  };
});

new Peer<NoMethods, JournalMethods>(portLink(parentPort), service);
parentPort.on('message', (message: unknown) => {
  if (message instanceof MessagePort) new Peer<NoMethods, JournalMethods>(portLink(message), service);
});
