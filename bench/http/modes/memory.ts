/**
 * Mode "memory": whether a server under steady load grows.
 * It exists because a leak of a few bytes a request is invisible for a minute and fatal after a week.
 * Invariant: the first fifth of the samples is warm-up and left out of the slope.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMb } from '../../rig/process-usage.js';
import { type Slope, slopeOf } from '../../rig/statistics.js';
import { phaseText, type Rig } from './rig.js';

export interface MemoryResult {
  readonly minutes: number;
  /** By server. */
  readonly servers: Readonly<
    Record<
      string,
      {
        /** MiB a minute. */
        readonly resident: Slope;
        /** Heaps of the daemon's threads, MiB a minute; null where nobody tells. */
        readonly heap: Slope | null;
        readonly firstMb: number;
        readonly lastMb: number;
        /** Resident growth by the slope, for each request. */
        readonly bytesARequest: number;
        readonly failures: Readonly<Record<string, number>>;
      }
    >
  >;
}

const everyMs = 1000;
const warmUp = 0.2;

export async function memory(rig: Rig): Promise<MemoryResult> {
  const { options, load, say } = rig;
  const rate = options.rate / 3;
  const seconds = options.minutes * 60;
  say(`memory, ${options.minutes} minutes at ${rate.toLocaleString('en')}/s each`);
  const servers: Record<string, MemoryResult['servers'][string]> = {};
  for (const { name, port, pid, templates } of rig.contestants) {
    if (name.startsWith('sdk-v1') || name === 'sdk-v2') continue;
    const resident: { x: number; y: number }[] = [];
    const heap: { x: number; y: number }[] = [];
    const began = performance.now();
    let running = true;
    const watching = (async () => {
      while (running) {
        const x = (performance.now() - began) / 60_000;
        resident.push({ x, y: residentMb(pid) });
        const bytes = name === 'ours' ? await heapBytes(rig) : null;
        if (bytes !== null) heap.push({ x, y: bytes / 2 ** 20 });
        await sleep(everyMs);
      }
    })();
    const { connections, wait } = options;
    const job = { port, pid, templates, connections, phases: [{ rate, seconds }], wait };
    const [phase] = await load.run({ kind: 'paced', ...job });
    running = false;
    await watching;
    if (phase === undefined) throw new Error('The load generator measured nothing.');
    const later = <T>(points: readonly T[]) => points.slice(Math.floor(points.length * warmUp));
    const slope = slopeOf(later(resident));
    servers[name] = {
      resident: slope,
      heap: heap.length > 10 ? slopeOf(later(heap)) : null,
      firstMb: later(resident)[0]?.y ?? Number.NaN,
      lastMb: resident.at(-1)?.y ?? Number.NaN,
      bytesARequest: (slope.slope * 2 ** 20) / (rate * 60),
      failures: phase.failures,
    };
    const { firstMb, lastMb, bytesARequest, heap: heapSlope } = servers[name];
    say(`  ${name.padEnd(8)}${phaseText(phase)}`);
    say(
      `  ${name.padEnd(8)}resident ${firstMb.toFixed(1)} → ${lastMb.toFixed(1)} MiB, slope ${slope.slope.toFixed(3)} ± ${slope.error.toFixed(3)} MiB a minute (${bytesARequest.toFixed(1)} bytes a request)${heapSlope === null ? '' : `; heaps ${heapSlope.slope.toFixed(3)} ± ${heapSlope.error.toFixed(3)} MiB a minute`}`,
    );
  }
  return { minutes: options.minutes, servers };
}

/** Heaps of the threads that the daemon asks for its status. */
async function heapBytes({ daemon }: Rig): Promise<number | null> {
  try {
    const response = await fetch(new URL('/api/status', daemon.url), {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return sumOf(await response.json());
  } catch {
    return null;
  }
}

/** Adds up every `heapBytes` of the answer, wherever it stands. */
function sumOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'heapBytes' && typeof inner === 'number' ? inner : sumOf(inner)),
    0,
  );
}
