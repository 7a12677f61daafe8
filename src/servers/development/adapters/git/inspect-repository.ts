/**
 * Finds out what repository a path belongs to: its git folder, head, origin, and whether its history is whole.
 * It exists as the one door through which an untrusted path becomes a Repository that the other files accept.
 * Invariant: what it returns has at least one commit and carries no credentials.
 */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { LmcpError } from '../../../../errors/index.js';
import { normaliseOrigin } from './origin.js';
import { runGit } from './run-git.js';

export interface Repository {
  /** Working tree's root; the git folder itself when bare. Absolute, symbolic links resolved. */
  readonly root: string;
  /** This work tree's own git folder (HEAD lies there). */
  readonly gitDir: string;
  /** The git folder that work trees share (refs and objects lie there). */
  readonly commonDir: string;
  readonly bare: boolean;
  /** SHA of HEAD. */
  readonly head: string;
  /** Only part of the history is here. */
  readonly shallow: boolean;
  /** Blobs are fetched on demand: line counts and similarity are then left out. */
  readonly partial: boolean;
  /** Normalised origin, else `path:` and a hash of the root. Work trees and clones of one origin share it. */
  readonly originId: string;
  /** Commits reachable from HEAD. */
  readonly commits: number;
}

async function folderOf(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
    return resolve(real, '..');
  } catch (cause) {
    throw new LmcpError('LMCP_NOT_A_REPOSITORY', `${path} cannot be read`, { cause });
  }
}

/** What git says to a question it answers with 1 for "no"; null then. */
async function ask(cwd: string, ...args: string[]): Promise<string | null> {
  try {
    return (await runGit({ cwd }, args)).trim();
  } catch (error) {
    if (error instanceof LmcpError && error.data?.exitCode === 1) return null;
    throw error;
  }
}

/**
 * Whether HEAD names a branch that nothing was committed to yet. A branch whose object is missing, or whose file is there but
 * says nothing (as an interrupted machine leaves it), is broken instead.
 */
async function isUnborn(cwd: string, commonDir: string): Promise<boolean> {
  const branch = await ask(cwd, 'symbolic-ref', '--quiet', 'HEAD');
  if (branch === null) return false;
  if ((await ask(cwd, 'rev-parse', '--verify', '--quiet', branch)) !== null) return false;
  const left = await stat(join(commonDir, branch)).catch(() => null);
  return left?.isFile() !== true;
}

/**
 * Inspects the repository that holds `path` (a folder or file of it, a bare repository, a linked work tree).
 * @throws LMCP_NOT_A_REPOSITORY, LMCP_NO_COMMITS, LMCP_REPOSITORY_OWNER, LMCP_GIT_FAILED
 */
export async function inspectRepository(path: string): Promise<Repository> {
  const cwd = await folderOf(path);
  let said: string;
  try {
    said = await runGit({ cwd }, [
      'rev-parse',
      '--is-bare-repository',
      '--is-shallow-repository',
      '--git-common-dir',
      '--absolute-git-dir',
    ]);
  } catch (error) {
    if (!(error instanceof LmcpError) || !/not a git repository/i.test(error.message)) throw error;
    throw new LmcpError('LMCP_NOT_A_REPOSITORY', `${path} is not inside a git repository`);
  }
  const [bareText = '', shallow = '', common = '', gitDir = ''] = said.split('\n');
  const commonDir = isAbsolute(common) ? common : join(cwd, common);
  const bare = bareText === 'true';
  const top = bare ? gitDir : (await runGit({ cwd }, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '');
  const root = await realpath(top);
  let head: string;
  try {
    head = (await runGit({ cwd }, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])).trim();
  } catch (error) {
    if (!(error instanceof LmcpError) || error.data?.exitCode !== 1) throw error;
    if (await isUnborn(cwd, commonDir)) throw new LmcpError('LMCP_NO_COMMITS', `${root} has no commit yet`);
    throw new LmcpError('LMCP_GIT_FAILED', `${root}: HEAD names a commit that cannot be read`);
  }
  const commits = Number(await runGit({ cwd }, ['rev-list', '--count', 'HEAD']));
  const origin = await ask(cwd, 'config', '--get', 'remote.origin.url');
  const promisor = await ask(
    cwd,
    'config',
    '--get-regexp',
    '^(extensions\\.partialclone|remote\\..*\\.promisor)$',
  );
  return {
    root,
    gitDir: await realpath(gitDir),
    commonDir: await realpath(commonDir),
    bare,
    head,
    shallow: shallow === 'true',
    partial: Boolean(promisor),
    originId:
      (origin && normaliseOrigin(origin)) ||
      `path:${createHash('sha256').update(root).digest('hex').slice(0, 24)}`,
    commits,
  };
}
