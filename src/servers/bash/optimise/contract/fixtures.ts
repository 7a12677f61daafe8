/**
 * Folders that both forms of a rewrite are run in: what goes wrong in practice, one folder each.
 * It exists because an equivalence that was only tried on tidy text is a guess.
 * Invariant: equal calls write equal folders; only the given folder is written.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const fixtureNames = [
  'plain',
  'empty-input',
  'missing-file',
  'odd-names',
  'many-files',
  'no-trailing-newline',
  'binary',
] as const;
export type FixtureName = (typeof fixtureNames)[number];

const lines = Array.from({ length: 40 }, (_, i) => {
  const word = ['alpha', 'beta', 'gamma', 'Delta', 'error: 7', 'a,b,c', ''][(i * 5) % 7] ?? '';
  return `${word}${i % 3 === 0 ? ' x' : ''} ${(i * 37) % 11}`.trim();
});

function bytes(count: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Array.from({ length: count }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return (state >> 16) & 255;
    }),
  );
}

/** Writes `data.txt`, `more.txt` and the folder `tree` below `folder`; `missing-file` has no `data.txt`. */
export function writeFixture(folder: string, name: FixtureName): void {
  const tree = join(folder, 'tree');
  mkdirSync(join(tree, 'sub', 'deep'), { recursive: true });
  const text = `${lines.join('\n')}\n`;
  const data =
    name === 'empty-input'
      ? ''
      : name === 'no-trailing-newline'
        ? text.slice(0, -1)
        : name === 'binary'
          ? Buffer.concat([Buffer.from(text), bytes(4000), Buffer.from('alpha x\n')])
          : text;
  if (name !== 'missing-file') writeFileSync(join(folder, 'data.txt'), data);
  writeFileSync(join(folder, 'more.txt'), `${lines.toReversed().join('\n')}\n`);
  const names = ['a.txt', 'b.log', 'sub/c.txt', 'sub/deep/d.txt', 'sub/deep/e'];
  if (name === 'odd-names')
    names.push(
      'with blank.txt',
      "sub/it's.txt",
      'line\nbreak.txt',
      '-n',
      'sub/*.txt',
      'back\\slash.log',
      'ü.txt',
    );
  if (name === 'many-files') for (let i = 0; i < 300; i++) names.push(`sub/file-${i}.txt`);
  for (const each of names)
    writeFileSync(join(tree, each), name === 'empty-input' ? '' : `${each.length} alpha\nx ${each}\n`);
}
