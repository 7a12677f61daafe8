/**
 * Modes "paced", "many" and "spike": a fixed schedule of requests, latency from the intended start.
 * They exist because users feel a latency at their own rate, not the rate a benchmark can force.
 * Invariant: the floor runs the same schedule beside ours, and is reported whether or not it holds it.
 */
import { type Estimate, medianOf, ratio } from '../../rig/statistics.js';
import type { PacedJob, Phase } from '../load/job.js';
import type { Latency } from '../load/samples.js';
import { failuresOf, inTurn, phaseText, type Rig } from './rig.js';

type Schedule = PacedJob['phases'];

export interface PacedResult {
  readonly connections: number;
  readonly phases: Schedule;
  readonly wait: 'spin' | 'sleep';
  /** By server: medians over the rounds, one entry a phase; `failures` over everything. */
  readonly servers: Readonly<
    Record<
      string,
      { readonly latency: readonly Latency[]; readonly cpuUs: number; readonly failures: number }
    >
  >;
  /** p95 of ours over the floor's, in the last phase. */
  readonly p95OverFloor: Estimate | null;
}

/** Floor and ours at `rate` on the usual number of connections. */
export function paced(rig: Rig): Promise<PacedResult> {
  const { rate, seconds, connections } = rig.options;
  return scheduled(rig, connections, [
    { rate, seconds: 1 },
    { rate, seconds },
  ]);
}

/** Thousands of connections that all take part. */
export function many(rig: Rig): Promise<PacedResult> {
  const { manyRate, manyConnections, seconds } = rig.options;
  return scheduled(rig, manyConnections, [
    { rate: manyRate, seconds: 1 },
    { rate: manyRate, seconds },
  ]);
}

/** A third of the rate, two seconds of three times the rate, and back. */
export function spike(rig: Rig): Promise<PacedResult> {
  const { rate, seconds, connections } = rig.options;
  const calm = { rate: rate / 3, seconds };
  return scheduled(rig, connections, [calm, { rate: rate * 3, seconds: 2 }, calm]);
}

async function scheduled(rig: Rig, connections: number, phases: Schedule): Promise<PacedResult> {
  const { options, load, say } = rig;
  const runs: Record<string, (readonly Phase[])[]> = {};
  const plan = phases
    .map(({ rate, seconds }) => `${rate.toLocaleString('en')}/s for ${seconds} s`)
    .join(', ');
  say(
    `paced, ${connections} connections: ${plan}; tool ${options.tool}; the generator waits by ${options.wait}`,
  );
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { name, port, pid, templates } of inTurn(rig, round)) {
      if (name !== 'floor' && name !== 'ours') continue;
      const measured = await load.run({
        kind: 'paced',
        port,
        pid,
        templates,
        connections,
        phases,
        wait: options.wait,
      });
      runs[name] = [...(runs[name] ?? []), measured];
      for (const [i, phase] of measured.entries())
        say(`  round ${round + 1} ${name.padEnd(8)}phase ${i + 1} ${phaseText(phase)}`);
    }
  }
  const last = (name: string) => (runs[name] ?? []).map((run) => run.at(-1)?.latency.p95 ?? Number.NaN);
  const p95OverFloor = runs.ours && runs.floor ? ratio(last('ours'), last('floor')) : null;
  if (p95OverFloor !== null)
    say(
      `  p95 of ours over the floor's: ${p95OverFloor.median.toFixed(2)} [${p95OverFloor.interval.map((x) => x.toFixed(2)).join(', ')}]`,
    );
  const servers = Object.fromEntries(
    Object.entries(runs).map(([name, each]) => [name, summary(each, phases.length)] as const),
  );
  return { connections, phases, wait: options.wait, servers, p95OverFloor };
}

function summary(runs: readonly (readonly Phase[])[], count: number) {
  const latency = Array.from({ length: count }, (_, i) => {
    const each = runs.flatMap((run) => run[i]?.latency ?? []);
    const of = (key: keyof Latency) => medianOf(each.map((latency) => latency[key]));
    return { n: of('n'), p50: of('p50'), p95: of('p95'), p99: of('p99'), max: of('max') };
  });
  const measured = runs.flatMap((run) => run.at(-1) ?? []);
  return {
    latency,
    cpuUs: medianOf(measured.map(({ serverCpu, answers }) => (serverCpu * 1e6) / answers)),
    failures: failuresOf(runs.flat()),
  };
}
