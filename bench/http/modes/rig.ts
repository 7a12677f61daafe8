/**
 * What every mode works with: the servers that run, the load generator, and a place to report to.
 * It exists so that a mode is one function from here to its figures.
 * Invariant: a mode leaves all servers running.
 */
import type { BenchDaemon } from '../../rig/daemon.js';
import type { Contestant } from '../contestants.js';
import type { Phase } from '../load/job.js';
import type { LoadProcess } from '../load-process.js';
import type { HttpBenchOptions } from '../options.js';

export interface Rig {
  readonly options: HttpBenchOptions;
  readonly daemon: BenchDaemon;
  readonly contestants: readonly Contestant[];
  readonly load: LoadProcess;
  say(line: string): void;
}

/** A server of the run by its name; undefined when it does not take part. */
export function contestant(rig: Rig, name: string): Contestant | undefined {
  return rig.contestants.find((each) => each.name === name);
}

/** The contestants in a rotated order, so that no server always comes after the same one. */
export function inTurn(rig: Rig, round: number): Contestant[] {
  const { contestants } = rig;
  return contestants.map((_, i) => contestants[(i + round) % contestants.length]).filter((each) => !!each);
}

export function failuresOf(phases: readonly Phase[]): number {
  return phases.flatMap(({ failures }) => Object.values(failures)).reduce((sum, n) => sum + n, 0);
}

/** One phase in one line. */
export function phaseText({
  rate,
  answers,
  failures,
  latency,
  serverCpu,
  mainCpu,
  loadCpu,
  seconds,
}: Phase): string {
  const { p50, p95, p99, max } = latency;
  const wrong = Object.keys(failures).length === 0 ? '' : `  FAILED ${JSON.stringify(failures)}`;
  const us = (cpu: number) => ((cpu * 1e6) / answers).toFixed(1);
  const busy = `cores used: server ${(serverCpu / seconds).toFixed(2)}, load ${(loadCpu / seconds).toFixed(2)}`;
  const ms = [p50, p95, p99, max].map((value) => value.toFixed(2)).join(' / ');
  return `${Math.round(rate).toLocaleString('en').padStart(8)}/s  p50/p95/p99/max ${ms} ms  ${us(serverCpu)} µs CPU a request (first thread ${us(mainCpu)})  ${busy}${wrong}`;
}
