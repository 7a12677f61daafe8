/**
 * Where a command runs: its folder, checked and resolved.
 * It exists so that a link or `..` cannot widen what is writable.
 * Invariant: paths are real and absolute; the working directory lies in the folder; the folder is not the whole machine.
 */
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { LmcpError } from '../../../errors/index.js';

export interface Place {
  /** What the command may write to, or what its preview lies over. */
  readonly folder: string;
  readonly cwd: string;
}

const SYSTEM = /^\/(bin|boot|dev|etc|lib|lib64|proc|run|sbin|sys|tmp|usr|var|home|root|opt|srv|mnt|media)?$/;

/**
 * @param folder the repository's root, say; `cwd` itself when not given.
 * @param hidden folders that are nobody's project.
 * @throws LMCP_PATH_OUTSIDE
 */
export async function placeOf(
  cwd: string,
  folder: string = cwd,
  hidden: readonly string[] = [],
): Promise<Place> {
  const place = { folder: await directory(folder), cwd: await directory(cwd) };
  if (SYSTEM.test(place.folder) || place.folder === (await realpath(homedir()).catch(() => '')))
    throw outside(`${place.folder} is no project folder`);
  if (/^\/(proc|sys|dev|run)\//.test(place.folder)) throw outside(`${place.folder} holds no ordinary files`);
  for (const path of hidden) {
    const real = await realpath(path).catch(() => path);
    if (isIn(place.folder, real) || isIn(place.cwd, real))
      throw outside(`${place.cwd} is kept for lmcp itself`);
  }
  if (place.cwd !== place.folder && !place.cwd.startsWith(`${place.folder}/`))
    throw outside(`${place.cwd} is not in ${place.folder}`);
  return place;
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

async function directory(path: string): Promise<string> {
  if (!isAbsolute(path)) throw outside(`${path} is not absolute`);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isDirectory()) throw outside(`${path} is no folder`);
  return real;
}

const outside = (what: string) => new LmcpError('LMCP_PATH_OUTSIDE', `${what}: nothing was run.`);
