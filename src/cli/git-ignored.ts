/**
 * Which files of a work tree git would take into a commit.
 * It exists because what names paths of one machine must not reach the others.
 * Invariant: reads only; a file that is tracked is not ignored, whatever the patterns say (git-check-ignore(1)).
 */
import { LmcpError } from '../errors/index.js';
import { runGit } from '../servers/development/adapters/git/index.js';

/**
 * @param paths relative to the root; they need not exist
 * @returns those that git does not ignore
 * @throws LMCP_GIT_FAILED
 */
export async function notIgnored(root: string, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const ignored = (await checkIgnore(root, paths)).split('\0');
  return paths.filter((path) => !ignored.includes(path));
}

async function checkIgnore(root: string, paths: readonly string[]): Promise<string> {
  try {
    return await runGit({ cwd: root }, ['check-ignore', '-z', '--stdin'], { input: paths.join('\0') });
  } catch (error) {
    // None of them is ignored.
    if (error instanceof LmcpError && error.data?.exitCode === 1) return '';
    throw error;
  }
}
