/**
 * `lmcp fsck [--repair]`: verifies journals block by block, and keeps the good prefix of one that is damaged.
 * It exists so that damage is named by file and offset before anybody acts on it.
 * Invariant: without --repair it reads only; exit code 0 sound (or repaired), 1 damaged or nothing there to verify. While a daemon
 * runs the blocks are verified, up to one that may be under way; its index files, which change meanwhile, are not.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { findDaemon } from '../gateway/daemon-file.js';
import { type FsckReport, fsck, type RepairReport, repairJournal } from '../journal/index.js';
import { dataFolder } from '../runtime/index.js';
import { lockView } from '../runtime/process-identity.js';
import { withDataLock } from './data-lock.js';
import { bar } from './progress.js';
import { journalKey, journalOf, type WorkspaceJournal, workspaceJournals } from './workspace-journal.js';

interface Options {
  readonly repo?: string;
  readonly data?: string;
  readonly all?: boolean;
  readonly repair?: boolean;
  readonly json?: boolean;
}

interface Checked extends FsckReport {
  readonly workspace: string;
  /** A daemon was at work: see the invariant above. */
  readonly live: boolean;
  /** Null when nothing was to be repaired, or it was not asked for. */
  readonly repaired: (RepairReport & { readonly indexRemoved: boolean }) | null;
}

export async function check(options: Options): Promise<void> {
  const data = dataFolder(options.data);
  const journals = options.all ? workspaceJournals(data) : [await journalOf(data, options.repo)];
  if (journals.length === 0) throw new LmcpError('LMCP_NO_JOURNAL', `There is no journal in ${data} yet.`);
  const daemon = findDaemon(data);
  if (options.repair && daemon)
    throw new LmcpError('LMCP_DATA_LOCKED', `Process ${daemon.pid} writes to ${data}.`);
  const shown = bar(options.json === true);
  const checkAll = async () => {
    const found: Checked[] = [];
    for (const journal of journals) found.push(await checkOne(journal));
    shown.end(`${journals.length} ${journals.length === 1 ? 'journal' : 'journals'} read to the end`);
    return found;
  };
  const checkOne = async (found: WorkspaceJournal): Promise<Checked> => {
    const key = await journalKey(data, found.journal);
    const report = await fsck(found.journal, {
      ...key,
      ...(daemon ? {} : { storeDirectory: found.views }),
      onProgress: (events) => shown.at(events, null, `events of ${found.id ?? found.folder} verified`),
    });
    const repaired = options.repair && !report.ok ? await repair(found, report, key) : null;
    return { workspace: found.id ?? found.folder, live: daemon !== undefined, ...report, repaired };
  };
  const reports = await (daemon ? checkAll() : withDataLock(data, checkAll));
  if (reports.some(({ ok, repaired }) => !ok && !repaired)) process.exitCode = 1;
  if (options.json)
    process.stdout.write(`${JSON.stringify(options.all ? { journals: reports } : reports[0])}\n`);
  else process.stdout.write(`${reports.flatMap(text).join('\n')}\n`);
}

/** Keeps the good prefix; a damaged index is set aside, and rebuilt at the next opening. */
async function repair(
  { journal, views }: WorkspaceJournal,
  report: FsckReport,
  key: { readonly key?: Uint8Array },
): Promise<NonNullable<Checked['repaired']>> {
  const random = (size: number) => new Uint8Array(randomBytes(size));
  const repaired = await repairJournal(journal, { ...key, random, process: lockView() });
  const indexRemoved = report.store?.ok === false && existsSync(join(views, 'data.mdb'));
  if (indexRemoved) {
    await rename(join(views, 'data.mdb'), join(views, 'damaged.mdb'));
    for (const name of ['lock.mdb', 'sealed']) await rm(join(views, name), { force: true });
  }
  return { ...repaired, indexRemoved };
}

function text(report: Checked): string[] {
  const { workspace, ok, live, events, blocks, segments, bytes, damage, tornBytes, store, repaired, head } =
    report;
  const lines = [
    `${workspace}: ${ok ? 'sound' : 'DAMAGED'}`,
    `  ${events.toLocaleString('en')} events in ${blocks} blocks, ${segments} segments, ${(bytes / 1e6).toFixed(1)} MB; head ${head.slice(0, 12)}${report.encrypted ? '; encrypted' : ''}`,
  ];
  if (damage)
    lines.push(
      `  event ${damage.sequence} cannot be read: ${damage.segment} at byte ${damage.offset}, ${damage.reason}`,
    );
  if (tornBytes > 0)
    lines.push(
      `  ${tornBytes} bytes behind the last good block were never acknowledged${live ? ' (a block may be under way)' : '; the next opening cuts them'}`,
    );
  if (store)
    lines.push(
      `  index: ${store.ok ? `sound, ${store.keys} keys` : `damaged (${store.reason}); it is rebuilt from the journal`}`,
    );
  if (live)
    lines.push('  a daemon is at work: the blocks were verified, the index was not (stop it to check all)');
  if (repaired)
    lines.push(
      `  repaired: events to ${repaired.lastSequence} are kept${repaired.movedTo ? `; what was damaged lies in ${repaired.movedTo} (${repaired.moved.join(', ')})` : ''}${repaired.indexRemoved ? '; the damaged index was set aside' : ''}`,
    );
  else if (damage) lines.push('  `lmcp fsck --repair` keeps what comes before it and moves the rest aside');
  return lines;
}
