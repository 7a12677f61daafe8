/**
 * How directories and shapes of paths change together: `src/x.ts` with `test/x.test.ts`, whatever x is.
 * It exists for files that have little history of their own, and learns test pairs instead of being told them.
 * Invariant: a fold over indexed commits in order; counts only, so a restored state is exact.
 */
import { largest } from './commit-record.js';
import type { FileIndex, IndexedFile } from './file-index.js';
import { shapeOf } from './paths.js';

export interface ShapeMatch {
  readonly shape: string;
  readonly together: number;
  readonly total: number;
}

interface Row {
  total: number;
  readonly partners: Map<string, number>;
}

/** Partners kept of one shape; the rarest fall out when twice as many have come together. */
const partnersKept = 64;

export class PairPatterns {
  readonly #shapes = new Map<string, Row>();
  readonly #directories = new Map<string, Row>();

  /** Learns the commit of that number, with the paths its files have right after it. */
  add(index: FileIndex, number: number): void {
    const { files: ids } = index.commit(number);
    if (ids.length < 2 || ids.length > largest) return;
    const files = ids.map((id) => index.file(id));
    this.#addDirectories(files);
    for (const file of files) {
      if (file.shape === null) continue;
      const row = rowOf(this.#shapes, file.shape);
      row.total += 1;
      for (const other of files) {
        const shape = other === file ? null : shapeOf(other.path, file.stem);
        if (shape !== null) row.partners.set(shape, (row.partners.get(shape) ?? 0) + 1);
      }
      if (row.partners.size > 2 * partnersKept) thin(row.partners);
    }
  }

  #addDirectories(files: readonly IndexedFile[]): void {
    const sizes = new Map<string, number>();
    for (const { directory } of files) sizes.set(directory, (sizes.get(directory) ?? 0) + 1);
    for (const [a, size] of sizes) {
      const row = rowOf(this.#directories, a);
      row.total += 1;
      for (const b of sizes.keys()) {
        if (a !== b || size > 1) row.partners.set(b, (row.partners.get(b) ?? 0) + 1);
      }
      if (row.partners.size > 8 * partnersKept) thin(row.partners, 4 * partnersKept);
    }
  }

  /** A function to the share of the commits to this directory that also touch another, shrunk towards 0. */
  directoryConfidences(from: string): (to: string) => number {
    const row = this.#directories.get(from);
    return row ? (to) => (row.partners.get(to) ?? 0) / (row.total + 2) : () => 0;
  }

  /** Shapes that have changed together with this file's shape, over all stems. */
  *partnersOf(shape: string): Generator<ShapeMatch> {
    const row = this.#shapes.get(shape);
    if (!row) return;
    for (const [partner, together] of row.partners) yield { shape: partner, together, total: row.total };
  }
}

function rowOf(map: Map<string, Row>, key: string): Row {
  const known = map.get(key);
  if (known) return known;
  const row = { total: 0, partners: new Map<string, number>() };
  map.set(key, row);
  return row;
}

/** Keeps the most frequent partners; of equals those that came first. */
function thin(partners: Map<string, number>, kept = partnersKept): void {
  const best = [...partners].sort((a, b) => b[1] - a[1]).slice(0, kept);
  partners.clear();
  for (const [key, count] of best) partners.set(key, count);
}
