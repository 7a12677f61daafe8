/**
 * What the kernel says about a process: CPU time of all its threads, resident memory.
 * It exists because a server's own word about its cost leaves out its other threads and its kernel time.
 * Invariant: read from /proc; where there is none, NaN, which prints as a dash.
 */
import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of a process so far, all its threads, in seconds (10 ms resolution). */
export function cpuSeconds(pid: number): number {
  return secondsIn(read(`/proc/${pid}/stat`));
}

/** The same of its first thread alone: in a daemon, the gateway. */
export function mainThreadSeconds(pid: number): number {
  return secondsIn(read(`/proc/${pid}/task/${pid}/stat`));
}

function secondsIn(stat: string): number {
  // The name in brackets may hold anything; the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory in MiB. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1]) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
