/**
 * Finds the record of a program, inflating the block it lies in.
 * It exists so that 4 MB of grammar cost nothing until a program is asked for, and little afterwards.
 * Invariant: the answer depends on the key alone; what is kept is bounded (16 blocks of 128 KB, 128 records).
 */
import { brotliDecompressSync } from 'node:zlib';
import { type GrammarNode, readRecord } from './notation.js';
import { packedBlocks, packedIndex } from './packed.js';

const KEPT_BLOCKS = 16;
const KEPT_RECORDS = 128;

interface Place {
  readonly block: number;
  readonly from: number;
  readonly length: number;
}

let places: ReadonlyMap<string, Place> | undefined;
const inflated = new Map<number, string>();
const nodes = new Map<string, GrammarNode>();

function inflate(packed: string): string {
  return brotliDecompressSync(Buffer.from(packed, 'base64')).toString('latin1');
}

/** Groups of `key⇥length`, a group a block; the last group is `key⇥key that has the same record`. */
function readIndex(): ReadonlyMap<string, Place> {
  const map = new Map<string, Place>();
  inflate(packedIndex)
    .split('\n\n')
    .forEach((group, block) => {
      let from = 0;
      for (const line of group.split('\n')) {
        const [key = '', second = ''] = line.split('\t');
        if (block < packedBlocks.length) {
          const length = Number(second);
          map.set(key, { block, from, length });
          from += length;
        } else {
          const same = map.get(second);
          if (same) map.set(key, same);
        }
      }
    });
  return map;
}

/** The newest entry is last; the one not asked for longest goes first. */
function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): V {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
  return value;
}

function blockText(block: number): string {
  return keep(inflated, block, inflated.get(block) ?? inflate(packedBlocks[block] ?? ''), KEPT_BLOCKS);
}

/** Whether there is a record of the key: a program's name, or with the subcommands that were cut out (`aws ec2`). */
export function hasRecord(key: string): boolean {
  places ??= readIndex();
  return places.has(key);
}

export function recordOf(key: string): GrammarNode | undefined {
  places ??= readIndex();
  const place = places.get(key);
  if (!place) return undefined;
  const known = nodes.get(key);
  if (known) return keep(nodes, key, known, KEPT_RECORDS);
  const text = blockText(place.block).slice(place.from, place.from + place.length);
  return keep(nodes, key, readRecord(text), KEPT_RECORDS);
}

/** All programs that have a record. */
export function programs(): string[] {
  places ??= readIndex();
  return [...places.keys()].filter((key) => !key.includes(' '));
}
