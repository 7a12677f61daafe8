/**
 * The page that lies in a backup and says what it holds.
 * It exists so that a restore, or a person, knows what must be there, and with which heads the journals must end.
 * Invariant: written last; a folder without it is no backup.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import type { RememberedBackup } from '../runtime/index.js';

const FILE = 'backup.json';

const schema = z.object({
  /** Layout of a backup; raised when an older version can no longer restore it. */
  format: z.literal(1),
  /** Version of lmcp that wrote it. */
  version: z.string(),
  createdAt: z.string(),
  /** Whether a daemon was at work meanwhile. */
  online: z.boolean(),
  /** Whether the key of keyed hashes (and of encrypted journals) is in it. */
  key: z.boolean(),
  workspaces: z.array(
    z.object({
      id: z.string().nullable(),
      /** One name below `workspaces`, never the folder itself or its parent. */
      folder: z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]+$/),
      /** Events, and the SHA-256 of the last block. */
      last: z.int().min(0),
      head: z.string().regex(/^[0-9a-f]{64}$/),
      bytes: z.int().min(0),
      segments: z.array(z.object({ name: z.string().regex(/^\d{20}\.seg$/), size: z.int().min(0) })),
      /** Whether indexes and snapshots are in it; else they are made again. */
      views: z.boolean(),
    }),
  ),
});

export type BackupManifest = z.output<typeof schema>;

/** What the original, or what is restored from it, remembers of a backup: this is where forgotten events still lie. */
export function remembered(path: string, { createdAt, workspaces }: BackupManifest): RememberedBackup {
  const lasts = workspaces.map(({ id, folder, last }) => [id ?? folder, last] as const);
  return { path: realpathSync(path), at: Date.parse(createdAt), workspaces: Object.fromEntries(lasts) };
}

/** @throws LMCP_BAD_BACKUP */
export function readManifest(folder: string): BackupManifest {
  let raw: unknown;
  const path = join(folder, FILE);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw new LmcpError('LMCP_BAD_BACKUP', `${path} is no regular file.`);
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new LmcpError('LMCP_BAD_BACKUP', `${folder} holds no ${FILE}: it is no (whole) backup.`, { cause });
  }
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new LmcpError('LMCP_BAD_BACKUP', `${path} is not one that this version reads.`);
  return parsed.data;
}

export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const file = await open(join(folder, FILE), 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Fills a new folder beside its final place and moves it there once it is whole and on disk; on failure nothing is left.
 * @throws LMCP_NOT_EMPTY when something is there already; LMCP_USAGE when it is a link, which a folder cannot be moved onto
 */
export async function whole<T>(folder: string, fill: (draft: string) => Promise<T>): Promise<T> {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found?.isSymbolicLink())
    throw new LmcpError('LMCP_USAGE', `${folder} is a symbolic link: name the folder that it leads to.`);
  if (found && (!found.isDirectory() || readdirSync(folder).length > 0))
    throw new LmcpError('LMCP_NOT_EMPTY', `${folder} is not empty.`);
  const parent = dirname(folder);
  await mkdir(parent, { recursive: true });
  const draft = join(parent, `.${basename(folder)}.${randomBytes(6).toString('hex')}`);
  await mkdir(draft, { mode: 0o700 });
  try {
    const result = await fill(draft);
    await syncFolders(draft);
    await rename(draft, folder);
    await syncFolder(parent);
    return result;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Copies a small file of a data folder if it is there. */
export function present(...path: string[]): string | undefined {
  const joined = join(...path);
  return existsSync(joined) ? joined : undefined;
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) await syncFolder(join(entry.parentPath, entry.name));
  await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
