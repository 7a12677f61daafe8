/**
 * Compaction as it is served, on real files and LMDB: what was forgotten is in no file of the workspace, and nobody who appends or
 * reads meanwhile notices more than a pause.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createRedactor,
  nodeFiles,
  openJournal,
  openLmdbStore,
  readJournal,
  Snapshots,
} from '../journal/index.js';
import { payloadOf } from '../proto/index.js';
import { JournalClient } from './journal-client.js';
import { journalService } from './journal-service.js';
import { memoryLinks } from './link.js';
import type { JournalMethods, NoMethods } from './messages.js';
import { Peer } from './peer.js';
import type { EventInit } from './services.js';

const root = mkdtempSync(join(tmpdir(), 'lmcp-forget-'));
afterAll(() => rmSync(root, { recursive: true }));

const secret = 'zanzibar-quokka-7291';
let workspaces = 0;

/** A journal thread of one workspace, and a client of it. */
function served() {
  workspaces += 1;
  const directory = join(root, String(workspaces));
  let openings = 0;
  const service = journalService(async (workspace) => {
    openings += 1;
    const store = await openLmdbStore({
      directory: join(directory, 'views'),
      probe: async () => ({ ok: true }),
    });
    const journal = await openJournal({
      directory: join(directory, 'journal'),
      files: nodeFiles,
      store,
      clock: () => Date.now(),
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      redactor: createRedactor({ key: new Uint8Array(32) }),
      workspace,
      segmentBytes: 20_000,
      lingerMs: 1,
    });
    const close = async () => {
      await journal.close();
      await store.close();
    };
    return { journal, snapshots: new Snapshots(store), close };
  });
  const client = () => {
    const [here, there] = memoryLinks();
    new Peer<NoMethods, JournalMethods>(there, service);
    const line = new Peer<JournalMethods, NoMethods>(here, {});
    return new JournalClient(() => line);
  };
  const close = () =>
    client()
      .open('w')
      .then(() => service.close(null, {} as never));
  return { directory, client, close, openings: () => openings };
}

function filesWith(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

/** Every event of the segments, decoded, as text. */
async function decoded(directory: string): Promise<string[]> {
  const { read, damage } = await readJournal(join(directory, 'journal'));
  expect(damage).toBeNull();
  const texts: string[] = [];
  for await (const { event } of read())
    texts.push(JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
  return texts;
}

const command = (n: number): EventInit => ({
  source: 'hook',
  data: { case: 'commandFinished', value: { session: 's', command: `make target-${n}` } },
});
/** Speaks of the secret in its payload, in its subject (an index row) and so in a block with others. */
const built = (n: number): EventInit => ({
  source: 'ci',
  data: { case: 'buildFinished', value: { build: `${secret}-${n}` } },
});
const forgetting = (sequences: readonly number[]): EventInit => ({
  data: { case: 'eventsForgotten', value: { sequences: sequences.map(BigInt), reason: 'asked to' } },
});
const place = (offset: number, forgotten = 0) => ({
  learner: 'commands',
  offset,
  folded: [[1, offset]] as const,
  forgotten,
  parents: [],
  at: 0,
  scorecard: null,
  keep: [],
});

describe('compaction as it is served', () => {
  it('leaves nothing of what was forgotten in any file of journal and views', async () => {
    const { directory, client, close, openings } = served();
    const journal = client();
    const forgotten: number[] = [];
    for (let n = 0; n < 200; n += 1) {
      const last = await journal.append('w', [command(n), built(n), command(n + 1000)]);
      forgotten.push(last - 1);
    }
    const state = Buffer.from(`counts of ${secret}`.repeat(400));
    const stale = await journal.putSnapshot('w', { ...place(500), state });
    const sequence = await journal.append('w', [forgetting(forgotten)]);
    const sound = await journal.putSnapshot('w', {
      ...place(600, sequence),
      state: Buffer.from('commands alone'),
    });
    expect(filesWith(directory, secret).map((path) => path.split('/').at(-1))).toContain('data.mdb');
    expect((await decoded(directory)).join()).toContain(secret);

    expect(await journal.compact('w')).toMatchObject({ events: 200, aside: [] });

    expect(filesWith(directory, secret)).toEqual([]);
    const texts = await decoded(directory);
    expect(texts.join()).not.toContain(secret);
    expect(texts.filter((text) => text.includes('make target-'))).toHaveLength(400);
    expect(openings()).toBe(2);
    expect((await journal.snapshots('w', 'commands')).map(({ id }) => id)).toEqual([sound]);
    expect(await journal.snapshot('w', stale)).toBeUndefined();
    expect(await journal.snapshot('w', sound)).toMatchObject({ offset: 600, forgotten: sequence, id: sound });
    const types: number[] = [];
    for await (const stored of journal.readTypes('w', ['buildFinished', 'eventsForgotten']))
      types.push(stored.sequence);
    expect(types).toEqual([sequence]);
    const all: number[] = [];
    for await (const stored of journal.readTypes('w', [])) all.push(stored.sequence);
    expect(all).toEqual(Array.from({ length: sequence }, (_, n) => n + 1));
    expect(await journal.compact('w')).toMatchObject({ events: 0, segments: 0 });
    await close();
    expect(filesWith(directory, secret)).toEqual([]);
  });

  it('takes no state that was on its way while something in it was forgotten', async () => {
    const { client, close } = served();
    const journal = client();
    const last = await journal.append('w', [built(1), command(2)]);
    const value = { sequences: [1n], types: ['buildFinished'] };
    const sequence = await journal.append('w', [{ data: { case: 'eventsForgotten', value } }]);
    await journal.compact('w');
    const late = { ...place(last), state: Buffer.from(secret) };
    const refused = { code: 'LMCP_STALE_STATE' };
    await expect(journal.putSnapshot('w', late)).rejects.toMatchObject(refused);
    const consumes = ['buildFinished', 'commandFinished'] as const;
    await expect(journal.putSnapshot('w', { ...late, consumes })).rejects.toMatchObject(refused);
    expect(await journal.snapshots('w', 'commands')).toEqual([]);
    const of = async (given: object) => {
      const state = Buffer.from(JSON.stringify(given));
      return journal.putSnapshot('w', { ...place(last), ...given, state });
    };
    const ids = [
      await of({ consumes: ['commandFinished'] }),
      await of({ forgotten: sequence }),
      await of({ folded: [[2, 2]] }),
    ];
    await journal.compact('w');
    expect((await journal.snapshots('w', 'commands')).map(({ id }) => id).sort()).toEqual(ids.sort());
    await close();
  });

  it('refuses no append and fails no reader while the journal is closed and opened again', async () => {
    const { client, close } = served();
    const [owner, writer, reader] = [client(), client(), client()];
    const gone = await owner.append(
      'w',
      Array.from({ length: 50 }, (_, n) => built(n)),
    );
    await owner.append('w', [forgetting(Array.from({ length: gone }, (_, n) => n + 1))]);
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for (let next = 1; !stop.signal.aborted; ) {
        const batch = await reader.read('w', next, { wait: true, signal: stop.signal });
        for (const { sequence } of batch) seen.push(sequence);
        next = (batch.last ?? next - 1) + 1;
      }
    })();
    let running = true;
    const acknowledged: string[] = [];
    const writing = (async () => {
      for (let n = 0; running; n += 1) {
        writer.note('w', [command(100_000 + n)]);
        await writer.append('w', [command(n)]);
        acknowledged.push(`make target-${n}`);
      }
    })();
    const reports = [];
    for (let round = 0; round < 4; round += 1) {
      const last = await owner.append('w', [built(round)]);
      await owner.append('w', [forgetting([last])]);
      reports.push(await owner.compact('w'));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    running = false;
    await writing;
    const last = await owner.append('w', [command(-1)]);
    while (seen.at(-1) !== last) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await following.catch((error: unknown) => expect(error).toMatchObject({ code: 'LMCP_CANCELLED' }));

    expect(reports.map(({ events }) => events)).toEqual([51, 1, 1, 1]);
    expect(seen).toEqual(Array.from({ length: last }, (_, n) => n + 1));
    const commands: string[] = [];
    const dropped: unknown[] = [];
    let noted = 0;
    for await (const { event } of owner.readTypes('w', ['commandFinished', 'captureDropped'])) {
      if (event.data.case === 'captureDropped') dropped.push(event.data.value);
      const text = payloadOf(event, 'commandFinished')?.command ?? '';
      if (/-1\d{5}$/.test(text)) noted += 1;
      else commands.push(text);
    }
    expect(commands.filter((text) => text !== '' && !text.endsWith('--1'))).toEqual(acknowledged);
    expect(acknowledged.length).toBeGreaterThan(4);
    expect(dropped).toEqual([]);
    expect(noted).toBe(acknowledged.length);
    await close();
  });
});
