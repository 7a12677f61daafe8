/**
 * Rewrites a segment without the payloads that were forgotten.
 * It exists because an append-only file keeps what a user asked to forget until somebody writes it anew.
 * Invariant: sequences, chain and head stay; the new file is synced and walked to its end before it takes the old one's name, so a
 * crash at any step leaves one of the two, whole. What is left under another name is removed at the next opening.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeBatch, splitBatch } from './batch.js';
import { encodeBlock, openBlock } from './block.js';
import { emptySegment, extend, type Segment } from './catalogue.js';
import { type Cipher, nonceBytes } from './cipher.js';
import { decodeEvent } from './codec.js';
import type { FileLayer } from './files/layer.js';
import { type VerifiedBlock, walkBlocks } from './segment.js';
import type { SequenceSet } from './sequence-set.js';
import { isTombstone, tombstoneOf } from './tombstone.js';

const draftSuffix = '.compact';

export interface CompactOptions {
  readonly files: FileLayer;
  /** Folder of the segments. */
  readonly folder: string;
  readonly cipher: Cipher | undefined;
  readonly random: (size: number) => Uint8Array;
  readonly forgotten: SequenceSet;
}

/** The segment as it is after it was rewritten, or undefined when it held nothing to forget. It must be sealed. */
export async function compactSegment(
  segment: Segment,
  options: CompactOptions,
): Promise<{ readonly segment: Segment; readonly events: number } | undefined> {
  const { files, folder } = options;
  const draft = `${segment.path}${draftSuffix}`;
  const { previous } = segment.places[0] ?? { previous: segment.hash };
  const written = emptySegment(segment.path, segment.name, segment.first, previous);
  const place = { offset: 0, next: segment.first, previous };
  const from = await files.open(segment.path, 'read');
  const to = await files.open(draft, 'append');
  let events = 0;
  try {
    await to.truncate(0);
    for await (const block of walkBlocks(from, place, segment.size)) {
      const rewritten = await rewrite(block, options);
      events += rewritten.events;
      await to.write(rewritten.bytes, written.size);
      extend(written, { last: block.last, hash: block.hash, bytes: rewritten.bytes.length });
    }
    await to.datasync();
    // Proves that what is about to replace the original reads back as it must.
    for await (const block of walkBlocks(to, place, written.size))
      openBlock(block.bytes, block.header, options.cipher);
  } finally {
    await from.close();
    await to.close();
  }
  if (events === 0) {
    await files.remove(draft);
    return undefined;
  }
  await files.rename(draft, segment.path);
  await files.syncDirectory(folder);
  return { segment: written, events };
}

/** Removes what a crash left of an unfinished rewriting. */
export async function removeDrafts(files: FileLayer, folder: string): Promise<void> {
  for (const name of await files.list(folder))
    if (name.endsWith(draftSuffix)) await files.remove(`${folder}/${name}`);
}

/** Events whose tombstones are made in one go: a block may hold ten thousand, and the thread serves others meanwhile. */
const atOnce = 256;

async function rewrite(
  { header, bytes, last, hash }: VerifiedBlock,
  { cipher, random, forgotten }: CompactOptions,
): Promise<{ readonly bytes: Uint8Array; readonly events: number }> {
  if (!forgotten.meets([[header.first, last]])) return { bytes, events: 0 };
  let events = 0;
  let looked = 0;
  const items: Uint8Array[] = [];
  for (const { sequence, bytes: event } of splitBatch(openBlock(bytes, header, cipher))) {
    if (!forgotten.has(sequence)) {
      items.push(event);
      continue;
    }
    looked += 1;
    if (looked % atOnce === 0) await nextTurn();
    const decoded = decodeEvent(event);
    // What was forgotten, and why, is itself remembered.
    const stays = isTombstone(decoded) || decoded.data.case === 'eventsForgotten';
    items.push(stays ? event : tombstoneOf(event));
    if (!stays) events += 1;
  }
  if (events === 0) return { bytes, events };
  const sealing = cipher && { cipher, nonce: random(nonceBytes) };
  return { bytes: encodeBlock(encodeBatch(header.first, items), header.previous, sealing, hash), events };
}
