/**
 * A folder of many small files, as a large project has them.
 * It exists so that every round previews over the same tree.
 * Invariant: made once, in a folder of its own; removed with all that is in it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of one folder. */
const A_FOLDER = 100;

export interface Tree {
  readonly folder: string;
  remove(): void;
}

export function makeTree(files: number): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-bench-tree-'));
  for (let n = 0; n < files; n += 1) {
    const inner = join(folder, `d${Math.floor(n / A_FOLDER)}`);
    if (n % A_FOLDER === 0) mkdirSync(inner);
    writeFileSync(join(inner, `f${n % A_FOLDER}.txt`), `line ${n}\n`.repeat(40));
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
