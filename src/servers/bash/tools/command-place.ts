/**
 * Where a command of a call would run: its folder, and the work tree around it that it may change.
 * It exists so that preview, run, analysis and approval speak of the same two real paths.
 * Invariant: the folder is the work tree's root where the working directory lies in it, else the working directory itself.
 */
import { realpath } from 'node:fs/promises';
import { LmcpError } from '../../../errors/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { folderOf } from '../surroundings/analyse-here.js';

export interface CommandPlace {
  /** Absolute, real. */
  readonly cwd: string;
  /** Absolute, real: `cwd` or a folder above it. */
  readonly folder: string;
  /** Of the work tree; null when there is none. */
  readonly root: string | null;
}

/** @throws LMCP_PATH_OUTSIDE */
export async function commandPlace(
  cwd: string | undefined,
  { services, call }: Pick<ToolContext<Services>, 'services' | 'call'>,
): Promise<CommandPlace> {
  const said = call.root ?? services.workspace.root;
  const start = folderOf({ cwd, base: call.cwd, root: said });
  if (start === null) throw outside('Nobody said in which folder: give `cwd`');
  const [here, root] = await Promise.all([real(start), said === null ? undefined : real(said)]);
  if (here === undefined) throw outside(`${start} is no folder`);
  const inside = root !== undefined && (here === root || here.startsWith(`${root}/`));
  return { cwd: here, folder: inside ? root : here, root: inside ? root : null };
}

const real = (path: string) => realpath(path).catch(() => undefined);
const outside = (what: string) => new LmcpError('LMCP_PATH_OUTSIDE', `${what}: nothing was run.`);
