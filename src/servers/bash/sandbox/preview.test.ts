/** Forty small changes, each previewed: the diff says exactly what would happen, and nothing outside the preview is touched. */
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, link, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileChange } from './diff/file-change.js';
import { sandboxMissing } from './needs.js';
import { preview } from './preview.js';

const missing = sandboxMissing();

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-scenarios, a:b '));
  await mkdir(join(folder, 'src/deep'), { recursive: true });
  await mkdir(join(folder, 'empty'));
  await mkdir(join(folder, 'a b'));
  await Promise.all([
    writeFile(join(folder, 'one.txt'), 'one\n'),
    writeFile(join(folder, 'two.txt'), 'a\nb\nc\nd\ne\nf\ng\nh\n'),
    writeFile(join(folder, 'nothing'), ''),
    writeFile(join(folder, 'run.sh'), '#!/bin/sh\n'),
    writeFile(join(folder, 'image.bin'), Buffer.from([0, 1, 2, 255])),
    writeFile(join(folder, 'src/x.ts'), 'export const x = 1;\n'),
    writeFile(join(folder, 'src/y.ts'), 'export const y = 2;\n'),
    writeFile(join(folder, 'src/deep/z.ts'), 'export const z = 3;\n'),
    writeFile(join(folder, 'a b/c d.txt'), 'space\n'),
    writeFile(join(folder, "it's.txt"), 'quote\n'),
  ]);
  await symlink('one.txt', join(folder, 'link'));
  await symlink('src', join(folder, 'dirlink'));
  await link(join(folder, 'run.sh'), join(folder, 'run2.sh'));
  await chmod(join(folder, 'one.txt'), 0o644);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `=` changed, `+` added, `-` deleted, `>` renamed, `m` mode, `l` link. */
const marks = { changed: '=', added: '+', deleted: '-', renamed: '>', mode: 'm', link: 'l' } as const;
const line = ({ change, path, from, target, mode }: FileChange) =>
  [
    marks[change] + path,
    ...(from ? [`from ${from}`] : []),
    ...(target ? [`to ${target}`] : []),
    ...(mode ? [`${mode.before}→${mode.after}`] : []),
  ].join(' ');

const scenarios: readonly (readonly [command: string, diff: readonly string[]])[] = [
  ['true', []],
  ['echo new > new.txt', ['+new.txt']],
  ['touch empty-file', ['+empty-file']],
  ['mkdir -p p/q && echo r > p/q/r', ['+p/', '+p/q/', '+p/q/r']],
  ['touch one.txt', []],
  ['cat one.txt > /dev/null', []],
  ['echo two >> one.txt', ['=one.txt']],
  ['echo ONE > one.txt', ['=one.txt']],
  ["sed -i 's/d/D/' two.txt", ['=two.txt']],
  ["sed -i 's/zzz/y/' two.txt", []],
  ['printf "\\001" | dd of=image.bin bs=1 seek=3 conv=notrunc', ['=image.bin']],
  ['truncate -s 0 one.txt', ['=one.txt']],
  [': > nothing', []],
  ['rm one.txt', ['-one.txt']],
  ['rm -r src', ['-src/', '-src/deep/', '-src/deep/z.ts', '-src/x.ts', '-src/y.ts']],
  ['rmdir empty', ['-empty/']],
  [
    'rm -rf -- *',
    [
      '-a b/',
      '-a b/c d.txt',
      '-dirlink',
      '-empty/',
      '-image.bin',
      "-it's.txt",
      '-link',
      '-nothing',
      '-one.txt',
      '-run.sh',
      '-run2.sh',
      '-src/',
      '-src/deep/',
      '-src/deep/z.ts',
      '-src/x.ts',
      '-src/y.ts',
      '-two.txt',
    ],
  ],
  ['find . -name "*.ts" -delete', ['-src/deep/z.ts', '-src/x.ts', '-src/y.ts']],
  ['rm "a b/c d.txt"', ['-a b/c d.txt']],
  ['mv one.txt uno.txt', ['>uno.txt from one.txt']],
  ['mv one.txt src/', ['>src/one.txt from one.txt']],
  [
    'mv src lib',
    [
      '-src/',
      '-src/deep/',
      '+lib/',
      '+lib/deep/',
      '>lib/deep/z.ts from src/deep/z.ts',
      '>lib/x.ts from src/x.ts',
      '>lib/y.ts from src/y.ts',
    ].sort(),
  ],
  ['mv one.txt two.txt', ['-one.txt', '=two.txt']],
  ['mv nothing void && mv void nothing', []],
  ['mv one.txt t && mv two.txt one.txt && mv t two.txt', ['=one.txt', '=two.txt']],
  ['chmod 600 one.txt', ['mone.txt 0644→0600']],
  ['chmod +x one.txt && echo more >> one.txt', ['=one.txt 0644→0755']],
  ['chmod 644 one.txt', []],
  ['chmod 700 src', ['msrc/ 0755→0700']],
  ['chmod 700 .', ['m./ 0700→0700'].slice(1)],
  ['chmod 750 .', ['m./ 0700→0750']],
  ['ln -s two.txt s', ['ls to two.txt']],
  ['ln -sfn two.txt link', ['llink to two.txt']],
  ['ln two.txt second', ['lsecond to two.txt']],
  ['rm link', ['-link']],
  ['mv link moved', ['>moved from link']],
  ['rm one.txt && mkdir one.txt && echo in > one.txt/in', ['-one.txt', '+one.txt/', '+one.txt/in']],
  [
    'rm -r src && echo file > src',
    ['+src', '-src/', '-src/deep/', '-src/deep/z.ts', '-src/x.ts', '-src/y.ts'].sort(),
  ],
  [
    'rm -r src && mkdir src && echo "export const x = 1;" > src/x.ts',
    ['-src/deep/', '-src/deep/z.ts', '-src/y.ts'],
  ],
  ['cp one.txt copy.txt', ['+copy.txt']],
  ['echo more > dirlink/x.ts', ['=src/x.ts']],
  ['cd src && echo w > w.ts && rm ../one.txt', ['-one.txt', '+src/w.ts']],
  ['rm one.txt && ln -s two.txt one.txt', ['lone.txt to two.txt']],
  [
    'tar cf - src | tar xf - -C empty',
    ['+empty/src/', '+empty/src/deep/', '+empty/src/deep/z.ts', '+empty/src/x.ts', '+empty/src/y.ts'],
  ],
];

describe.skipIf(missing)(`preview${missing ? ` (skipped: ${missing})` : ''}`, () => {
  // Without root an overlay gives a file that was copied up another inode: a second name shows as an added file.
  const shown = scenarios.filter(([command]) => process.getuid?.() === 0 || command !== 'ln two.txt second');
  it.each(shown)('%s', async (command, expected) => {
    const before = await picture(folder);
    const seen = await preview({ command, cwd: folder });
    const got = seen.diff.map(line);
    expect({ got: got.sort(), exit: seen.exitCode }, seen.stderr).toEqual({
      got: [...expected].sort(),
      exit: 0,
    });
    expect(await picture(folder)).toEqual(before);
    if (command !== 'true') return;
    expect(seen.method).toBe('overlay');
  });

  it.each(scenarios.filter((_, index) => index % 2 === 1))(
    'as a plain copy: %s',
    async (command, expected) => {
      const before = await picture(folder);
      const seen = await preview({ command, cwd: folder, method: 'copy' });
      expect(seen.diff.map(line).sort(), seen.stderr).toEqual([...expected].sort());
      expect(seen.method).toBe('copy');
      expect(await picture(folder)).toEqual(before);
    },
  );

  // Without root overlays have no redirect_dir: rename(2) of a folder fails in them.
  it.skipIf(process.getuid?.() !== 0)(
    'sees a folder that took the place of another by rename(2)',
    async () => {
      const command = `perl -e 'rename "src/deep", "t"; rename "empty", "src/deep"; rename "t", "empty"'`;
      const { diff, stderr } = await preview({ command, cwd: folder });
      expect(diff.map(line), stderr).toEqual(['>empty/z.ts from src/deep/z.ts']);
    },
  );

  it('shows a hunk, sizes, output and exit code', async () => {
    const seen = await preview({
      command: "sed -i 's/d/D/' two.txt; echo out; echo err >&2; exit 3",
      cwd: folder,
    });
    expect(seen).toMatchObject({ exitCode: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false });
    expect(seen.diff).toEqual([
      {
        path: 'two.txt',
        change: 'changed',
        bytes: 16,
        hunk: '@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g',
      },
    ]);
  });

  it('keeps what was done before the time was over, and says so', async () => {
    const seen = await preview({ command: 'echo early > early; sleep 60', cwd: folder, timeoutMs: 1500 });
    expect(seen).toMatchObject({ exitCode: null, timedOut: true });
    expect(seen.diff.map(line)).toEqual(['+early']);
    expect(seen.notCovered.join(' ')).toContain('time was over');
  });

  it('lists no more than asked for, and counts the rest', async () => {
    const seen = await preview({ command: 'touch $(seq 1 300)', cwd: folder, most: 10 });
    expect([seen.diff.length, seen.more]).toEqual([10, 290]);
  });

  it('says that a hard link changes with its other name', async () => {
    const seen = await preview({ command: 'echo x >> run.sh', cwd: folder });
    expect(seen.diff.map(line)).toEqual(['=run.sh']);
    expect(seen.notCovered.join(' ')).toContain('run.sh');
  });

  it('refuses what waits for a person, folders that are no project, and folders that are not there', async () => {
    await expect(preview({ command: 'vim one.txt', cwd: folder })).rejects.toMatchObject({
      code: 'LMCP_INTERACTIVE',
    });
    for (const cwd of ['/', '/etc', tmpdir(), join(folder, 'absent'), 'relative'])
      await expect(preview({ command: 'true', cwd })).rejects.toMatchObject({ code: 'LMCP_PATH_OUTSIDE' });
    await expect(
      preview({ command: 'true', cwd: folder, folder: join(folder, 'src') }),
    ).rejects.toMatchObject({ code: 'LMCP_PATH_OUTSIDE' });
  });

  it('lies over the whole repository when asked to', async () => {
    const seen = await preview({ command: 'rm ../one.txt', cwd: join(folder, 'src'), folder });
    expect(seen.diff.map(line)).toEqual(['-one.txt']);
  });
});

it('says plainly that bubblewrap is missing', async () => {
  const kept = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    await expect(preview({ command: 'touch never', cwd: folder })).rejects.toMatchObject({
      code: 'LMCP_NO_SANDBOX',
    });
    expect(await readdir(folder)).not.toContain('never');
  } finally {
    process.env.PATH = kept;
  }
});

/** Everything about a tree: names, kinds, rights, times, contents. */
async function picture(root: string, path = ''): Promise<string[]> {
  const rows: string[] = [];
  for (const name of (await readdir(join(root, path))).sort()) {
    const inner = join(path, name);
    const stats = await lstat(join(root, inner));
    const content = stats.isSymbolicLink()
      ? await readlink(join(root, inner))
      : stats.isFile()
        ? await readFile(join(root, inner), 'latin1')
        : '';
    rows.push([inner, stats.mode, stats.uid, stats.nlink, stats.mtimeMs, content].join('|'));
    if (stats.isDirectory()) rows.push(...(await picture(root, inner)));
  }
  return rows;
}
