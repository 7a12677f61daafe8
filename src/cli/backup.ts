/**
 * `lmcp backup DEST`: a copy of everything learned, taken while the daemon works or while none runs.
 * It exists so that a lost disk costs the time since the last backup.
 * Invariant: DEST appears whole, on disk and proved block by block, or not at all; each journal in it is a prefix of the original
 * that held everything acknowledged when its copy began. The access token is not in it.
 */
import { realpathSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { type DaemonFile, findDaemon } from '../gateway/daemon-file.js';
import { copyDurably, copyJournal, copyViews, type JournalPrefix, readPrefix } from '../journal/index.js';
import { dataFolder, keyFile, rememberBackup } from '../runtime/index.js';
import { type BackupManifest, present, remembered, whole, writeManifest } from './backup-manifest.js';
import { lines } from './daemon-client.js';
import { withDataLock } from './data-lock.js';
import { bar } from './progress.js';
import { packageVersion } from './version.js';
import { type WorkspaceJournal, workspaceJournals } from './workspace-journal.js';

/** A daemon at work may open a journal and cut a torn end off it meanwhile; a copy that met this is taken again. */
const ATTEMPTS = 3;

interface Options {
  readonly data?: string;
  readonly json?: boolean;
  /** `--no-key`. */
  readonly key?: boolean;
}

export async function backup(destination: string, options: Options): Promise<void> {
  const data = dataFolder(options.data);
  const to = resolve(destination);
  if (`${real(to)}${sep}`.startsWith(`${real(data)}${sep}`))
    throw new LmcpError('LMCP_USAGE', 'A backup inside the data folder would be lost with it.');
  if (!present(data, 'format.json')) throw new LmcpError('LMCP_NO_JOURNAL', `${data} is no data folder.`);
  const daemon = findDaemon(data);
  const began = performance.now();
  const take = () => whole(to, (draft) => fill({ ...options, data, draft, daemon }));
  const manifest = await (daemon ? take() : withDataLock(data, take));
  remember(data, to, manifest);
  tell(manifest, { to, seconds: (performance.now() - began) / 1000, json: options.json === true });
}

/** The backup is whole by now: that it could not be noted is said, and no failure of it. */
function remember(data: string, to: string, manifest: BackupManifest): void {
  try {
    rememberBackup(data, remembered(to, manifest));
  } catch (error) {
    const why = (error as Error).message;
    process.stderr.write(`lmcp: ${to} is not noted in ${data} (${why}): \`lmcp forget\` will not name it.\n`);
  }
}

interface Job extends Options {
  readonly data: string;
  readonly draft: string;
  readonly daemon: DaemonFile | undefined;
}

async function fill(job: Job): Promise<BackupManifest> {
  const { data, draft, daemon, json } = job;
  await copySettings(job);
  const shown = bar(json === true);
  let done = 0;
  const onBytes = (bytes: number) => {
    done += bytes;
    shown.at(Math.round(done / 1e6), null, 'MB copied');
  };
  const live = daemon ? await livePrefixes(daemon, draft) : new Map<string, JournalPrefix>();
  const workspaces: BackupManifest['workspaces'] = [];
  for (const source of workspaceJournals(data)) {
    const copied = await copyWorkspace(job, source, live, onBytes);
    workspaces.push({ id: source.id, folder: source.folder, ...copied });
  }
  shown.end(`${Math.round(done / 1e6)} MB copied and proved`);
  const manifest: BackupManifest = {
    format: 1,
    version: packageVersion(),
    createdAt: new Date().toISOString(),
    online: daemon !== undefined,
    key: present(draft, 'key', 'hash.key') !== undefined,
    workspaces,
  };
  await writeManifest(draft, manifest);
  return manifest;
}

/** A path without its links, as far as it exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
  }
}

/** What is no journal: the format's number, the known repositories, and the key. Not the token: it admits to the original. */
async function copySettings({ data, draft, key }: Job): Promise<void> {
  for (const name of ['format.json', 'workspaces.json']) {
    const path = present(data, name);
    if (path) await copyDurably(realpathSync(path), join(draft, name));
  }
  const hashKey = present(keyFile(data), 'hash.key');
  if (key === false || !hashKey) return;
  await mkdir(keyFile(draft), { mode: 0o700 });
  await copyDurably(realpathSync(hashKey), join(keyFile(draft), 'hash.key'));
}

/** Asks the daemon what its open journals hold, by folder; their stores' copies lie in the draft afterwards. */
async function livePrefixes(daemon: DaemonFile, draft: string): Promise<Map<string, JournalPrefix>> {
  const views = join(draft, 'workspaces');
  await mkdir(views, { recursive: true, mode: 0o700 });
  const found = new Map<string, JournalPrefix>();
  for await (const line of lines(daemon, { method: 'POST', path: '/api/backup', query: { views } })) {
    if (line.done === true) return found;
    const { folder, last, head, segments } = line as unknown as JournalPrefix & { folder: string };
    found.set(folder, { last, head, segments });
  }
  throw new LmcpError('LMCP_NO_DAEMON', 'The daemon ended before the backup was done.');
}

async function copyWorkspace(
  { draft, daemon }: Job,
  { folder, journal, views }: WorkspaceJournal,
  live: Map<string, JournalPrefix>,
  onBytes: (bytes: number) => void,
): Promise<Pick<BackupManifest['workspaces'][number], 'last' | 'head' | 'bytes' | 'segments' | 'views'>> {
  const to = join(draft, 'workspaces', folder);
  const known = live.get(folder);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const prefix = (attempt === 1 && known) || (await readPrefix(journal));
      await copyJournal(journal, join(to, 'journal'), prefix, onBytes);
      const withViews = known
        ? present(to, 'views', 'sealed') !== undefined
        : await copyViews(views, join(to, 'views'));
      const bytes = prefix.segments.reduce((sum, { size }) => sum + size, 0);
      return {
        last: prefix.last,
        head: prefix.head,
        bytes,
        segments: [...prefix.segments],
        views: withViews,
      };
    } catch (error) {
      const moved = error instanceof LmcpError && error.code === 'LMCP_BAD_BACKUP';
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!daemon || attempt === ATTEMPTS || !(moved || gone)) throw error;
      await rm(join(to, 'journal'), { recursive: true, force: true });
    }
  }
}

function tell(
  manifest: BackupManifest,
  { to, seconds, json }: { readonly to: string; readonly seconds: number; readonly json: boolean },
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ backup: to, seconds, ...manifest })}\n`);
    return;
  }
  const megabytes = manifest.workspaces.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const head = `${to}: workspaces: ${manifest.workspaces.length}, ${megabytes.toFixed(1)} MB, ${seconds.toFixed(1)} s${manifest.online ? ', taken while the daemon works' : ''}`;
  const each = manifest.workspaces.map(
    ({ id, folder, last, head: hash, views }) =>
      `  ${id ?? folder}: ${last.toLocaleString('en')} events to ${hash.slice(0, 12)}${views ? '' : ', without indexes (they are rebuilt)'}`,
  );
  const key = manifest.key
    ? 'The key is in it: keep it as private as the data folder.'
    : 'The key is not in it: keep key/hash.key elsewhere, or authors become strangers and encrypted journals stay shut.';
  process.stdout.write(`${[head, ...each, key].join('\n')}\n`);
}
