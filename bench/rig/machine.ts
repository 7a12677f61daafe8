/**
 * The machine a figure was taken on, in one line.
 * It exists because every absolute figure means nothing without it.
 * Invariant: what the system says, nothing remembered.
 */
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly system: string;
  /** Load average of the last minute when the bench began: how busy others keep the machine. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    system: `${platform()} ${arch()}`,
    load: loadavg()[0] ?? Number.NaN,
  };
}

export function machineText({ cpu, cores, memoryGb, node, system, load }: Machine): string {
  return `machine: ${cores} cores of ${cpu}, ${memoryGb} GiB, ${system}, Node ${node}; load average at the start ${load.toFixed(2)}`;
}
