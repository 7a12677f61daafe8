import { describe, expect, it } from 'vitest';
import {
  createMemoryFiles,
  createMemoryStore,
  createRedactor,
  type FileLayer,
  type Journal,
  openJournal,
  Snapshots,
} from '../journal/index.js';
import { payloadOf } from '../proto/index.js';
import { JournalClient } from './journal-client.js';
import { DURABLE_BYTES, NOTE_BYTES } from './journal-lane.js';
import { journalService } from './journal-service.js';
import { memoryLinks } from './link.js';
import type { JournalMethods, NoMethods } from './messages.js';
import { Peer } from './peer.js';

const QUEUE_BYTES = 1 << 20;
const call = (tool: string) => ({ data: { case: 'interactionFinished' as const, value: { tool } } });

/** A disk on which every sync takes that long, in milliseconds. */
function slowFiles(milliseconds: number): FileLayer {
  const files = createMemoryFiles();
  return {
    ...files,
    open: async (path, mode) => {
      const file = await files.open(path, mode);
      return { ...file, datasync: () => new Promise((resolve) => setTimeout(resolve, milliseconds)) };
    },
  };
}

async function setup(syncMs: number) {
  const journal = await openJournal({
    directory: '/journal',
    files: slowFiles(syncMs),
    store: createMemoryStore(),
    clock: () => 0,
    random: (size) => new Uint8Array(size).fill(7),
    redactor: createRedactor({ key: new Uint8Array(32) }),
    workspace: 'w',
    queueBytes: QUEUE_BYTES,
    lingerMs: 1,
  });
  const opened = { journal, snapshots: new Snapshots(createMemoryStore()), close: () => journal.close() };
  const [here, there] = memoryLinks();
  new Peer<NoMethods, JournalMethods>(
    there,
    journalService(async () => opened),
  );
  const line = new Peer<JournalMethods, NoMethods>(here, {});
  return { journal, underway: () => line.backlog, client: new JournalClient(() => line) };
}

async function toolsOf(journal: Journal): Promise<{ tools: string[]; dropped: number }> {
  const tools: string[] = [];
  let dropped = 0;
  for await (const { event } of journal.read()) {
    const tool = payloadOf(event, 'interactionFinished')?.tool;
    if (tool !== undefined) tools.push(tool);
    dropped += Number(payloadOf(event, 'captureDropped')?.count ?? 0n);
  }
  return { tools, dropped };
}

describe('writers faster than the disk', () => {
  it('a flood of telemetry is bounded in memory; every note is stored or counted in a captureDropped event', async () => {
    const { journal, underway, client } = await setup(5);
    const text = 'x'.repeat(500);
    let sent = 0;
    let most = 0;
    for (let turn = 0; turn < 60; turn += 1) {
      for (let n = 0; n < (turn === 30 ? 4000 : 400); n += 1)
        client.note('w', [call(`note-${sent++} ${text}`)]);
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, underway() + journal.stats.queuedBytes);
      expect(client.load.bytes).toBeLessThanOrEqual(NOTE_BYTES);
    }
    await client.append('w', [call('end')]);
    for (let wait = 0; wait < 200; wait += 1) {
      const { tools, dropped } = await toolsOf(journal);
      if (tools.length + dropped === sent + 1) break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { tools, dropped } = await toolsOf(journal);
    expect(tools.length + dropped).toBe(sent + 1);
    // In the one large turn the writer's own window was too small; in the others the queue behind the disk was.
    expect(client.load.dropped).toBeGreaterThan(1000);
    expect(dropped).toBeGreaterThan(client.load.dropped);
    expect(tools.length).toBeGreaterThan(500);
    // Twelve megabytes were noted; what waited was a window of ours, one queue, and the block before it.
    expect(most).toBeLessThan(NOTE_BYTES + 3 * QUEUE_BYTES);
    const numbers = tools
      .filter((tool) => tool.startsWith('note-'))
      .map((tool) => Number.parseInt(tool.slice(5), 10));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('durable calls wait their turn in order, each once, and no more than a window is under way', async () => {
    const { journal, underway, client } = await setup(1);
    const text = 'y'.repeat(60_000);
    let most = 0;
    const ends: Promise<number>[] = [];
    for (let n = 0; n < 250; n += 1) ends.push(client.append('w', [call(`call-${n} ${text}`)]));
    const watch = setInterval(() => {
      most = Math.max(most, client.load.bytes, underway());
    }, 0);
    const sequences = await Promise.all(ends);
    clearInterval(watch);
    expect(sequences).toEqual(Array.from({ length: 250 }, (_, n) => n + 1));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(DURABLE_BYTES + 1_000_000);
    expect((await toolsOf(journal)).tools.map((tool) => Number.parseInt(tool.slice(5), 10))).toEqual(
      Array.from({ length: 250 }, (_, n) => n),
    );
    expect(client.load).toEqual({ bytes: 0, dropped: 0 });
  });

  it('refuses a bad call alone, though it shared a frame with good ones', async () => {
    const { journal, client } = await setup(0);
    const settled = await Promise.allSettled([
      client.append('w', [call('a')]),
      client.append('w', [{ source: 'no payload' }]),
      client.append('w', [call('b'), call('c')]),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(settled[1]).toMatchObject({ reason: { code: 'LMCP_BAD_EVENT' } });
    expect((await toolsOf(journal)).tools).toEqual(['a', 'b', 'c']);
  });

  it('keeps a note that came before an append before it', async () => {
    const { journal, client } = await setup(0);
    client.note('w', [call('noted')]);
    expect(await client.append('w', [call('appended')])).toBe(2);
    expect((await toolsOf(journal)).tools).toEqual(['noted', 'appended']);
    expect(await client.append('w', [])).toBe(2);
  });

  it('neither throws nor forgets when the journal thread cannot be had', async () => {
    const client = new JournalClient(() => {
      throw new Error('being stopped');
    });
    client.note('w', [call('lost')]);
    await expect(client.append('w', [call('refused')])).rejects.toThrow('being stopped');
    expect(client.load).toEqual({ bytes: 0, dropped: 1 });
  });
});
