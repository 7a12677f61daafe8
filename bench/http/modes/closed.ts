/**
 * Mode "closed": what each server carries with all connections always waiting for an answer.
 * It exists for the ratio to the floor and to the official SDK.
 * Invariant: ratios are taken within a round.
 */
import { type Estimate, medianOf, ratio } from '../../rig/statistics.js';
import type { Phase } from '../load/job.js';
import { failuresOf, inTurn, phaseText, type Rig } from './rig.js';

export interface ClosedResult {
  readonly connections: number;
  readonly servers: Readonly<
    Record<
      string,
      {
        readonly rates: readonly number[];
        readonly medianRate: number;
        readonly medianP99Ms: number;
        /** Median CPU of the server's process, all threads, in microseconds a request. */
        readonly cpuUs: number;
        readonly loadCores: number;
        readonly failures: number;
      }
    >
  >;
  /** Ours over the server of that name. */
  readonly ratios: Readonly<Record<string, Estimate>>;
}

export async function closed(rig: Rig): Promise<ClosedResult> {
  const { options, load, say } = rig;
  const phases: Record<string, Phase[]> = {};
  say(`closed loop, ${options.connections} connections, tool ${options.tool}, ${options.seconds} s each`);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, port, pid, templates } of inTurn(rig, round)) {
      const [phase] = await load.run({
        kind: 'closed',
        port,
        pid,
        templates,
        connections: options.connections,
        warmUpSeconds: round === 0 ? 2 : 0.5,
        seconds: options.seconds,
      });
      if (phase === undefined) throw new Error('The load generator measured nothing.');
      phases[name] = [...(phases[name] ?? []), phase];
      say(`  round ${round + 1} ${name.padEnd(16)}${phaseText(phase)}`);
    }
  }
  const servers = Object.fromEntries(
    Object.entries(phases).map(([name, each]) => [name, summary(each)] as const),
  );
  const ours = servers.ours?.rates;
  const ratios = Object.fromEntries(
    Object.entries(servers)
      .filter(([name]) => ours !== undefined && name !== 'ours')
      .map(([name, { rates }]) => [name, ratio(ours ?? [], rates)] as const),
  );
  for (const [name, { median, interval, n }] of Object.entries(ratios))
    say(
      `  ours / ${name}: ${median.toFixed(2)} [${interval.map((x) => x.toFixed(2)).join(', ')}], n ${n} rounds`,
    );
  return { connections: options.connections, servers, ratios };
}

function summary(phases: readonly Phase[]) {
  const rates = phases.map(({ rate }) => rate);
  return {
    rates,
    medianRate: medianOf(rates),
    medianP99Ms: medianOf(phases.map(({ latency }) => latency.p99)),
    cpuUs: medianOf(phases.map(({ serverCpu, answers }) => (serverCpu * 1e6) / answers)),
    loadCores: medianOf(phases.map(({ loadCpu, seconds }) => loadCpu / seconds)),
    failures: failuresOf(phases),
  };
}
