/**
 * The folder that executable tasks run in: small files with known contents, made anew for each task.
 * It exists so that what a right command prints or leaves behind is known in advance.
 * Invariant: everything lies below the given folder; two calls make equal trees but for their times.
 */
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export const files: Readonly<Record<string, string>> = {
  'notes.txt': 'alpha\nbeta\ngamma\nbeta\n',
  'words.txt': 'pear\napple\nfig\napple\nbanana\n',
  'numbers.txt': '10\n9\n2\n33\n',
  'data.csv': 'name,age,city\nAda,36,London\nBob,41,Paris\nCy,29,Rome\n',
  'empty.txt': '',
  'run.sh': '#!/bin/sh\necho ran\n',
  'logs/app.log': 'INFO start\nERROR disk full\nINFO retry\nERROR timeout\nWARN slow\n',
  'logs/old.log': 'INFO nothing\n',
  'logs/archive/2023.log': 'ERROR ancient\n',
  'src/main.c': '#include "util.h"\nint main(void) { return add(1, 2); }\n',
  'src/util.c': '#include "util.h"\nint add(int a, int b) { return a + b; }\n',
  'src/util.h': 'int add(int a, int b);\n',
  'src/lib/parse.c': '/* TODO: errors */\nint parse(void) { return 0; }\n',
  'src/main.py': 'import os\n# TODO: arguments\nprint("hello")\n',
  'docs/guide.md': '# Guide\nSee the manual.\n',
  'docs/intro.md': '# Intro\nHello reader.\n',
  'images/small.png': 'p'.repeat(2_000),
  'images/large.jpg': 'j'.repeat(80_000),
  'tmp/one.tmp': 'temporary\n',
  'tmp/two.tmp': 'temporary\n',
};

/** A month before anything else. */
const oldFile = 'logs/old.log';

export function makeFixture(folder: string, now: number): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), 0o644);
  }
  mkdirSync(join(folder, 'hollow'));
  writeFileSync(join(folder, 'letter.txt.gz'), gzipSync('dear reader\n'));
  symlinkSync('notes.txt', join(folder, 'shortcut'));
  const before = new Date(now - 30 * 86_400_000);
  utimesSync(join(folder, oldFile), before, before);
}
