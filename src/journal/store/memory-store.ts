/**
 * The store in memory: a map, and its keys sorted when a range is asked for.
 * It exists for tests and for journals that live as long as their process (replays).
 * Invariant: passes `checkStore`, as LMDB does; values are copied in and out.
 */
import { LmcpError } from '../../errors/index.js';
import type { Store, StoreEntry, StoreRange } from './store.js';

const keyShape = /^[ -~]{1,512}$/;

/** @throws LMCP_INTERNAL when the key is not 1–512 characters of printable ASCII. */
export function checkKey(key: string): string {
  if (!keyShape.test(key))
    throw new LmcpError('LMCP_INTERNAL', 'A store key must be 1 to 512 printable ASCII characters.');
  return key;
}

export function createMemoryStore(): Store {
  const values = new Map<string, Uint8Array>();
  let sorted: string[] | undefined;
  const keys = () => {
    sorted ??= [...values.keys()].sort();
    return sorted;
  };
  return {
    driver: 'memory',
    get: (key) => values.get(checkKey(key))?.slice(),
    *range({
      start,
      end,
      reverse = false,
      limit = Number.POSITIVE_INFINITY,
    }: StoreRange): Iterable<StoreEntry> {
      const all = keys();
      const found = all.slice(lowerBound(all, start), lowerBound(all, end));
      if (reverse) found.reverse();
      for (const key of found.slice(0, limit)) {
        const value = values.get(key);
        if (value) yield { key, value: value.slice() };
      }
    },
    async write(operations) {
      for (const operation of operations) checkKey('put' in operation ? operation.put : operation.remove);
      for (const operation of operations) {
        if ('put' in operation) {
          if (!values.has(operation.put)) sorted = undefined;
          values.set(operation.put, new Uint8Array(operation.value));
        } else if (values.delete(operation.remove)) {
          sorted = undefined;
        }
      }
    },
    async flushed() {},
    // A map keeps nothing of what was removed.
    async vacuum() {},
    vacuumDue: null,
    async clear() {
      values.clear();
      sorted = undefined;
    },
    async close() {},
  };
}

function lowerBound(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
