/**
 * What a sandboxed command may use: time, memory, processes, output, files.
 * It exists as one record so that preview and run are bounded alike and an answer can name the bounds.
 * Invariant: every number is finite; nothing runs without all of them.
 */

export interface Limits {
  /** Wall clock, milliseconds; then every process of the command is killed. */
  readonly timeoutMs: number;
  /** CPU of one process, seconds. */
  readonly cpuSeconds: number;
  /** Private memory: of the whole command where a memory cgroup can be made, else of each process. */
  readonly memoryBytes: number;
  /** Processes and threads at one time. */
  readonly processes: number;
  /** Kept of standard output and of standard error, each; the rest is read and dropped. */
  readonly outputBytes: number;
  /** The largest file the command may write, and all that a preview may write together. */
  readonly writeBytes: number;
  /** Open files of one process. */
  readonly openFiles: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  timeoutMs: 30_000,
  cpuSeconds: 60,
  memoryBytes: 2 * 1024 ** 3,
  processes: 256,
  outputBytes: 64 * 1024,
  writeBytes: 512 * 1024 ** 2,
  openFiles: 4096,
});

/** The defaults with what the caller changes. */
export function limitsOf(changed: Partial<Limits> = {}): Limits {
  return { ...DEFAULT_LIMITS, ...changed };
}

/** The same as lines for bash, which counts in kibibytes; what it cannot set it says, and goes on. */
export function ulimits(limits: Limits): string {
  return [...withoutProcesses(limits), `ulimit -u ${limits.processes}`].join('\n');
}

/** For a command among the user's others: their processes would count as its own. */
export function ulimitsAmongOthers(limits: Limits): string {
  return withoutProcesses(limits).join('\n');
}

function withoutProcesses(limits: Limits): string[] {
  return [
    'ulimit -c 0',
    `ulimit -t ${Math.ceil(limits.cpuSeconds)}`,
    `ulimit -f ${Math.ceil(limits.writeBytes / 1024)}`,
    `ulimit -d ${Math.ceil(limits.memoryBytes / 1024)}`,
    `ulimit -n ${limits.openFiles}`,
  ];
}
