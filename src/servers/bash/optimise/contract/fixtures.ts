/**
 * Folders that both forms of a rewrite are run in: what goes wrong in practice, one folder each.
 * It exists because an equivalence that was only tried on tidy text is a guess.
 * Invariant: equal calls write equal folders, times included; only the given folder is written.
 */
import {
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export const fixtureNames = [
  'plain',
  'empty-input',
  'missing-file',
  'odd-names',
  'leading-dashes',
  'many-files',
  'no-trailing-newline',
  'binary',
  'invalid-utf8',
  'crlf',
  'blank-lines',
  'huge-line',
  'empty-folder',
  'folder-as-file',
  'symbolic-links',
  'hard-links',
  'unreadable',
] as const;
export type FixtureName = (typeof fixtureNames)[number];

/** Of every file of a fixture, in seconds. */
export const WRITTEN_AT = 978_307_200;

const lines = Array.from({ length: 40 }, (_, i) => {
  const word = ['alpha', 'beta', 'gamma', 'Delta', 'error: 7', 'a,b,c', ''][(i * 5) % 7] ?? '';
  return `${word}${i % 3 === 0 ? ' x' : ''} ${(i * 37) % 11}`.trim();
});
const text = `${lines.join('\n')}\n`;

function bytes(count: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Array.from({ length: count }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return (state >> 16) & 255;
    }),
  );
}

/** What `data.txt` holds; undefined: there is none. */
function dataOf(name: FixtureName): string | Buffer | undefined {
  switch (name) {
    case 'missing-file':
    case 'folder-as-file':
      return undefined;
    case 'empty-input':
      return '';
    case 'no-trailing-newline':
      return text.slice(0, -1);
    case 'binary':
      return Buffer.concat([Buffer.from(text), bytes(4000), Buffer.from('alpha x\n')]);
    case 'invalid-utf8':
      return Buffer.from(text.replaceAll('beta', 'b\xe9ta \xff').replaceAll('gamma', 'g\xc3'), 'latin1');
    case 'crlf':
      return text.replaceAll('\n', '\r\n');
    case 'blank-lines':
      return `\n\n \t\n${text}\n  alpha  x  \n\n\n`;
    case 'huge-line':
      return `${text}${'alpha x 7,'.repeat(30_000)}`;
    default:
      return text;
  }
}

const ODD = [
  'with blank.txt',
  "sub/it's.txt",
  'line\nbreak.txt',
  '-n',
  'sub/*.txt',
  'back\\slash.log',
  'ü.txt',
  'end\n',
];
const DASHES = ['-n', '-rf', '--help.txt', 'sub/-e', '-'];

function namesOf(name: FixtureName): string[] {
  const names = ['a.txt', 'b.log', 'sub/c.txt', 'sub/deep/d.txt', 'sub/deep/e'];
  switch (name) {
    case 'empty-folder':
      return [];
    case 'odd-names':
      return [...names, ...ODD];
    case 'leading-dashes':
      return [...names, ...DASHES];
    case 'many-files':
      return [...names, ...Array.from({ length: 60 }, (_, i) => `sub/file-${i}.txt`)];
    default:
      return names;
  }
}

/** Writes `data.txt`, `more.txt` and the folder `tree` below `folder`, which must be empty. */
export function writeFixture(folder: string, name: FixtureName): void {
  const tree = join(folder, 'tree');
  mkdirSync(name === 'empty-folder' ? tree : join(tree, 'sub', 'deep'), { recursive: true });
  const data = dataOf(name);
  if (data !== undefined)
    writeFileSync(join(folder, name === 'symbolic-links' ? 'real.txt' : 'data.txt'), data);
  if (name === 'folder-as-file') mkdirSync(join(folder, 'data.txt'));
  writeFileSync(join(folder, 'more.txt'), `${lines.toReversed().join('\n')}\n`);
  for (const each of namesOf(name))
    writeFileSync(join(tree, each), name === 'empty-input' ? '' : `${each.length} alpha\nx ${each}\n`);
  if (name === 'leading-dashes')
    for (const each of ['-n', '-', '-c']) writeFileSync(join(folder, each), text);
  if (name === 'symbolic-links') {
    symlinkSync('real.txt', join(folder, 'data.txt'));
    symlinkSync('../more.txt', join(tree, 'link.txt'));
    symlinkSync('nowhere', join(tree, 'broken.txt'));
    symlinkSync('.', join(tree, 'loop'));
    symlinkSync('sub/deep', join(tree, 'folder.txt'));
  }
  if (name === 'hard-links') {
    linkSync(join(tree, 'a.txt'), join(tree, 'sub', 'same.txt'));
    linkSync(join(tree, 'a.txt'), join(tree, 'z.txt'));
  }
  age(folder);
  if (name === 'unreadable')
    for (const each of ['data.txt', 'tree/b.log', 'tree/sub/deep']) chmodSync(join(folder, each), 0);
}

/** So that what a command touches can be told from what it leaves alone. */
function age(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) age(path);
    lutimesSync(path, WRITTEN_AT, WRITTEN_AT);
  }
}
