/**
 * Mode "hostile": honest traffic while thousands of sockets drip a byte a second, half of them heads, half bodies.
 * It exists because a server that waits politely for slow senders can be held down by one laptop.
 * Invariant: sockets that the server closes are opened again, so their number holds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../../rig/process-usage.js';
import { type Estimate, ratio } from '../../rig/statistics.js';
import { Drippers } from '../drippers.js';
import type { Phase } from '../load/job.js';
import { contestant, failuresOf, phaseText, type Rig } from './rig.js';

export interface HostileResult {
  readonly sockets: number;
  readonly rate: number;
  readonly calmP99Ms: readonly number[];
  readonly hostileP99Ms: readonly number[];
  /** p99 with over p99 without, within a round. */
  readonly p99Ratio: Estimate;
  readonly residentMb: { readonly calm: number; readonly most: number };
  readonly failures: number;
}

export async function hostile(rig: Rig): Promise<HostileResult> {
  const { options, load, daemon, say } = rig;
  const ours = contestant(rig, 'ours');
  if (ours === undefined) throw new Error('The mode hostile needs the server "ours".');
  const rate = options.rate / 5;
  const { connections, seconds, wait } = options;
  const { port, pid, templates } = ours;
  say(`hostile, ${options.dripping} dripping sockets, honest traffic ${rate.toLocaleString('en')}/s`);
  const honest = async (label: string): Promise<Phase> => {
    const phases = [
      { rate, seconds: 1 },
      { rate, seconds },
    ];
    const measured = await load.run({ kind: 'paced', port, pid, templates, connections, phases, wait });
    const phase = measured.at(-1);
    if (phase === undefined) throw new Error('The load generator measured nothing.');
    say(`  ${label.padEnd(9)}${phaseText(phase)}  ${residentMb(pid).toFixed(0)} MiB`);
    return phase;
  };
  const phases: Phase[] = [];
  const calmP99Ms: number[] = [];
  const hostileP99Ms: number[] = [];
  const calmMb = residentMb(pid);
  let mostMb = calmMb;
  for (let round = 0; round < options.rounds; round += 1) {
    const calm = await honest('calm');
    const drippers = new Drippers({ port, token: daemon.token, count: options.dripping });
    await drippers.start();
    // Long enough that the server's own time limits strike during the measurement.
    await sleep(3000);
    const held = await honest(`${drippers.open} open`);
    mostMb = Math.max(mostMb, residentMb(pid));
    await drippers.stop();
    await sleep(500);
    phases.push(calm, held);
    calmP99Ms.push(calm.latency.p99);
    hostileP99Ms.push(held.latency.p99);
  }
  const p99Ratio = ratio(hostileP99Ms, calmP99Ms);
  say(
    `  p99 with over without: ${p99Ratio.median.toFixed(2)} [${p99Ratio.interval.map((x) => x.toFixed(2)).join(', ')}]; resident ${calmMb.toFixed(0)} → at most ${mostMb.toFixed(0)} MiB`,
  );
  return {
    sockets: options.dripping,
    rate,
    calmP99Ms,
    hostileP99Ms,
    p99Ratio,
    residentMb: { calm: calmMb, most: mostMb },
    failures: failuresOf(phases),
  };
}
