/**
 * A block: what one group commit writes. Header, then the payload (a batch: LZ4, then AES-256-GCM where a key is set).
 * It exists so that one checksum and one link of the chain cover everything that was acknowledged together.
 * Invariant: a block is read only when magic, version, CRC-32C and its link to the block before all fit.
 *
 * Header, 96 bytes, little endian:
 *    0 magic "LMJB" · 4 format version u16 · 6 flags u16 (1 LZ4, 2 AES-256-GCM, 4) · 8 first sequence u64 · 16 count u32 ·
 *   20 payload length on disk u32 · 24 payload length raw u32 · 28 CRC-32C of header (these four bytes 0) and payload u32 ·
 *   32 SHA-256 of the block before (zeros for the first) · 64 nonce (12, zeros when not encrypted) · 76 zeros
 * Flag 4, compacted: the payload begins with the SHA-256 that the block had before events in it were forgotten. It stays the block's
 * hash, so the next block's link fits; what was forgotten is a tombstone in the batch (tombstone.ts).
 */
import { createHash } from 'node:crypto';
import { compressSync, uncompressSync } from 'lz4-napi';
import { batchRange } from './batch.js';
import { type Cipher, nonceBytes } from './cipher.js';
import { crc32c } from './crc32c.js';

export const blockHeaderBytes = 96;
export const formatVersion = 1;
/** No block is larger on disk; a length beyond it is garbage, not a reason to allocate. */
export const maxBlockBytes = 64 * 1024 * 1024;
/** The hash before the first block. */
export const genesis = new Uint8Array(32);

const magic = 0x424a_4d4c;
const lz4 = 1;
const aes = 2;
const compacted = 4;
const hashBytes = 32;
const crcAt = 28;
/** Below this LZ4 gains nothing. */
const minCompress = 64;

export interface BlockHeader {
  readonly version: number;
  readonly flags: number;
  readonly first: number;
  readonly count: number;
  /** Bytes of payload on disk. */
  readonly stored: number;
  readonly raw: number;
  readonly crc: number;
  readonly previous: Uint8Array;
}

/** Why a block was refused. */
export class BadBlock extends Error {
  override readonly name = 'BadBlock';
}

/** What the next block links to: the SHA-256 of the block as it was first written. */
export function blockHash(block: Uint8Array): Uint8Array {
  if (isCompacted(block)) return copyOf(block, blockHeaderBytes, blockHeaderBytes + hashBytes);
  return createHash('sha256').update(block).digest();
}

function isCompacted(block: Uint8Array): boolean {
  return ((block[6] ?? 0) & compacted) !== 0;
}

/** Builds the bytes of a block from an encoded batch; `original` is the hash of the block that it stands for, when compacted. */
export function encodeBlock(
  batch: Uint8Array,
  previous: Uint8Array,
  sealing?: { readonly cipher: Cipher; readonly nonce: Uint8Array },
  original?: Uint8Array,
): Uint8Array {
  const { first, count } = batchRange(batch);
  let payload = batch;
  let flags = 0;
  if (batch.length >= minCompress) {
    const packed = compressSync(asBuffer(batch));
    if (packed.length < batch.length) {
      payload = packed;
      flags |= lz4;
    }
  }
  if (sealing) flags |= aes;
  if (original) flags |= compacted;
  const before = blockHeaderBytes + (original?.length ?? 0);
  const stored = before - blockHeaderBytes + payload.length + (sealing ? 16 : 0);
  const block = new Uint8Array(blockHeaderBytes + stored);
  const view = new DataView(block.buffer);
  view.setUint32(0, magic, true);
  view.setUint16(4, formatVersion, true);
  view.setUint16(6, flags, true);
  view.setBigUint64(8, BigInt(first), true);
  view.setUint32(16, count, true);
  view.setUint32(20, stored, true);
  view.setUint32(24, batch.length, true);
  block.set(previous, 32);
  if (sealing) {
    block.set(sealing.nonce, 64);
    payload = sealing.cipher.seal(payload, sealing.nonce, copyOf(block, 0, blockHeaderBytes));
  }
  if (original) block.set(original, blockHeaderBytes);
  block.set(payload, before);
  view.setUint32(crcAt, crc32c(block), true);
  return block;
}

/**
 * Reads a header.
 * @throws BadBlock when these bytes cannot be one (too short, other magic or version, absurd length).
 */
export function decodeHeader(bytes: Uint8Array): BlockHeader {
  if (bytes.length < blockHeaderBytes) throw new BadBlock('the file ends inside a block header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) throw new BadBlock('no block begins here (magic)');
  const header: BlockHeader = {
    version: view.getUint16(4, true),
    flags: view.getUint16(6, true),
    first: Number(view.getBigUint64(8, true)),
    count: view.getUint32(16, true),
    stored: view.getUint32(20, true),
    raw: view.getUint32(24, true),
    crc: view.getUint32(crcAt, true),
    previous: copyOf(bytes, 32, 64),
  };
  if (header.version !== formatVersion) throw new BadBlock(`format version ${header.version}`);
  if (header.stored > maxBlockBytes || header.raw > maxBlockBytes || header.count === 0)
    throw new BadBlock('absurd lengths in the header');
  return header;
}

/** Whether header and payload are what was written. `block` is exactly one block. */
export function checksumFits(block: Uint8Array, header: BlockHeader): boolean {
  return crc32c(block.subarray(blockHeaderBytes), crc32c(uncheckedHeader(block))) === header.crc;
}

/**
 * The batch inside a block whose checksum was found to fit.
 * @throws BadBlock when the key is missing or wrong, or the payload does not unpack to what the header says.
 */
export function openBlock(block: Uint8Array, header: BlockHeader, cipher?: Cipher): Uint8Array {
  let payload = block.subarray(blockHeaderBytes + (header.flags & compacted ? hashBytes : 0));
  try {
    if (header.flags & aes) {
      if (!cipher) throw new BadBlock('it is encrypted and no key was given');
      payload = cipher.open(payload, copyOf(block, 64, 64 + nonceBytes), uncheckedHeader(block));
    }
    if (header.flags & lz4) payload = unpack(payload, header.raw);
    if (payload.length !== header.raw) throw new BadBlock('its payload has another length');
    const range = batchRange(payload);
    if (range.first !== header.first || range.count !== header.count)
      throw new BadBlock('its payload is of other events than its header');
    return payload;
  } catch (error) {
    if (error instanceof BadBlock) throw error;
    throw new BadBlock(`its payload cannot be opened (${error instanceof Error ? error.message : error})`);
  }
}

/** lz4-napi trusts the length in front of the data; we check it first, so that a wrong one allocates nothing. */
function unpack(packed: Uint8Array, raw: number): Uint8Array {
  const said = new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getUint32(0, true);
  if (said !== raw) throw new BadBlock('its packed length differs from its header');
  return uncompressSync(asBuffer(packed));
}

/** The header as it was before its checksum was set. */
function uncheckedHeader(block: Uint8Array): Uint8Array {
  return copyOf(block, 0, blockHeaderBytes).fill(0, crcAt, crcAt + 4);
}

/** A copy in its own memory. `slice` would do for a Uint8Array, but on a Buffer it is a view, and writing to that changes the block. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(bytes.subarray(from, to));
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
