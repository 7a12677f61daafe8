/**
 * Durable writes as servers make them: through a client, over a message port, into the journal thread, and back.
 * It exists because group commit in one thread says nothing of the hop; rate and latency are those of a caller that waits.
 * Invariant: each event is a call of its own; latency counts from the moment the call was due; the disk's own times are of the same run.
 */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EventInit } from '../../src/journal/index.js';
import { JournalClient } from '../../src/runtime/index.js';
import type { JournalMethods, NoMethods } from '../../src/runtime/messages.js';
import { Monitor } from '../../src/runtime/metrics/index.js';
import { Peer } from '../../src/runtime/peer.js';
import { portLink } from '../../src/runtime/port-link.js';
import { type Percentiles, percentilesOf } from './percentiles.js';

export interface ThroughThread {
  /** Callers that each wait for their own append, one event a call. */
  readonly callers: number;
  readonly durablePerSecond: number;
  /** The same callers' waits, milliseconds: by Little's law no less than callers ÷ rate. */
  readonly closed: Percentiles;
  /** Calls a second that were due, whatever came back. */
  readonly pacedPerSecond: number;
  /** From the moment a call was due to its answer, milliseconds. */
  readonly paced: Percentiles;
  /** Write and fdatasync of 16 KiB alone, before and after, milliseconds. */
  readonly disk: Percentiles;
  /** p95 of a paced durable write less p95 of the disk, milliseconds. */
  readonly p95OverDisk: number;
}

const WORKSPACE = 'bench';

export async function throughThread(folder: string, events: readonly EventInit[]): Promise<ThroughThread> {
  const data = join(folder, 'thread');
  const monitor = new Monitor({ enabled: true, servers: [], now: () => performance.now() });
  const worker = new Worker(new URL('../../src/runtime/journal-thread.js', import.meta.url), {
    workerData: { data, encrypt: false, metrics: monitor.thread('journal', 0) },
  });
  const line = new Peer<JournalMethods, NoMethods>(portLink(worker), {});
  const journal = new JournalClient(() => line);
  try {
    await journal.open(WORKSPACE);
    const callers = 128;
    await closedLoop(journal, events.slice(0, 4_000), callers);
    const disk = await bareSyncs(folder, 200);
    const closed = await closedLoop(journal, events, callers);
    const paced = await openLoop(journal, events, 20_000);
    disk.push(...(await bareSyncs(folder, 200)));
    const result = {
      callers,
      durablePerSecond: Math.round((events.length / closed.totalMs) * 1000),
      closed: percentilesOf(closed.times),
      pacedPerSecond: Math.round((events.length / paced.totalMs) * 1000),
      paced: percentilesOf(paced.times),
      disk: percentilesOf(disk),
    };
    return { ...result, p95OverDisk: result.paced.p95 - result.disk.p95 };
  } finally {
    await line.request('close', null);
    await worker.terminate();
  }
}

async function closedLoop(
  journal: JournalClient,
  events: readonly EventInit[],
  callers: number,
): Promise<{ totalMs: number; times: number[] }> {
  const times: number[] = [];
  let next = 0;
  const caller = async () => {
    for (let event = events[next++]; event; event = events[next++]) {
      const began = performance.now();
      await journal.append(WORKSPACE, [event]);
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  return { totalMs: performance.now() - began, times };
}

/** Every millisecond, what is due by then. */
async function openLoop(
  journal: JournalClient,
  events: readonly EventInit[],
  perSecond: number,
): Promise<{ totalMs: number; times: number[] }> {
  const times: number[] = [];
  const waiting: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; sent < events.length; ) {
    const due = Math.min(events.length, Math.floor(((performance.now() - began) * perSecond) / 1000));
    for (; sent < due; sent += 1) {
      const event = events[sent];
      const intended = began + (sent * 1000) / perSecond;
      if (event)
        waiting.push(
          journal.append(WORKSPACE, [event]).then(() => void times.push(performance.now() - intended)),
        );
    }
    await sleep(1);
  }
  await Promise.all(waiting);
  return { totalMs: performance.now() - began, times };
}

async function bareSyncs(folder: string, count: number): Promise<number[]> {
  const file = await open(join(folder, 'bare'), 'w');
  const bytes = randomBytes(16_384);
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const began = performance.now();
    await file.write(bytes, 0, bytes.length, n * bytes.length);
    await file.datasync();
    times.push(performance.now() - began);
  }
  await file.close();
  return times;
}
