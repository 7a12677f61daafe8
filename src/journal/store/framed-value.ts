/**
 * How a value lies in LMDB: the CRC-32C of its key and itself, then the value.
 * It exists because LMDB has no checksums: a row that rotted, or whose key did, must not be taken for another's.
 * Invariant: a value is handed out only under the key it was written for.
 */
import { LmcpError } from '../../errors/index.js';
import { crc32c } from '../crc32c.js';

const checksumBytes = 4;

export function frame(key: string, value: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(checksumBytes + value.length);
  framed.set(value, checksumBytes);
  framed.writeUInt32LE(checksum(key, value), 0);
  return framed;
}

/** @throws LMCP_BAD_STATE */
export function unframe(key: string, framed: Buffer): Uint8Array {
  const value = new Uint8Array(framed.subarray(checksumBytes));
  if (framed.length < checksumBytes || framed.readUInt32LE(0) !== checksum(key, value))
    throw new LmcpError('LMCP_BAD_STATE', `The stored value of ${key} is damaged.`);
  return value;
}

function checksum(key: string, value: Uint8Array): number {
  return crc32c(value, crc32c(Buffer.from(key, 'latin1')));
}
