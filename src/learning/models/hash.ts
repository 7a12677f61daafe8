/**
 * Integer hashes of strings and of small tuples, for context keys.
 * They exist so that a context of any length costs one number, the same on every machine.
 * Invariant: results are integers in [0, 2^30), which V8 keeps unboxed; not for anything an attacker gains from.
 */

function avalanche(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 2;
}

/** FNV-1a over code units, then MurmurHash3's finaliser. */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return avalanche(hash);
}

/** Order-sensitive hash of integers. */
export function hashNumbers(...parts: readonly number[]): number {
  let hash = 0x9747b28c;
  for (const part of parts) hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ part, 0x9e3779b1) + 0x7f4a7c15;
  return avalanche(hash);
}
