/**
 * Makes a large journal quickly: whole blocks of encoded events, chained as the journal chains them, without its queue or redaction.
 * It exists because writing a gigabyte event by event would take minutes, and a backup only sees blocks.
 * Invariant: seeded; every block verifies; the first part is what learners learn from, the bulk is log lines and errors of about a kilobyte.
 */
import { createCipheriv } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { encodeBatch } from '../../src/journal/batch.js';
import { encodeBlock } from '../../src/journal/block.js';
import { Catalogue } from '../../src/journal/catalogue.js';
import { type EventInit, encodeEvent, toEvent } from '../../src/journal/codec.js';
import { nodeFiles } from '../../src/journal/files/node-files.js';
import { openFormat, segmentsFolder } from '../../src/journal/format.js';
import { createUlids } from '../../src/journal/ulid.js';
import { writeHead } from '../../src/journal/witness.js';
import { SegmentWriter } from '../../src/journal/writer.js';
import { typicalEvents } from '../journal/events.js';

const EVENTS_A_BLOCK = 400;

/** Fills the journal of a workspace's folder up to so many bytes; resolves with the number of events. */
export async function largeJournal(folder: string, workspace: string, bytes: number): Promise<number> {
  const directory = join(folder, 'journal');
  mkdirSync(segmentsFolder(directory), { recursive: true, mode: 0o700 });
  const stream = createCipheriv('aes-128-ctr', new Uint8Array(16).fill(1), new Uint8Array(16));
  const random = (size: number) => new Uint8Array(stream.update(new Uint8Array(size)));
  await openFormat(nodeFiles, directory, { random });
  const catalogue = new Catalogue();
  const writer = new SegmentWriter({
    files: { ...nodeFiles },
    folder: segmentsFolder(directory),
    catalogue,
    segmentBytes: 64 * 1024 * 1024,
    onSealed: () => undefined,
  });
  let now = Date.UTC(2026, 0, 1);
  const nextId = createUlids(() => now, random);
  const complete = (init: EventInit) => {
    now += 20;
    return encodeEvent(toEvent({ ...init, id: nextId(), at: timestampFromMs(now), workspace } as EventInit));
  };
  const learned = typicalEvents(20_000);
  while (catalogue.bytes < bytes) {
    const begun = catalogue.lastSequence;
    const inits = begun < learned.length ? learned.slice(begun, begun + EVENTS_A_BLOCK) : bulk(random);
    const batch = encodeBatch(begun + 1, inits.map(complete));
    await writer.write(encodeBlock(batch, catalogue.hash), begun + inits.length);
  }
  await writer.close();
  await writeHead(nodeFiles, directory, {
    sequence: catalogue.lastSequence,
    hash: Buffer.from(catalogue.hash).toString('hex'),
  });
  return catalogue.lastSequence;
}

/** One error among nine log lines, their text random enough that LZ4 leaves about a kilobyte of each. */
function bulk(random: (size: number) => Uint8Array): EventInit[] {
  return Array.from({ length: EVENTS_A_BLOCK }, (_, n): EventInit => {
    const text = Buffer.from(random(700)).toString('base64');
    if (n % 10 > 0) return { source: 'bench', data: { case: 'logLine', value: { service: 'api', text } } };
    const error = text.slice(0, 26).replaceAll(/[+/]/g, 'x');
    return { source: 'bench', data: { case: 'errorObserved', value: { error, text, tool: 'vitest' } } };
  });
}
