/**
 * `lmcp restore SRC`: makes a data folder from a backup.
 * It exists as the other half of `lmcp backup`; a backup that was never restored is a hope.
 * Invariant: the data folder appears whole and proved, or not at all; nothing that is there is overwritten.
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { copyDurably, copyJournal, copyViews } from '../journal/index.js';
import { dataFolder, keyFile, rememberBackup } from '../runtime/index.js';
import { type BackupManifest, present, readManifest, remembered, whole } from './backup-manifest.js';
import { bar } from './progress.js';

export async function restore(source: string, options: { data?: string; json?: boolean }): Promise<void> {
  const from = resolve(source);
  const data = dataFolder(options.data);
  const manifest = readManifest(from);
  const began = performance.now();
  const rebuilt = await whole(data, (draft) => fill({ from, draft, manifest, json: options.json === true }));
  const seconds = (performance.now() - began) / 1000;
  const { workspaces, key } = manifest;
  if (options.json) {
    const { createdAt } = manifest;
    process.stdout.write(`${JSON.stringify({ data, seconds, createdAt, key, workspaces, rebuilt })}\n`);
    return;
  }
  const bytes = workspaces.reduce((sum, workspace) => sum + workspace.bytes, 0);
  const lines = [
    `${data}: workspaces: ${workspaces.length}, ${(bytes / 1e6).toFixed(1)} MB, as of ${manifest.createdAt}, ${seconds.toFixed(1)} s`,
    ...workspaces.map(
      ({ id, folder, last, head }) =>
        `  ${id ?? folder}: ${last.toLocaleString('en')} events to ${head.slice(0, 12)}${rebuilt.includes(folder) ? '; its indexes are rebuilt at the first use' : ''}`,
    ),
    ...(key ? [] : ['The backup holds no key: put key/hash.key back before the first start.']),
    'A new access token is made at the next start.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Resolves with the folders of workspaces whose indexes are to be rebuilt. */
async function fill(job: {
  readonly from: string;
  readonly draft: string;
  readonly manifest: BackupManifest;
  readonly json: boolean;
}): Promise<string[]> {
  const { from, draft, manifest } = job;
  for (const name of ['format.json', 'workspaces.json']) {
    const path = present(from, name);
    if (path) await copyDurably(path, join(draft, name));
  }
  const hashKey = present(keyFile(from), 'hash.key');
  if (hashKey) {
    await mkdir(keyFile(draft), { mode: 0o700 });
    await copyDurably(hashKey, join(keyFile(draft), 'hash.key'));
  }
  rememberBackup(draft, remembered(from, manifest));
  const shown = bar(job.json);
  const total = Math.round(manifest.workspaces.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  let done = 0;
  const rebuilt: string[] = [];
  for (const { folder, ...prefix } of manifest.workspaces) {
    const [source, target] = [join(from, 'workspaces', folder), join(draft, 'workspaces', folder)];
    await copyJournal(join(source, 'journal'), join(target, 'journal'), prefix, (bytes) => {
      done += bytes;
      shown.at(Math.round(done / 1e6), total, 'MB restored');
    });
    if (!(await copyViews(join(source, 'views'), join(target, 'views')))) rebuilt.push(folder);
  }
  shown.end(`${total} MB restored and proved`);
  return rebuilt;
}
