import { describe, expect, it } from 'vitest';
import { payloadOf } from '../proto/index.js';
import { encodeEvent, toEvent } from './codec.js';
import { formatEventLine } from './event-line.js';
import { createMemoryFiles } from './files/memory-files.js';
import { findEvent } from './find-event.js';
import { importJsonl } from './import/jsonl.js';
import { maxCallEvents, maxEventBytes } from './prepare.js';
import { interaction, openScratch, toolsOf } from './scratch.js';
import { createMemoryStore } from './store/memory-store.js';
import type { Store } from './store/store.js';

const durable = { durable: true } as const;
const commit = (bytes: number) =>
  toEvent({
    data: { case: 'commitLanded', value: { sha: 'a'.repeat(40), message: 'x '.repeat(bytes / 2) } },
  });

describe('what one call may append', () => {
  it('takes encoded events as it takes plain ones: redacted, numbered, in order', async () => {
    const { journal } = await openScratch();
    const secret = 'pw=Tr0ub4dor-and-3-horses.ts';
    const value = { sha: 'b'.repeat(40), files: [{ path: `d/${secret}` }] };
    const encoded = encodeEvent(toEvent({ data: { case: 'commitLanded', value } }));
    await journal.append([interaction(1), encoded, encodeEvent(toEvent(interaction(3)))], durable);
    expect(await toolsOf(journal)).toEqual(['1:tool-1', '2:commitLanded', '3:tool-3']);
    for await (const { event } of journal.read({ types: ['commitLanded'] })) {
      expect(payloadOf(event, 'commitLanded')?.files[0]?.path).toMatch(/^d\/pw=\[redacted:password:\w{4}\]$/);
      expect(event.id).toHaveLength(26);
    }
  });

  it('refuses too large an event, too many bytes, too many events, and bytes that are no event', async () => {
    const { journal } = await openScratch();
    const refused = (events: Parameters<typeof journal.append>[0], code: string) =>
      expect(journal.append([interaction(1), ...events], durable)).rejects.toMatchObject({ code });
    await refused([commit(maxEventBytes)], 'LMCP_TOO_LARGE');
    await refused([encodeEvent(commit(maxEventBytes))], 'LMCP_TOO_LARGE');
    const large = encodeEvent(commit(maxEventBytes - 1000));
    await refused([large, large, large], 'LMCP_TOO_LARGE');
    await refused(
      new Array<Uint8Array>(maxCallEvents).fill(encodeEvent(toEvent(interaction(2)))),
      'LMCP_TOO_LARGE',
    );
    await refused([new Uint8Array([0xff, 0xff])], 'LMCP_BAD_EVENT');
    expect(journal.lastSequence).toBe(0);
    await journal.append([large, interaction(1)], durable);
    expect(journal.lastSequence).toBe(2);
  });

  it('imports large events a few at a time, and names the line of one that is too large', async () => {
    const sizes: number[] = [];
    const journal = {
      append: async (events: readonly unknown[]) => {
        sizes.push(events.length);
        return { first: 1, last: events.length };
      },
    };
    const lines = [600_000, 600_000, 600_000, 10, 10].map((bytes) => formatEventLine(commit(bytes)));
    async function* input(all: readonly string[]) {
      yield Buffer.from(`${all.join('\n')}\n`);
    }
    await importJsonl({ journal, input: input(lines) });
    expect(sizes).toEqual([2, 3]);
    const bad = [...lines.slice(3), formatEventLine(commit(maxEventBytes + 10))];
    const stopped = await importJsonl({ journal, input: input(bad) });
    expect(stopped).toMatchObject({ events: 2, complete: false, badLines: [{ line: 3 }] });
    expect(stopped.badLines[0]?.error.code).toBe('LMCP_TOO_LARGE');
  });
});

describe('finding an event by its id', () => {
  it('takes few reads where the journal gave the ids, and finds imported ones and those out of order too', async () => {
    const { journal, time } = await openScratch();
    for (let n = 0; n < 100; n += 1) {
      time.now += 1000;
      const events = Array.from({ length: 80 }, (_, k) => interaction(n * 80 + k));
      await journal.append(events, durable);
    }
    const odd = { ...interaction(1), id: '00000000000000000000000001' };
    await journal.append([odd, { ...interaction(2), id: 'not-a-ulid' }], durable);
    const ids = new Map<number, string>();
    for await (const { sequence, event } of journal.read()) ids.set(sequence, event.id);
    for (const sequence of [1, 2, 79, 4000, 7999, 8000, 8001, 8002])
      expect(await journal.sequenceOf(ids.get(sequence) ?? '')).toBe(sequence);
    expect(await journal.sequenceOf('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBeUndefined();
    let read = 0;
    const counted = {
      lastSequence: journal.lastSequence,
      damage: null,
      async *read({ from = 1, to = 0 }: { from?: number; to?: number } = {}) {
        for await (const stored of journal.read({ from, to })) {
          read += 1;
          yield stored;
        }
      },
    };
    expect(await findEvent(counted, ids.get(6000) ?? '')).toBe(6000);
    expect(read).toBeLessThan(2000);
  });
});

describe('a journal whose store refuses, as on a full disk', () => {
  it('goes on appending and answering, and has its index again at the next open', async () => {
    const files = createMemoryFiles();
    const kept = createMemoryStore();
    let full = false;
    const store: Store = {
      ...kept,
      get: (key) => kept.get(key),
      range: (range) => kept.range(range),
      write: async (operations) => {
        if (full) throw Object.assign(new Error('No space left on device'), { code: 28 });
        await kept.write(operations);
      },
    };
    const { journal } = await openScratch({ files, store });
    await journal.append([interaction(1), commit(10)], durable);
    await journal.flush();
    full = true;
    for (let n = 3; n <= 40; n += 1) await journal.append([interaction(n)], durable);
    await journal.flush();
    full = false;
    await journal.append([commit(20)], durable);
    expect(await toolsOf(journal)).toHaveLength(41);
    const found: number[] = [];
    for await (const { sequence } of journal.read({ types: ['commitLanded'] })) found.push(sequence);
    expect(found).toEqual([2, 41]);
    expect(journal.state).toBe('open');
    await journal.close();
    const again = await openScratch({ files, store, seed: 2 });
    expect(again.journal.report).toMatchObject({ damage: null, index: { caughtUp: 39, rebuilt: false } });
    const after: number[] = [];
    for await (const { sequence } of again.journal.read({ types: ['commitLanded'] })) after.push(sequence);
    expect(after).toEqual([2, 41]);
  });
});
