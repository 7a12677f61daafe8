/**
 * Seeded randomness for crash tests and benchmarks: mulberry32.
 * It exists so that a failing run can be run again from the seed it printed.
 * Invariant: equal seeds give equal streams; never used where secrecy matters.
 */

/** Numbers in [0, 1). */
export function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes of the same kind, in the shape of `crypto.randomBytes`. */
export function seededBytes(seed: number): (size: number) => Uint8Array {
  const chance = seededChance(seed);
  return (size) => Uint8Array.from({ length: size }, () => Math.floor(chance() * 256));
}
