/** Random journals that forget, are compacted, cut off and opened again: what was to go is gone, and nothing else has changed. */
import { describe, expect, it } from 'vitest';
import type { EventInit } from './codec.js';
import { createFaultFiles, type FaultFiles } from './files/fault-files.js';
import { createMemoryFiles, type MemoryFiles } from './files/memory-files.js';
import { fsck } from './fsck.js';
import type { Journal } from './journal.js';
import { interaction, openScratch, scratchDirectory } from './scratch.js';
import { seededChance } from './seeded.js';
import { createMemoryStore } from './store/memory-store.js';
import { isTombstone } from './tombstone.js';

const firstSeed = Number(process.env.LMCP_SEED ?? 1);
const runs = 300;
const durable = { durable: true } as const;
const everything = { start: ' ', end: '~' };

type Chance = () => number;
const draw = (chance: Chance, below: number) => Math.floor(chance() * below);

/** An event whose payload holds a mark of its own: in a subject, so in the index, or in a text. */
function marked(n: number, chance: Chance): EventInit {
  if (chance() < 0.3) return { source: 'ci', data: { case: 'buildFinished', value: { build: mark(n) } } };
  if (chance() < 0.1)
    return {
      source: 'log',
      data: { case: 'logLine', value: { text: `${mark(n)} `.repeat(draw(chance, 200)) } },
    };
  return { ...interaction(n), source: `hook:${mark(n)}` };
}
const mark = (n: number) => `m${n}m`;

async function encoded(journal: Journal): Promise<Buffer[]> {
  const events: Buffer[] = [];
  for await (const { bytes } of journal.readEncoded()) events.push(Buffer.from(bytes));
  return events;
}

const bytesOf = (disk: MemoryFiles) =>
  Buffer.concat(disk.paths().map((path) => Buffer.from(disk.content(path) ?? []))).toString('latin1');

/** Appends random events and forgettings; the sequences that were forgotten. */
async function live(journal: Journal, chance: Chance): Promise<Set<number>> {
  const forgotten = new Set<number>();
  for (let call = 0; call < 4 + draw(chance, 12); call += 1) {
    const last = journal.lastSequence;
    if (last > 3 && chance() < 0.3) {
      const chosen = Array.from({ length: 1 + draw(chance, 8) }, () => 1 + draw(chance, last));
      const sequences = chance() < 0.5 ? chosen : Array.from({ length: draw(chance, last) }, (_, n) => n + 1);
      await journal.append(
        [{ data: { case: 'eventsForgotten', value: { sequences: sequences.map(BigInt) } } }],
        durable,
      );
      for (const sequence of sequences) forgotten.add(sequence);
    } else {
      const events = Array.from({ length: 1 + draw(chance, 9) }, (_, n) => marked(last + n + 1, chance));
      await journal.append(events, durable);
    }
  }
  return forgotten;
}

/** Compacts until the power goes at one of the first steps; the disk as it is found after that. */
async function cutOff(journal: Journal, files: FaultFiles, step: number): Promise<MemoryFiles> {
  const at = files.operations + step;
  files.onOperation((operation) => {
    if (operation === at) files.kill();
  });
  await journal.compact().catch(() => undefined);
  return files.crash();
}

describe('forgetting in random journals', () => {
  it(`keeps sequences, chain and all else in ${runs} of them, through power cuts and openings`, async () => {
    let [payloads, cuts] = [0, 0];
    for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
      const chance = seededChance(seed);
      const key = chance() < 0.25 ? new Uint8Array(32).fill(seed) : undefined;
      const options = {
        segmentBytes: 300 + draw(chance, 3000),
        store: createMemoryStore(),
        ...(key && { key }),
      };
      let disk = createMemoryFiles();
      const files = createFaultFiles(seededChance(seed + 1), disk);
      let { journal } = await openScratch({ ...options, seed, files });
      const forgotten = await live(journal, chance);
      const before = await encoded(journal);
      const { head, lastSequence } = journal;
      await journal.flush();
      const rowsBefore = [...options.store.range(everything)];
      if (chance() < 0.5) {
        disk = await cutOff(journal, files, 1 + draw(chance, 30));
        ({ journal } = await openScratch({ ...options, seed: seed + 2, files: disk }));
        cuts += 1;
      } else if (chance() < 0.3) {
        // The power went when the segments were rewritten and the index was not.
        await journal.compact();
        await journal.close();
        await options.store.clear();
        await options.store.write(rowsBefore.map(({ key: put, value }) => ({ put, value })));
        ({ journal } = await openScratch({ ...options, seed: seed + 2, files: disk }));
      }
      await journal.compact();
      await journal.close();
      ({ journal } = await openScratch({ ...options, seed: seed + 3, files: disk, verifyAll: true }));
      const after = await encoded(journal);
      const found = `seed ${seed}`;
      expect(journal.damage, found).toBeNull();
      expect([journal.head, journal.lastSequence, after.length], found).toEqual([
        head,
        lastSequence,
        before.length,
      ]);
      for await (const { sequence, event } of journal.read()) {
        if (isTombstone(event)) {
          expect(forgotten.has(sequence), `${found}, event ${sequence}`).toBe(true);
          payloads += 1;
        } else expect(after[sequence - 1]?.equals(before[sequence - 1] ?? Buffer.alloc(0)), found).toBe(true);
      }
      const rows = [...options.store.range(everything)].map(({ key: row }) => row);
      const left = [bytesOf(disk), rows, ...after.map((event) => event.toString('latin1'))].join();
      for (const sequence of forgotten)
        expect(left.includes(mark(sequence)), `${found}, ${sequence}`).toBe(false);
      await journal.append([interaction(1)], durable);
      await journal.close();
      const report = await fsck(scratchDirectory, { files: disk, ...(key && { key }) });
      expect(report, found).toMatchObject({ damage: null, events: lastSequence + 1 });
    }
    expect(payloads).toBeGreaterThan(runs * 5);
    expect(cuts).toBeGreaterThan(runs / 4);
  });
});
