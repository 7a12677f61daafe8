/** The search of known lines: what comes first, what is kept, and that a state is what was learned. */
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../../../learning/index.js';
import { KnownLines, type LineRun } from './known-lines.js';
import { wordsOf } from './word-index.js';

const day = 86_400_000;
const run = (command: string, at: number, more: Partial<LineRun> = {}): LineRun => ({
  command,
  cwd: '',
  exitCode: 0,
  at: at * day,
  ...more,
});

function linesOf(runs: readonly LineRun[], capacity?: number): KnownLines {
  const lines = new KnownLines(capacity);
  for (const one of runs) lines.learn(one);
  return lines;
}

const commands = (lines: KnownLines, query: string, cwd: string | null = null, limit = 9) =>
  lines.search({ query, cwd, limit }).lines.map(({ command }) => command);

describe('KnownLines', () => {
  it('finds lines by their words in any order and case, with counts and the last run', () => {
    const lines = linesOf([
      run('docker compose up', 1, { cwd: 'a' }),
      run('docker compose up', 2, { cwd: 'b', exitCode: 1 }),
      run('docker ps', 3),
    ]);
    expect(lines.search({ query: 'UP docker', cwd: null, limit: 5 })).toEqual({
      lines: [{ command: 'docker compose up', count: 2, failed: 1, cwd: 'b', exitCode: 1, lastAt: 2 * day }],
      total: 1,
      partial: false,
    });
    expect(commands(lines, 'dock')).toHaveLength(2);
    expect(commands(lines, 'ocker')).toEqual([]);
  });

  it('gives lines with most of the words where none has all, and says so', () => {
    const lines = linesOf([run('tar -xzf a.tgz', 1), run('tar --list', 1), run('ls', 1)]);
    const found = lines.search({ query: 'unpack tar tgz', cwd: null, limit: 5 });
    expect(found).toMatchObject({ total: 1, partial: true });
    expect(found.lines[0]?.command).toBe('tar -xzf a.tgz');
  });

  it('puts rare words, whole words and short lines before others', () => {
    const filler = Array.from({ length: 50 }, (_, i) => run(`git log ${i}`, 1));
    const lines = linesOf([...filler, run('git bisect start', 1), run('git bisecting', 1)]);
    expect(commands(lines, 'bisect')).toEqual(['git bisect start', 'git bisecting']);
    const long = `grep -r needle ${Array.from({ length: 30 }, (_, i) => `p${i}`).join(' ')}`;
    expect(commands(linesOf([run(long, 1), run('grep needle x', 1)]), 'needle')[0]).toBe('grep needle x');
  });

  it('ranks by use, freshness, folder and success', () => {
    const often = [run('make a', 1), run('make a', 1), run('make a', 1), run('make b', 1)];
    expect(commands(linesOf(often), 'make')).toEqual(['make a', 'make b']);
    expect(commands(linesOf([run('make a', 1), run('make b', 200)]), 'make')[0]).toBe('make b');
    const places = linesOf([run('make a', 1, { cwd: 'app' }), run('make b', 1)]);
    expect(commands(places, 'make', 'app')[0]).toBe('make a');
    expect(commands(places, 'make', '')[0]).toBe('make b');
    const failing = linesOf([run('make a', 1, { exitCode: 2 }), run('make b', 1)]);
    expect(commands(failing, 'make')[0]).toBe('make b');
  });

  it('lists everything where there are no words, in pages that do not overlap', () => {
    const lines = linesOf(Array.from({ length: 10 }, (_, i) => run(`echo ${i}`, i)));
    const all = commands(lines, ' ');
    expect(all[0]).toBe('echo 9');
    const page = (offset: number) =>
      lines.search({ query: '', cwd: null, limit: 5, offset }).lines.map(({ command }) => command);
    expect(new Set([...page(0), ...page(5)]).size).toBe(10);
    expect(page(10)).toEqual([]);
  });

  it('forgets the lines not run for longest, never those run lately, and counts go on across both halves', () => {
    const lines = new KnownLines(20);
    for (let i = 0; i < 100; i++) {
      lines.learn(run(`echo ${i}`, i));
      lines.learn(run('git status', i));
      expect(lines.size).toBeLessThanOrEqual(20);
    }
    expect(lines.search({ query: 'git status', cwd: null, limit: 2 })).toMatchObject({
      total: 1,
      lines: [{ command: 'git status', count: 100 }],
    });
    expect(commands(lines, 'echo', null, 5)[0]).toBe('echo 99');
    expect(commands(lines, '3')).toEqual([]);
  });

  it('comes back from its state, and finds the same', () => {
    const lines = linesOf([run('a b', 1), run('b c', 2, { exitCode: undefined }), run('c d é', 3)], 4);
    const out = new StateWriter('t', 1);
    lines.write(out);
    const bytes = out.finish();
    const copy = new KnownLines(4);
    copy.read(new StateReader(bytes, 't', 1));
    expect(copy.search({ query: 'b', cwd: null, limit: 5 })).toEqual(
      lines.search({ query: 'b', cwd: null, limit: 5 }),
    );
    const again = new StateWriter('t', 1);
    copy.write(again);
    expect(again.finish()).toEqual(bytes);
  });
});

describe('wordsOf', () => {
  it('reads words of any script, once, from paths and flags', () => {
    expect(wordsOf('git -C ./Src/lib log --since=2d src Größe')).toEqual([
      'git',
      'c',
      'src',
      'lib',
      'log',
      'since',
      '2d',
      'größe',
    ]);
  });
});
