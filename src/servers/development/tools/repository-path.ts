/**
 * Brings a path that a client wrote into the one form that history uses: relative to the root, slashes, no dots.
 * It exists as the only gate for paths: absolute ones inside the root are accepted, all outside are refused.
 * Invariant: the result never begins with "/" or "..", and is never empty.
 */
import { isAbsolute, posix, relative, sep } from 'node:path';
import { LmcpError } from '../../../errors/index.js';

/** @throws LMCP_PATH_OUTSIDE */
export function repositoryPath(written: string, root: string | null): string {
  const outside = () => new LmcpError('LMCP_PATH_OUTSIDE', `"${written}" is not inside the repository.`);
  if (written.includes('\0')) throw outside();
  let path = written;
  if (isAbsolute(written)) {
    if (root === null) throw outside();
    path = relative(root, written);
    if (isAbsolute(path)) throw outside();
  }
  const clean = posix.normalize(sep === '\\' ? path.replaceAll('\\', '/') : path).replace(/\/+$/, '');
  if (clean === '' || clean === '.' || clean === '..' || clean.startsWith('../') || clean.startsWith('/'))
    throw outside();
  return clean;
}
