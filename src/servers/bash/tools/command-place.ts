/**
 * Where a command of a call would run: its folder, and the work tree around it that it may change.
 * It exists so that preview, run, analysis and approval speak of the same real paths.
 * Invariant: the writable folder is the session's own, its work tree or else the folder its client was started in; any other was
 * named by the model and says so (`outside`).
 */
import { realpath } from 'node:fs/promises';
import { LmcpError } from '../../../errors/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { placeOf } from '../sandbox/index.js';
import { folderOf } from '../surroundings/analyse-here.js';
import { innermostRoot } from '../surroundings/work-tree.js';

export interface CommandPlace {
  /** Absolute, real. */
  readonly cwd: string;
  /** What may be written to. Absolute, real: `cwd` or a folder above it. */
  readonly folder: string;
  /** Of the work tree; null when there is none. */
  readonly root: string | null;
  /** Whether the folder is neither the session's work tree nor the folder its client was started in. */
  readonly outside: boolean;
  /** The session's own work tree, real; null when it has none. */
  readonly home: string | null;
}

/** @throws LMCP_PATH_OUTSIDE */
export async function commandPlace(
  cwd: string | undefined,
  { services, call }: Pick<ToolContext<Services>, 'services' | 'call'>,
): Promise<CommandPlace> {
  const said = call.root ?? services.workspace.root;
  const start = folderOf({ cwd, base: call.cwd, root: said });
  if (start === null) throw outside('Nobody said in which folder: give `cwd`');
  const [here, home, base] = await Promise.all([real(start), real(said), real(call.cwd)]);
  if (here === null) throw outside(`${start} is no folder`);
  const own = [home, base].find((folder) => folder !== null && isIn(here, folder)) ?? null;
  const place = await placeOf(here, own ?? here, [services.dataFolder]);
  return { ...place, root: own !== null && own === home ? home : null, outside: own === null, home };
}

/** Whose policies hold: the session's work tree's and that of the repository the command would really be in. */
export function policyRoots({ cwd, home }: CommandPlace): readonly (string | null)[] {
  const roots = [...new Set([home, innermostRoot(cwd)])].filter((root) => root !== null);
  return roots.length === 0 ? [null] : roots;
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const real = async (path: string | null | undefined) =>
  path === null || path === undefined ? null : realpath(path).catch(() => null);
const outside = (what: string) => new LmcpError('LMCP_PATH_OUTSIDE', `${what}: nothing was run.`);
