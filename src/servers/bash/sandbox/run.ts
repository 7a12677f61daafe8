/**
 * Runs a command for real, with one writable folder and everything else out of reach.
 * It exists so that what was agreed to can do no more than was agreed to.
 * Invariant: what is outside the folder is read-only; nothing the command started lives on after the answer.
 */
import { enclose } from './enclose.js';
import { plainHolder } from './holder.js';
import { refuseInteractive } from './interactive.js';
import { type Finished, launch } from './launch.js';
import { type Limits, limitsOf } from './limits.js';
import { placeOf } from './place.js';

export interface RunOptions {
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** What may be written to; `cwd` when not given. */
  readonly folder?: string;
  readonly network?: boolean;
  readonly timeoutMs?: number;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
}

export interface Run extends Finished {
  readonly sandbox: {
    readonly program: 'bubblewrap';
    readonly writable: string;
    readonly network: boolean;
    /** What counts processes and memory: the whole tree, or each process by itself. */
    readonly bounded: 'tree' | 'process';
  };
}

/** @throws LMCP_NO_SANDBOX, LMCP_INTERACTIVE, LMCP_PATH_OUTSIDE: nothing was run. LMCP_CANCELLED: it was ended half-way. */
export async function run(options: RunOptions): Promise<Run> {
  const { command, cwd, network = false, timeoutMs, signal } = options;
  refuseInteractive(command);
  const place = await placeOf(cwd, options.folder);
  const limits = limitsOf({ ...options.limits, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const { group, env, command: enclosed } = await enclose({ command, place, limits, network });
  try {
    const holder = plainHolder({ limits, joins: group.joins, command: enclosed(place.folder) });
    const launched = launch({ holder, limits, env, ...(signal ? { signal } : {}) });
    try {
      const finished = await launched.finished;
      const bounded = group.limits.processes && group.limits.memory ? 'tree' : 'process';
      return { ...finished, sandbox: { program: 'bubblewrap', writable: place.folder, network, bounded } };
    } finally {
      await launched.release();
    }
  } finally {
    await group.remove();
  }
}
