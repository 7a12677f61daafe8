/**
 * Named arrays of numbers and a header in one run of bytes, compressed.
 * It exists so that a trained model is one file that loads without parsing.
 * Invariant: `unpack(pack(x))` equals x; equal input gives equal bytes.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import { LmcpError } from '../../../errors/index.js';

const kinds = { Uint8Array, Int8Array, Uint16Array, Uint32Array, Float32Array };
type Kind = keyof typeof kinds;
export type Numbers = InstanceType<(typeof kinds)[Kind]>;

export interface Packed {
  readonly header: unknown;
  readonly arrays: Readonly<Record<string, Numbers>>;
}

interface Entry {
  readonly name: string;
  readonly kind: Kind;
  readonly length: number;
  readonly offset: number;
}

const aligned = (size: number) => Math.ceil(size / 8) * 8;

/** Layout: length of the head as a 32-bit number, head as JSON, then the arrays, each at a multiple of 8; all in gzip. */
export function pack({ header, arrays }: Packed): Uint8Array {
  let size = 0;
  const entries = Object.entries(arrays).map(([name, array]): Entry => {
    const entry = { name, kind: array.constructor.name as Kind, length: array.length, offset: size };
    size += aligned(array.byteLength);
    return entry;
  });
  const head = new TextEncoder().encode(JSON.stringify({ header, entries }));
  const start = aligned(4 + head.length);
  const bytes = new Uint8Array(start + size);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  for (const { name, offset } of entries) {
    const array = arrays[name];
    if (array) bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), start + offset);
  }
  return gzipSync(bytes, { level: 9 });
}

function isHead(value: unknown): value is { header: unknown; entries: Entry[] } {
  return typeof value === 'object' && value !== null && 'entries' in value && Array.isArray(value.entries);
}

/** @throws LMCP_INTERNAL for bytes that `pack` did not write. */
export function unpack(compressed: Uint8Array): Packed {
  const plain = gunzipSync(compressed);
  // Node hands out slices of a pool: typed arrays need their own start.
  const bytes = plain.byteOffset % 8 === 0 ? plain : Uint8Array.from(plain);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (!isHead(head)) throw new LmcpError('LMCP_INTERNAL', 'The file holds no packed arrays.');
  const start = bytes.byteOffset + aligned(4 + length);
  const arrays: Record<string, Numbers> = {};
  for (const { name, kind, length: count, offset } of head.entries)
    arrays[name] = new kinds[kind](bytes.buffer, start + offset, count);
  return { header: head.header, arrays };
}
