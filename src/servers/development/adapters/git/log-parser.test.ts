import { describe, expect, it } from 'vitest';
import { createLogParser, type LoggedCommit } from './log-parser.js';

const sha = (letter: string) => letter.repeat(40);

/** One commit as git writes it. */
function logged(letter: string, message: string, entries: readonly string[]): string {
  const head = [`commit ${sha(letter)}`, '', 'Ada', 'ada@x', 'Bob', 'bob@x', '1700000000', message].join(
    '\0',
  );
  return `${head}\0${entries.length > 0 ? `\n${entries.join('\0')}\0` : ''}`;
}

const mode = `:100644 100644 ${sha('1')} ${sha('2')}`;
const text =
  logged('a', 'root\n\nbody', [
    `${mode} A`,
    'we\nird',
    `${mode} A`,
    'é.txt',
    '3\t0\twe\nird',
    '1\t2\té.txt',
  ]) +
  logged('b', 'two', [
    `${mode} R087`,
    'é.txt',
    'commit f',
    `${mode} M`,
    'b.bin',
    '4\t5\t',
    'é.txt',
    'commit f',
    '-\t-\tb.bin',
  ]) +
  logged('c', 'empty', []);

function parse(bytes: Buffer, chunk: number): LoggedCommit[] {
  const parser = createLogParser();
  const out: LoggedCommit[] = [];
  for (let at = 0; at < bytes.length; at += chunk) out.push(...parser.push(bytes.subarray(at, at + chunk)));
  return [...out, ...parser.end()];
}

describe('log parser', () => {
  it('reads odd names, renames, binaries and empty commits', () => {
    const commits = parse(Buffer.from(text), 1 << 20);
    expect(commits.map((c) => [c.sha[0], c.message])).toEqual([
      ['a', 'root\n\nbody'],
      ['b', 'two'],
      ['c', 'empty'],
    ]);
    expect(commits[0]?.files).toEqual([
      { path: 'we\nird', status: 'A', previousPath: null, added: 3, deleted: 0 },
      { path: 'é.txt', status: 'A', previousPath: null, added: 1, deleted: 2 },
    ]);
    expect(commits[1]?.files).toEqual([
      { path: 'commit f', status: 'R', previousPath: 'é.txt', added: 4, deleted: 5 },
      { path: 'b.bin', status: 'M', previousPath: null, added: 0, deleted: 0 },
    ]);
    expect(commits[2]?.files).toEqual([]);
  });

  it('gives the same records however the bytes are cut', () => {
    const whole = parse(Buffer.from(text), 1 << 20);
    for (const chunk of [1, 2, 3, 7, 64, 191]) expect(parse(Buffer.from(text), chunk)).toEqual(whole);
  });

  it('gives a commit as soon as the next one begins', () => {
    const parser = createLogParser();
    expect(parser.push(Buffer.from(logged('a', 'one', [])))).toHaveLength(0);
    expect(parser.push(Buffer.from(logged('b', 'two', [])))).toHaveLength(1);
  });

  it('cuts long messages', () => {
    const parser = createLogParser(8);
    parser.push(Buffer.from(logged('a', 'x'.repeat(100), [])));
    expect(parser.end()[0]?.message).toBe('xxxxxxxx');
  });
});
