/**
 * CRC-32C (Castagnoli, RFC 3720 appendix B.4), slicing by eight.
 * It exists because Node's zlib.crc32 is the IEEE polynomial; Castagnoli finds more of the short bursts that disks make.
 * Invariant: crc32c of the ASCII bytes "123456789" is 0xe3069283.
 */
const tables = buildTables();

/** Checksum of bytes; `seed` is the checksum of what came before them. Unsigned 32 bits. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~seed;
  let at = 0;
  const whole = bytes.length - (bytes.length % 8);
  for (; at < whole; at += 8) {
    const low =
      crc ^
      (at0(bytes, at) | (at0(bytes, at + 1) << 8) | (at0(bytes, at + 2) << 16) | (at0(bytes, at + 3) << 24));
    crc =
      at1(t7, low & 0xff) ^
      at1(t6, (low >>> 8) & 0xff) ^
      at1(t5, (low >>> 16) & 0xff) ^
      at1(t4, low >>> 24) ^
      at1(t3, at0(bytes, at + 4)) ^
      at1(t2, at0(bytes, at + 5)) ^
      at1(t1, at0(bytes, at + 6)) ^
      at1(t0, at0(bytes, at + 7));
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ at1(t0, (crc ^ at0(bytes, at)) & 0xff);
  return ~crc >>> 0;
}

/** Indexes that are in range by construction; the cast costs nothing at run time. */
function at0(bytes: Uint8Array, index: number): number {
  return bytes[index] as number;
}
function at1(table: Int32Array, index: number): number {
  return table[index] as number;
}

type Tables = readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

function buildTables(): Tables {
  const make = () => new Int32Array(256);
  const all: Tables = [make(), make(), make(), make(), make(), make(), make(), make()];
  for (let n = 0; n < 256; n += 1) {
    let crc = n;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    all[0][n] = crc;
  }
  for (let n = 0; n < 256; n += 1) {
    let crc = at1(all[0], n);
    for (let slice = 1; slice < 8; slice += 1) {
      crc = (crc >>> 8) ^ at1(all[0], crc & 0xff);
      (all[slice] as Int32Array)[n] = crc;
    }
  }
  return all;
}
