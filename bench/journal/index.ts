/**
 * The journal's bench: durable events a second with group commit, and how long one durable write takes, against the disk's own floor.
 * It exists so that "the journal costs little more than the disk" is a figure anyone can print: `npm run bench -- journal`.
 * Invariant: floor and journal write the same bytes to the same disk in the same run, one after the other.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRedactor,
  type EventInit,
  type Journal,
  nodeFiles,
  openJournal,
  openLmdbStore,
} from '../../src/journal/index.js';
import { typicalEvents } from './events.js';
import { type Percentiles, percentilesOf } from './percentiles.js';
import { redactionRate } from './redaction.js';
import { type ThroughThread, throughThread } from './through-thread.js';

export interface JournalBench {
  readonly events: number;
  /** Callers that each wait for their own append. */
  readonly callers: number;
  readonly durablePerSecond: number;
  /** Processor time of all threads an event, microseconds; what other load on the machine does not change much. */
  readonly cpuMicrosPerEvent: number;
  /** Appends of 200 events a call, as an import makes them. */
  readonly batchedPerSecond: number;
  readonly eventsPerBlock: number;
  /** The same bytes in as many appends with fdatasync, no journal. */
  readonly floorEventsPerSecond: number;
  /** One fdatasync an event: what appends without group commit could reach at best. */
  readonly ungroupedPerSecond: number;
  /** journal ÷ floor. */
  readonly shareOfFloor: number;
  /** One event, one caller, milliseconds. */
  readonly single: Percentiles;
  /** The disk's own write + fdatasync of the same number of bytes, milliseconds. */
  readonly disk: Percentiles;
  /** p95 of a durable write less p95 of the disk, milliseconds. */
  readonly p95OverDisk: number;
  readonly bytesPerEvent: number;
  readonly replayPerSecond: number;
  readonly openMs: number;
  readonly redaction: ReturnType<typeof redactionRate>;
  /** The same events as servers write them: through the journal thread. */
  readonly thread: ThroughThread;
}

/** Runs the bench in a temporary folder. */
export async function run({ json }: { readonly json: boolean }): Promise<JournalBench> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-bench-'));
  try {
    const result = await measure(folder);
    if (!json) print(result);
    return result;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string): Promise<JournalBench> {
  const callers = 256;
  const events = typicalEvents(20_000);
  await append(folder, 'warm', events.slice(0, 4000), callers);
  const concurrent = await append(folder, 'durable', events, callers);
  const batched = await append(folder, 'batched', events, 1, 200);
  const bytesPerBlock = Math.ceil(concurrent.bytes / concurrent.blocks);
  const floor = await rawAppends(join(folder, 'floor'), concurrent.blocks, bytesPerBlock);
  const floorRate = (events.length / floor.totalMs) * 1000;
  const { journal: lone, disk } = await sideBySide(folder, events.slice(0, 2000));
  const [single, raw] = [percentilesOf(lone), percentilesOf(disk)];
  const { replayPerSecond, openMs } = await replay(folder, 'durable');
  return {
    events: events.length,
    callers,
    durablePerSecond: Math.round((events.length / concurrent.totalMs) * 1000),
    cpuMicrosPerEvent: Math.round(concurrent.cpuMicros / events.length),
    batchedPerSecond: Math.round((events.length / batched.totalMs) * 1000),
    eventsPerBlock: Math.round(events.length / concurrent.blocks),
    floorEventsPerSecond: Math.round(floorRate),
    ungroupedPerSecond: Math.round((1000 * disk.length) / disk.reduce((sum, time) => sum + time, 0)),
    shareOfFloor: events.length / concurrent.totalMs / (floorRate / 1000),
    single,
    disk: raw,
    p95OverDisk: single.p95 - raw.p95,
    bytesPerEvent: Math.round(concurrent.bytes / events.length),
    replayPerSecond,
    openMs,
    redaction: redactionRate(events.slice(0, 10_000)),
    thread: await throughThread(folder, events),
  };
}

interface Timed {
  readonly totalMs: number;
}

async function openBench(
  folder: string,
  name: string,
): Promise<{ journal: Journal; close: () => Promise<void> }> {
  const store = await openLmdbStore({ directory: join(folder, name, 'store') });
  const journal = await openJournal({
    directory: join(folder, name, 'journal'),
    files: nodeFiles,
    store,
    clock: Date.now,
    random: randomBytes,
    redactor: createRedactor({ key: randomBytes(32) }),
    workspace: 'bench',
  });
  return {
    journal,
    async close() {
      await journal.close();
      await store.close();
    },
  };
}

async function append(
  folder: string,
  name: string,
  events: readonly EventInit[],
  callers: number,
  size = 1,
): Promise<Timed & { readonly blocks: number; readonly bytes: number; readonly cpuMicros: number }> {
  const { journal, close } = await openBench(folder, name);
  let next = 0;
  const caller = async () => {
    while (next < events.length) {
      const call = events.slice(next, next + size);
      next += size;
      await journal.append(call, { durable: true });
    }
  };
  const before = process.cpuUsage();
  const started = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const totalMs = performance.now() - started;
  const used = process.cpuUsage(before);
  if (journal.lastSequence !== events.length)
    throw new Error(`${journal.lastSequence} of ${events.length} events arrived`);
  const { blocks } = journal.stats;
  await close();
  const again = await openBench(folder, name);
  const { bytes } = again.journal.report;
  await again.close();
  return { totalMs, blocks, bytes, cpuMicros: used.user + used.system };
}

/** One event at a time, in turns with a bare write and fdatasync of as many bytes, so that both meet the same disk. */
async function sideBySide(
  folder: string,
  events: readonly EventInit[],
): Promise<{ journal: number[]; disk: number[] }> {
  const { journal, close } = await openBench(folder, 'single');
  const file = await open(join(folder, 'disk'), 'w');
  const bytes = randomBytes(300);
  const times = { journal: [] as number[], disk: [] as number[] };
  for (const [n, event] of events.entries()) {
    const started = performance.now();
    await journal.append([event], { durable: true });
    const between = performance.now();
    await file.write(bytes, 0, bytes.length, n * bytes.length);
    await file.datasync();
    times.journal.push(between - started);
    times.disk.push(performance.now() - between);
  }
  await file.close();
  await close();
  return times;
}

async function rawAppends(path: string, count: number, size: number): Promise<Timed> {
  const file = await open(path, 'w');
  const bytes = randomBytes(size);
  const begun = performance.now();
  for (let n = 0; n < count; n += 1) {
    await file.write(bytes, 0, size, n * size);
    await file.datasync();
  }
  const totalMs = performance.now() - begun;
  await file.close();
  return { totalMs };
}

async function replay(folder: string, name: string): Promise<{ replayPerSecond: number; openMs: number }> {
  const begun = performance.now();
  const { journal, close } = await openBench(folder, name);
  const openMs = performance.now() - begun;
  const started = performance.now();
  let count = 0;
  for await (const _ of journal.read()) count += 1;
  const replayPerSecond = Math.round((count / (performance.now() - started)) * 1000);
  await close();
  return { replayPerSecond, openMs };
}

function print(result: JournalBench): void {
  const ms = ({ p50, p95, p99 }: Percentiles) =>
    `p50 ${p50.toFixed(2)}  p95 ${p95.toFixed(2)}  p99 ${p99.toFixed(2)} ms`;
  const { thread } = result;
  const lines = [
    `durable events/s     ${result.durablePerSecond} (${result.callers} callers, ${result.eventsPerBlock} events a block; ${result.cpuMicrosPerEvent} µs of processor an event)`,
    `  in calls of 200    ${result.batchedPerSecond}`,
    `  floor              ${result.floorEventsPerSecond} (same bytes, fdatasync alone); share ${(100 * result.shareOfFloor).toFixed(0)} %`,
    `  without grouping   ${result.ungroupedPerSecond} (one fdatasync an event, no journal)`,
    `one durable write    ${ms(result.single)}`,
    `  disk alone         ${ms(result.disk)}; p95 over disk ${result.p95OverDisk.toFixed(2)} ms`,
    `bytes an event       ${result.bytesPerEvent}`,
    `replay events/s      ${result.replayPerSecond}; open ${result.openMs.toFixed(0)} ms`,
    `through the thread   ${thread.durablePerSecond} durable events/s (${thread.callers} callers, one event a call; ${ms(thread.closed)})`,
    `  paced              ${thread.pacedPerSecond} a second, from when each was due: ${ms(thread.paced)}`,
    `  disk alone         ${ms(thread.disk)}; p95 over disk ${thread.p95OverDisk.toFixed(2)} ms`,
    `redaction            ${result.redaction.eventsPerSecond} events/s alone, ${result.redaction.preparedPerSecond} with encoding`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
