/**
 * The child of `probeLmdb`: opens an LMDB folder read-only, walks every entry, checks every value, reports, ends.
 * It exists as a process of its own so that a crash of native code stays here.
 * Invariant: writes nothing; its one message is `{ ok, keys, reason }`.
 */
import { open } from 'lmdb';
import { unframe } from './framed-value.js';

function walk(path: string): number {
  const root = open<Buffer, string>({ path, encoding: 'binary', readOnly: true, noSubdir: false });
  let keys = 0;
  for (const { key, value } of root.getRange({})) {
    unframe(String(key), value);
    keys += 1;
  }
  const { entryCount } = root.getStats() as { entryCount: number };
  if (entryCount !== keys) throw new Error(`${keys} of ${entryCount} entries were found`);
  return keys;
}

try {
  const keys = walk(process.argv[2] ?? '');
  process.send?.({ ok: true, keys, reason: '' }, () => process.exit(0));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.send?.({ ok: false, keys: 0, reason }, () => process.exit(1));
}
