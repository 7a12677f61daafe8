/**
 * The child of `probeLmdb`: opens an LMDB folder read-only, walks every entry, checks every value, reports, ends.
 * It exists as a process of its own so that a crash of native code stays here.
 * Invariant: writes nothing; its one message is `{ ok, keys, reason }`.
 */
import { open } from 'lmdb';
import { crc32c } from '../crc32c.js';

function walk(path: string): number {
  const root = open<Buffer, string>({ path, encoding: 'binary', readOnly: true, noSubdir: false });
  let keys = 0;
  for (const { key, value } of root.getRange({})) {
    if (value.length < 4 || value.readUInt32LE(0) !== crc32c(value.subarray(4)))
      throw new Error(`the value of ${String(key)} is damaged`);
    keys += 1;
  }
  return keys;
}

try {
  const keys = walk(process.argv[2] ?? '');
  process.send?.({ ok: true, keys, reason: '' }, () => process.exit(0));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.send?.({ ok: false, keys: 0, reason }, () => process.exit(1));
}
