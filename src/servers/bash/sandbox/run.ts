/**
 * Runs a command for real, with one writable folder and everything else out of reach.
 * It exists so that what was agreed to can do no more than was agreed to.
 * Invariant: what is outside the folder is read-only; nothing the command started lives on after the answer. Without bubblewrap
 * nothing runs, unless the caller says that the user wants it so.
 */
import { spawn } from 'node:child_process';
import { relative } from 'node:path';
import { isLmcpError, LmcpError } from '../../../errors/index.js';
import { findBubblewrap } from './bubblewrap.js';
import { runDirectly } from './direct.js';
import { enclose } from './enclose.js';
import { plainHolder } from './holder.js';
import { refuseInteractive } from './interactive.js';
import { type Finished, launch, SetupFailure } from './launch.js';
import { type Limits, limitsOf } from './limits.js';
import { type Place, placeOf } from './place.js';
import { NOTHING_PROTECTED, protectedIn } from './protected.js';

export interface RunOptions {
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** What may be written to; `cwd` when not given. */
  readonly folder?: string;
  readonly network?: boolean;
  readonly timeoutMs?: number;
  readonly limits?: Partial<Limits>;
  /** Folders the command must not see. */
  readonly hidden?: readonly string[];
  /** Whether it may run without a sandbox where none can be made. */
  readonly unsandboxed?: boolean;
  /** Whether hooks and settings in the folder, which other programs act on, are kept as they are; where none is said, they are not. */
  readonly protect?: boolean;
  readonly signal?: AbortSignal;
}

export interface Run extends Finished {
  readonly sandbox: {
    readonly program: 'bubblewrap' | 'none';
    /** What could be written to: the folder, or without a sandbox whatever the user may write to. */
    readonly writable: string;
    readonly network: boolean;
    /** What counts processes and memory: the whole tree, or each process by itself. */
    readonly bounded: 'tree' | 'process';
    /** What in the folder was read-only, relative to it. */
    readonly protected: readonly string[];
    /** What was made anew where other programs look for commands of theirs, relative to the folder. */
    readonly made: readonly string[];
  };
}

interface Bounds {
  readonly command: string;
  readonly place: Place;
  readonly limits: Limits;
  readonly signal?: AbortSignal;
}

/** @throws LMCP_NO_SANDBOX, LMCP_INTERACTIVE, LMCP_PATH_OUTSIDE: nothing was run. LMCP_CANCELLED: it was ended half-way. */
export async function run(options: RunOptions): Promise<Run> {
  const { command, cwd, timeoutMs, signal, hidden = [] } = options;
  refuseInteractive(command);
  const place = await placeOf(cwd, options.folder, hidden);
  const limits = limitsOf({ ...options.limits, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const bounds = { command, place, limits, ...(signal ? { signal } : {}) };
  if (options.unsandboxed === true && !(await canEnclose())) {
    const { finished, bounded } = await runDirectly(bounds).catch(toldAsError);
    return {
      ...finished,
      sandbox: { program: 'none', writable: '/', network: true, bounded, protected: [], made: [] },
    };
  }
  return runEnclosed(bounds, {
    network: options.network === true,
    hidden,
    protect: options.protect === true,
  }).catch(toldAsError);
}

async function runEnclosed(
  { command, place, limits, signal }: Bounds,
  { network, hidden, protect }: { network: boolean; hidden: readonly string[]; protect: boolean },
): Promise<Run> {
  const kept = protect ? await protectedIn(place) : NOTHING_PROTECTED;
  const { group, env, command: enclosed } = await enclose({ command, place, limits, network, hidden, kept });
  try {
    const holder = plainHolder({ limits, joins: group.joins, command: enclosed(place.folder) });
    const launched = launch({ holder, limits, env, ...(signal ? { signal } : {}) });
    try {
      const finished = await launched.finished;
      const bounded = group.limits.processes && group.limits.memory ? 'tree' : 'process';
      const settings = {
        protected: kept.readOnly.map((path) => relative(place.folder, path)),
        made: await kept.changed(),
      };
      const sandbox = {
        program: 'bubblewrap',
        writable: place.folder,
        network,
        bounded,
        ...settings,
      } as const;
      return { ...finished, sandbox };
    } finally {
      await launched.release();
    }
  } finally {
    await group.remove();
  }
}

/** Tried, not guessed: a program that is there may be forbidden to make namespaces. */
async function canEnclose(): Promise<boolean> {
  let program: string;
  try {
    program = findBubblewrap();
  } catch (error) {
    if (isLmcpError(error)) return false;
    throw error;
  }
  const tried = spawn(program, ['--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', 'true'], {
    stdio: 'ignore',
  });
  return new Promise((resolve) => {
    tried.once('error', () => resolve(false));
    tried.once('close', (code) => resolve(code === 0));
  });
}

function toldAsError(error: unknown): never {
  if (error instanceof SetupFailure)
    throw new LmcpError(
      'LMCP_NO_SANDBOX',
      `Its surroundings could not be made (${error.message}): nothing was run.`,
    );
  throw error;
}
