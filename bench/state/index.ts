/**
 * How fast session context is: operations a second of the state map as a server thread holds it, beside a plain Map.
 * It exists so that "a million a second, ten microseconds an access" can be printed again: `npm run bench -- state`.
 * Invariant: the map is at its bounds (every new key evicts one), half the accesses write; floor and map do the same in turn.
 */
import { StateMap } from '../../src/runtime/state-map.js';
import { type Estimate, medianOf, ratio } from '../rig/statistics.js';

const entries = 10_000;
const operations = 200_000;
const rounds = 11;
const batch = 100;

export interface StateBench {
  /** Half reads, a quarter writes, a quarter compare-and-set; keys of 12,000, so that some evict. Median of the rounds. */
  readonly operationsPerSecond: number;
  /** Map.get and Map.set alone, same keys, no bound, no version. */
  readonly plainMapPerSecond: number;
  /** Time of ours ÷ time of the plain Map, by round. */
  readonly timesPlainMap: Estimate;
  /** Microseconds an access, of batches of 100: what the slowest percent of batches took, collections included. */
  readonly accessMicros: { readonly p50: number; readonly p99: number };
  /** Microseconds to list one session's ten entries among 10,000. */
  readonly listSessionMicros: number;
}

const keys = Array.from(
  { length: (entries * 6) / 5 },
  (_, i) => `session-${i % 1200}/fact ${Math.floor(i / 1200)}`,
);
/** Jumps about the keys without the cost of a random number. */
const stride = 7_919;

/** What one operation did; summed, so that nothing is optimised away. */
type Operation = (key: string, kind: number) => number;

export async function run({ json }: { readonly json: boolean }): Promise<StateBench> {
  const map = new StateMap<string>({
    maxEntries: entries,
    maxBytes: 64 * 2 ** 20,
    sizeOf: (value) => 2 * value.length,
    now: () => Date.now(),
  });
  const plain = new Map<string, string>();
  const onMap: Operation = (key, kind) => {
    if (kind < 2) return map.get(key)?.version ?? 0;
    if (kind === 2) return map.set(key, 'src/some/file.ts', 60_000) ?? 0;
    return map.compareAndSet(key, map.get(key)?.version ?? 0, 'src/other/file.ts', 60_000) ?? 0;
  };
  const onPlain: Operation = (key, kind) => {
    if (kind < 2) return plain.get(key)?.length ?? 0;
    plain.set(key, 'src/some/file.ts');
    return 1;
  };
  timed(onMap);
  timed(onPlain);
  const ours: number[] = [];
  const floor: number[] = [];
  const access: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(timed(onMap, access));
    floor.push(timed(onPlain));
  }
  const began = performance.now();
  let found = 0;
  for (let i = 0; i < 1000; i += 1) for (const _ of map.entries(`session-${i}/`)) found += 1;
  const listed = ((performance.now() - began) * 1000) / 1000;
  if (found === 0) throw new Error('no session had an entry');
  access.sort((a, b) => a - b);
  const at = (q: number) => Number((access[Math.floor(q * (access.length - 1))] ?? Number.NaN).toFixed(3));
  const perSecond = (times: readonly number[]) => Math.round((operations * 1000) / medianOf(times));
  const result: StateBench = {
    operationsPerSecond: perSecond(ours),
    plainMapPerSecond: perSecond(floor),
    timesPlainMap: ratio(ours, floor),
    accessMicros: { p50: at(0.5), p99: at(0.99) },
    listSessionMicros: Number(listed.toFixed(2)),
  };
  if (!json) print(result);
  return result;
}

/** Milliseconds for all operations; pushes microseconds an access, batch by batch. */
function timed(operation: Operation, access?: number[]): number {
  const began = performance.now();
  let sum = 0;
  let at = 0;
  let batchBegan = began;
  for (let i = 1; i <= operations; i += 1) {
    at = (at + stride) % keys.length;
    sum += operation(keys[at] ?? '', i & 3);
    if (access && i % batch === 0) {
      const now = performance.now();
      access.push(((now - batchBegan) * 1000) / batch);
      batchBegan = now;
    }
  }
  if (sum < 0) throw new Error('versions only grow');
  return performance.now() - began;
}

function print(result: StateBench): void {
  const { median, interval } = result.timesPlainMap;
  const [low, high] = interval;
  const lines = [
    `state map        ${result.operationsPerSecond.toLocaleString('en')} operations/s`,
    `plain Map        ${result.plainMapPerSecond.toLocaleString('en')} operations/s`,
    `ours ÷ Map       ${median.toFixed(2)} × the time [${low.toFixed(2)}, ${high.toFixed(2)}]`,
    `an access        p50 ${result.accessMicros.p50} µs, p99 ${result.accessMicros.p99} µs (batches of ${batch})`,
    `list a session   ${result.listSessionMicros} µs`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
