/**
 * Lists the files of a commit, or those that differ from an earlier one, with their blob ids.
 * It exists so that indexing reads only what has changed.
 * Invariant: regular files only; links and submodules are left out; names come unquoted.
 */
import { LmcpError } from '../../../../errors/index.js';
import type { Repository } from './inspect-repository.js';
import { type GitCall, runGit } from './run-git.js';

export interface TreeFile {
  readonly path: string;
  /** Blob id; null: the file is gone. */
  readonly blob: string | null;
}

const regular = /^100/;

/** Every regular file of the commit. @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED */
export async function listFiles(
  repository: Repository,
  sha: string,
  call: GitCall = {},
): Promise<TreeFile[]> {
  const place = { cwd: repository.root, gitDir: repository.gitDir };
  const said = await runGit(place, ['ls-tree', '-r', '-z', '--full-tree', sha], call);
  return said.split('\0').flatMap((entry) => {
    const tab = entry.indexOf('\t');
    const [mode = '', , blob = ''] = entry.slice(0, tab).split(' ');
    return tab > 0 && regular.test(mode) ? [{ path: entry.slice(tab + 1), blob }] : [];
  });
}

/**
 * What differs between two commits; null when the earlier one is not here any more.
 * @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED
 */
export async function listChanges(
  repository: Repository,
  from: string,
  to: string,
  call: GitCall = {},
): Promise<TreeFile[] | null> {
  const place = { cwd: repository.root, gitDir: repository.gitDir };
  let said: string;
  try {
    said = await runGit(place, ['diff-tree', '-r', '-z', '--no-renames', '--no-abbrev', from, to], call);
  } catch (error) {
    if (error instanceof LmcpError && error.code === 'LMCP_GIT_FAILED') return null;
    throw error;
  }
  const tokens = said.split('\0');
  const files: TreeFile[] = [];
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [, mode = '', , blob = '', status = ''] = (tokens[at] ?? '').split(' ');
    const path = tokens[at + 1] ?? '';
    if (status === 'D') files.push({ path, blob: null });
    else if (regular.test(mode)) files.push({ path, blob });
  }
  return files;
}
