/**
 * Times old and new form of some rewrites on a folder of many files and a long text.
 * It exists so that a stated gain has a measurement beside it; src/servers/bash/optimise/speedups.ts is made of its rows.
 * Invariant: both forms run in turn on the same files; the median of the rounds counts; own commands only.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optimise } from '../../src/servers/bash/optimise/index.js';

const FILES = 2000;
const LINES = 200_000;

const onFiles = `${FILES} files`;
const onLines = `a text of ${LINES} lines`;
const inLoop = 'a loop of 100 rounds';

/** A command of each rule, and what it runs on. */
const measured: readonly (readonly [rule: string, command: string, on: string])[] = [
  ['find-exec-echo', 'find tree -type f -exec echo {} \\;', onFiles],
  ['find-exec-basename', 'find tree -type f -exec basename {} \\;', onFiles],
  ['find-exec-dirname', 'find tree -type f -exec dirname {} \\;', onFiles],
  ['find-exec-batch', 'find tree -type f -exec chmod 644 {} \\;', onFiles],
  ['find-exec-batch', 'find tree -type f -exec grep -l alpha {} \\;', onFiles],
  ['find-exec-batch', 'find tree -type f -exec cat {} \\;', onFiles],
  ['find-exec-delete', 'find gone -type f -exec rm -f {} \\;', `${FILES} files, made anew each round`],
  ['xargs-one-by-one', 'find tree -type f -print0 | xargs -0 -n1 cat', onFiles],
  ['find-print0', 'find tree -type f | xargs cat', onFiles],
  ['find-count', 'find tree -type f | wc -l', onFiles],
  ['find-grep', "find tree -type f | grep '\\.txt$'", onFiles],
  ['ls-grep', "cd tree && ls | grep '\\.txt$'", onFiles],
  ['for-ls', 'cd tree && for f in $(ls *.txt); do :; done', onFiles],
  ['cat-into-reader', 'cat long.txt | tail -n 2', onLines],
  ['cat-between', 'cat long.txt | cat | wc -c', onLines],
  ['sort-uniq', 'sort long.txt | uniq', onLines],
  ['sort-unique-twice', 'cat long.txt | sort -u | uniq', onLines],
  ['sort-sort', 'cat long.txt | sort | sort -n', onLines],
  ['sed-sed', "cat long.txt | sed 's/a/b/' | sed 's/c/d/'", onLines],
  ['sed-tr', "cat long.txt | sed 's/a/b/g'", onLines],
  ['tr-delete', 'cat long.txt | tr -d a | tr -d b', onLines],
  ['tr-tr', "cat long.txt | tr 'a' 'b' | tr 'x' 'y'", onLines],
  ['grep-count', 'grep alpha long.txt | wc -l', onLines],
  ['grep-head', 'grep alpha long.txt | head -n 2', onLines],
  ['grep-awk', "grep beta long.txt | awk '{print $2}'", onLines],
  ['head-head', 'cat long.txt | head -n 100000 | head -n 5', onLines],
  ['line-by-number', 'tail -n +100 long.txt | head -n 1', onLines],
  ['line-range', 'cat long.txt | head -n 2000 | tail -n +1000', onLines],
  ['sed-early-quit', 'sed -n 100p long.txt', onLines],
  ['awk-early-exit', "awk 'NR==100' long.txt", onLines],
  ['wc-field', "wc -l long.txt | awk '{print $1}'", onLines],
  ['for-seq', 'for n in $(seq 1 9); do :; done', 'a loop of 9 rounds'],
  ['echo-into', 'for n in {1..100}; do echo word | md5sum; done', inLoop],
  ['cat-substitution', 'for n in {1..100}; do x=$(cat more.txt); done', inLoop],
  ['expr-arithmetic', 'for n in {1..100}; do x=$(expr $n + 1); done', inLoop],
  ['basename-expansion', 'f=a/b; for n in {1..100}; do x="$(basename "$f")"; done', inLoop],
  ['dirname-expansion', 'f=a/b; for n in {1..100}; do x="$(dirname "$f")"; done', inLoop],
];

export interface GainRow {
  readonly rule: string;
  readonly command: string;
  readonly rewritten: string;
  readonly on: string;
  readonly oldMs: number;
  readonly newMs: number;
  /** Median over the rounds of the time of the old form over that of the new one, the shell's start in both. */
  readonly gain: number;
  /** The same of the medians without the time an empty command takes. */
  readonly gainWithoutShell: number;
}

function once(command: string, cwd: string): number {
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync('bash', ['-c', command], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 28,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: cwd, LC_ALL: 'C' },
  });
  if (error || status === null) throw error ?? new Error(`ended by a signal: ${command}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function fill(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (let i = 0; i < FILES; i++) writeFileSync(join(folder, `file-${i}.txt`), `alpha ${i}\n`);
}

export function gains(rounds: number): GainRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-gain-'));
  try {
    fill(join(folder, 'tree'));
    const long = Array.from(
      { length: LINES },
      (_, i) => `${['alpha', 'beta', 'c'][i % 3]} ${(i * 7919) % 10_007}`,
    );
    writeFileSync(join(folder, 'long.txt'), `${long.join('\n')}\n`);
    writeFileSync(join(folder, 'more.txt'), 'one\ntwo\n');
    return measured.map(([rule, command, on]) => gainOf(folder, { rule, command, on }, rounds));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function gainOf(
  folder: string,
  { rule, command, on }: { rule: string; command: string; on: string },
  rounds: number,
): GainRow {
  const rewritten = optimise(command).find(({ code }) => code === rule)?.command;
  if (rewritten === undefined) throw new Error(`${rule} does not fire on: ${command}`);
  const time = (text: string) => {
    if (text.includes('gone')) fill(join(folder, 'gone'));
    return once(text, folder);
  };
  const old: number[] = [];
  const now: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < rounds; round++) {
    old.push(time(command));
    now.push(time(rewritten));
    empty.push(once(':', folder));
  }
  const floor = median(empty);
  const own = (ms: number) => Math.max(ms - floor, 0.1);
  const [oldMs, newMs] = [median(old), median(now)];
  const gain = median(old.map((ms, i) => ms / (now[i] ?? ms)));
  return { rule, command, rewritten, on, oldMs, newMs, gain, gainWithoutShell: own(oldMs) / own(newMs) };
}
