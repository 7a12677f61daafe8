/**
 * Lists the commits of a head that the journal does not tell yet, parents first.
 * It exists for work trees, further clones and imported histories: there no single SHA says up to where everything is told.
 * Invariant: exact, whatever was told in whatever order, by whichever clone; no file of a commit is looked at.
 */
import type { Repository } from './inspect-repository.js';
import { streamGit } from './run-git.js';

export interface MissingRequest {
  readonly repository: Repository;
  readonly head: string;
  /** Commits that are told, by SHA. */
  readonly told: { has(sha: string): boolean };
  readonly signal?: AbortSignal;
}

/** @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED */
export async function missingCommits({ repository, head, told, signal }: MissingRequest): Promise<string[]> {
  const place = { cwd: repository.root, gitDir: repository.gitDir };
  const list = ['rev-list', '--topo-order', '--reverse', '--end-of-options', head, '--'];
  const missing: string[] = [];
  let rest = '';
  for await (const chunk of streamGit(place, list, signal ? { signal } : {})) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const sha of lines) if (sha !== '' && !told.has(sha)) missing.push(sha);
  }
  return missing;
}
