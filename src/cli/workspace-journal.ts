/**
 * The journals of a data folder, by the folders they lie in.
 * It exists so that fsck, backup and export find them in one way, daemon or not.
 * Invariant: reads only; a folder whose repository was forgotten still counts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { isEncrypted, nodeFiles, readHashKey } from '../journal/index.js';
import { keyFile, workspaceFolder } from '../runtime/index.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';

export interface WorkspaceJournal {
  /** The workspace's id; null when only its folder is known. */
  readonly id: string | null;
  /** Name of the folder under `workspaces/`. */
  readonly folder: string;
  readonly journal: string;
  readonly views: string;
}

/** All journals of a data folder, by name. */
export function workspaceJournals(data: string): WorkspaceJournal[] {
  const ids = new Map(knownIds(data).map((id) => [basename(workspaceFolder(data, id)), id]));
  const parent = join(data, 'workspaces');
  const folders = existsSync(parent) ? readdirSync(parent).sort() : [];
  return folders
    .filter((folder) => existsSync(join(parent, folder, 'journal', 'FORMAT')))
    .map((folder) => at(join(parent, folder), ids.get(folder) ?? null));
}

/** The journal of a repository. @throws LMCP_NOT_A_REPOSITORY, LMCP_NO_JOURNAL */
export async function journalOf(data: string, repo: string | undefined): Promise<WorkspaceJournal> {
  const { originId } = await inspectRepository(resolve(repo ?? '.'));
  const folder = workspaceFolder(data, originId);
  if (!existsSync(join(folder, 'journal', 'FORMAT')))
    throw new LmcpError('LMCP_NO_JOURNAL', `There is no journal of ${originId} in ${data} yet.`);
  return at(folder, originId);
}

/** The key a journal's blocks need: an empty object when they need none. @throws LMCP_JOURNAL_KEY, LMCP_BAD_STATE */
export async function journalKey(data: string, journal: string): Promise<{ key?: Uint8Array }> {
  if (!(await isEncrypted(nodeFiles, journal))) return {};
  const key = await readHashKey(nodeFiles, keyFile(data));
  if (!key) throw new LmcpError('LMCP_JOURNAL_KEY', `The journal is encrypted and ${keyFile(data)} is gone.`);
  return { key };
}

function at(path: string, id: string | null): WorkspaceJournal {
  return { id, folder: basename(path), journal: join(path, 'journal'), views: join(path, 'views') };
}

function knownIds(data: string): string[] {
  try {
    return Object.keys(JSON.parse(readFileSync(join(data, 'workspaces.json'), 'utf8')) as object);
  } catch {
    return [];
  }
}
