/**
 * Tells whether the process that wrote a pid is still the one that has it.
 * It exists because pids are used again: a lock of a dead daemon must not look held by whoever got its number.
 * Invariant: in doubt (no /proc) a living pid counts as the same process.
 */
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Start of the process in clock ticks since boot, from /proc; empty where there is none. */
  readonly started: string;
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) };
}

/** Whether that very process runs. */
export function isRunning({ pid, started }: ProcessIdentity): boolean {
  if (!isAlive(pid)) return false;
  return started === '' || startOf(pid) === '' || startOf(pid) === started;
}

/**
 * How a lock file of this process is written and judged. A lock with our own pid was left by a dead thread or process:
 * who holds the data folder's lock is alone with it.
 */
export function lockView(): {
  pid: number;
  mark: string;
  isAlive(pid: number, mark?: string): boolean;
} {
  return {
    pid: process.pid,
    mark: startOf(process.pid),
    isAlive: (pid, mark) => pid !== process.pid && isRunning({ pid, started: mark ?? '' }),
  };
}

/** Whether some process has that pid; a foreign user's counts. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat; the command's name before it may hold spaces and parentheses (proc(5)). */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
