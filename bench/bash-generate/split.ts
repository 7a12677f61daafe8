/**
 * Splits pairs so that no command and no request is in both parts.
 * It exists because people wrote many requests for one command: a random split would measure memory.
 * Invariant: pairs that share a command or a request, also over several steps, fall into one part; no randomness.
 */
import { createHash } from 'node:crypto';
import type { RawPair } from '../../src/servers/bash/generate/index.js';

function normalised(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}

/** `part` in [0, 1): share of components for the test; `salt` gives another split. */
export function splitPairs(
  pairs: readonly RawPair[],
  part: number,
  salt: string,
): { train: RawPair[]; test: RawPair[] } {
  const parent = pairs.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== undefined && parent[at] !== at) at = parent[at] ?? at;
    return at;
  };
  const seen = new Map<string, number>();
  pairs.forEach(({ nl, command }, i) => {
    for (const key of [`c ${normalised(command)}`, `r ${normalised(nl)}`]) {
      const other = seen.get(key);
      if (other === undefined) seen.set(key, i);
      else parent[root(i)] = root(other);
    }
  });
  const train: RawPair[] = [];
  const test: RawPair[] = [];
  pairs.forEach((pair, i) => {
    const name = pairs[root(i)]?.command ?? '';
    const hash = createHash('sha256').update(`${salt} ${name}`).digest().readUInt32LE(0) / 2 ** 32;
    (hash < part ? test : train).push(pair);
  });
  return { train, test };
}
