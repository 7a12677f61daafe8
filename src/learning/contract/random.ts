/**
 * A seeded stream of random numbers for tests and simulations.
 * It exists because learning has no randomness of its own and a failing test must print what it ran on.
 * Invariant: equal seeds give equal streams on every machine (Mulberry32, Tommy Ettinger's public-domain generator).
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
