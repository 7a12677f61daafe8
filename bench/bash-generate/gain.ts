/**
 * Times old and new form of some rewrites on a folder of many files and a long text.
 * It exists so that a stated gain has a measurement beside it.
 * Invariant: both forms run in turn on the same files; the median of the rounds counts; own commands only.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimise, type Rewrite } from '../../src/servers/bash/optimise/index.js';

const commands = [
  'find . -type f -exec echo {} \\;',
  'find . -type f -exec basename {} \\;',
  'find . -type f -exec dirname {} \\;',
  'find . -type f -exec cat {} \\;',
  'find . -type f -exec chmod 644 {} \\;',
  'find . -type f -exec grep -l alpha {} \\;',
  'cat long.txt | wc -l',
  'cat long.txt | sort | uniq',
  "cat long.txt | sed 's/a/b/' | sed 's/c/d/'",
  'cat long.txt | tail -n +100 | head -n 1',
  'cat long.txt | sort | sort -n',
  'grep alpha long.txt | wc -l',
  'grep alpha long.txt | head -n 2',
  'cat long.txt | head -n 2000 | tail -n +1000',
  'for n in $(seq 1 3); do echo "$(cat more.txt)"; done',
  'echo word | md5sum',
  "cat long.txt | sed 's/a/b/g'",
];

export interface GainRow {
  readonly rule: string;
  readonly command: string;
  readonly oldMs: number;
  readonly newMs: number;
  readonly gain: number;
}

function once(command: string, cwd: string): number {
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync('bash', ['-c', command], {
    cwd,
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: cwd, LC_ALL: 'C' },
  });
  if (error || status === null) throw error ?? new Error(`ended by a signal: ${command}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

export function gains(files: number, rounds: number): GainRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-gain-'));
  try {
    mkdirSync(join(folder, 'tree'));
    for (let i = 0; i < files; i++) writeFileSync(join(folder, 'tree', `file-${i}.txt`), `alpha ${i}\n`);
    const long = Array.from(
      { length: 200_000 },
      (_, i) => `${['alpha', 'beta', 'c'][i % 3]} ${(i * 7919) % 10_007}`,
    );
    writeFileSync(join(folder, 'long.txt'), `${long.join('\n')}\n`);
    writeFileSync(join(folder, 'more.txt'), 'one\ntwo\n');
    const rows: GainRow[] = [];
    const time = (command: string, rewrite: Rewrite) => {
      const old: number[] = [];
      const now: number[] = [];
      for (let round = 0; round < rounds; round++) {
        old.push(once(command, folder));
        now.push(once(rewrite.command, folder));
      }
      const [oldMs, newMs] = [median(old), median(now)];
      rows.push({ rule: rewrite.code, command, oldMs, newMs, gain: oldMs / newMs });
    };
    for (const command of commands) for (const rewrite of optimise(command)) time(command, rewrite);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
