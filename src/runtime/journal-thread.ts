/**
 * Entry of the journal thread: the only writer of any journal, serving every other thread over its own line.
 * It exists so that disks and redaction never hold a thread that answers.
 * Invariant: one journal a workspace, opened here and nowhere else while the daemon runs.
 */
import { randomBytes } from 'node:crypto';
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
import { type ThreadMetrics, timedFiles, watchThread } from './metrics/index.js';
import { keyFile, makePrivate, workspaceFolder } from './paths.js';
import { Peer } from './peer.js';
import { portLink } from './port-link.js';
import { lockView } from './process-identity.js';

export interface JournalThreadData {
  readonly data: string;
  readonly encrypt: boolean;
  readonly metrics: ThreadMetrics;
}

if (!parentPort) throw new Error('journal-thread runs as a worker only');
const { data, encrypt, metrics } = workerData as JournalThreadData;
const clock = () => Date.now();
const random = (size: number) => new Uint8Array(randomBytes(size));
const key = await loadHashKey(nodeFiles, keyFile(data), random);
const redactor = createRedactor({ key });
const { recorder } = watchThread(metrics);
const batchEvents = recorder.histogram('batchEvents');
const batchBytes = recorder.histogram('batchBytes');
const files = metrics.enabled
  ? timedFiles(nodeFiles, recorder.histogram('fsync'), () => performance.now())
  : nodeFiles;

const service = journalService(async (workspace) => {
  const directory = workspaceFolder(data, workspace);
  makePrivate(directory);
  const store = await openLmdbStore({
    directory: join(directory, 'views'),
    probe: (folder) => probeLmdb(folder),
  });
  const journal = await openJournal({
    directory: join(directory, 'journal'),
    files,
    store,
    clock,
    random,
    redactor,
    workspace,
    process: lockView(),
    ...(encrypt ? { key } : {}),
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  if (metrics.enabled)
    journal.onAppended((batch, first, last) => {
      batchEvents(last - first + 1);
      batchBytes(batch.length);
    });
  return {
    journal,
    snapshots: new Snapshots(store),
    copyViews: (to) => store.copyTo(to),
    close: async () => {
      await journal.close();
      await store.close();
    },
  };
});

new Peer<NoMethods, JournalMethods>(portLink(parentPort), service);
parentPort.on('message', (message: unknown) => {
  if (message instanceof MessagePort) new Peer<NoMethods, JournalMethods>(portLink(message), service);
});
