/** Names that are no UTF-8 go to the file system and back unchanged, and are shown as what they are. */
import { lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { at, bytePath, namesIn, shownPath } from './byte-path.js';
import { FoundList } from './compare-trees.js';

it('finds a file again by the bytes of its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-bytes-é-'));
  try {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), 'x');
    writeFileSync(join(folder, 'ü\n'), 'y');
    const root = bytePath(folder);
    const names = await namesIn(at(root, ''));
    expect(names.map(shownPath).sort()).toEqual(['a\\xff', 'ü\n']);
    for (const name of names) expect(lstatSync(at(root, name)).size).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('keeps a bounded number of differences, and counts the rest', () => {
  const found = new FoundList();
  const stats = lstatSync(tmpdir());
  for (let n = 0; n < 20_007; n += 1) found.push(`${n}`, stats, null);
  expect([found.rows.length, found.beyond]).toEqual([20_000, 7]);
});
