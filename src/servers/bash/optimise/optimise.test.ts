/** The optimiser: what each rule says, what it leaves alone, and that both forms agree where it says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearsOut, type Trial, trials } from './contract/differential.js';
import { instances } from './contract/instances.js';
import { optimise, ruleCodes } from './index.js';

const first = (command: string) => {
  const [rewrite] = optimise(command);
  return rewrite && `${rewrite.equivalence}: ${rewrite.command}`;
};

describe('optimise', () => {
  it.each([
    ['cat f | grep x', 'conditional: grep x < f'],
    ['cmd | sort | uniq', 'exact: cmd | sort -u'],
    ['cmd | sort f | uniq', 'exit-code: cmd | sort -u f'],
    ['find . -type f -exec echo {} \\;', 'exact: find . -type f -print'],
    ["find d -name '*.c' -exec basename {} ';'", "exact: find d -name '*.c' -printf '%f\\n'"],
    ['find . -type f -exec chmod 644 {} \\;', 'exit-code: find . -type f -exec chmod 644 {} +'],
    ['for i in $(seq 2 9); do echo $i; done', 'exact: for i in {2..9}; do echo $i; done'],
    ['x=$(cat f)', 'exact: x=$(< f)'],
    ['find . -name "*.o" | xargs rm', 'conditional: find . -name "*.o" -print0 | xargs -0 rm'],
    ["cmd | sed 's/a/b/' | sed 's/c/d/'", "exact: cmd | sed -e 's/a/b/' -e 's/c/d/'"],
    ['echo "a $x" | md5sum', 'exact: md5sum <<< "a $x"'],
    ['cmd | tail -n +5 | head -1', "exact: cmd | sed -n '5{p;q}'"],
  ])('%s', (command, wanted) => {
    expect(first(command)).toBe(wanted);
  });

  it.each([
    'cat a b | grep x',
    'cat -n f | grep x',
    'cat $files | grep x',
    'echo x | read y',
    'echo -n x | md5sum',
    'echo $x | md5sum',
    'sort -k2 f | uniq',
    'sort | uniq -c',
    "sed -n 's/a/b/p' | sed 's/c/d/'",
    'find . -exec rm -r {} \\;',
    'find . -exec echo {} \\; -print',
    'find . -exec echo a {} \\;',
    'find d/ -exec basename {} \\;',
    'find . -exec wc -l {} \\;',
    'grep -o x f | wc -l',
    'for i in $(seq 5 1); do :; done',
    'for i in $(seq 01 10); do :; done',
    'x=$(cat "$@")',
    'cat f | cat',
    'cat f | (grep x',
    "grep 'a | wc -l",
  ])('leaves %s alone', (command) => {
    expect(optimise(command)).toEqual([]);
  });

  it('names every rule it has, each with an instance in the harness', () => {
    const seen = new Set(instances.flatMap((command) => optimise(command).map(({ code }) => code)));
    expect([...ruleCodes].filter((code) => !seen.has(code))).toEqual([]);
  });

  it('has at least 300 instances that it calls exact', () => {
    const exact = instances.filter((command) =>
      optimise(command).some(({ equivalence }) => equivalence === 'exact'),
    );
    expect(exact.length).toBeGreaterThanOrEqual(300);
  });

  it('is never contradicted by the harness on a sample; the bench runs all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lmcp-optimise-'));
    const wrong: Trial[] = [];
    let count = 0;
    try {
      const sample = instances.filter((_, i) => i % 80 === 7);
      const options = { folder, shell: (command: string) => ['bash', '-c', command] as const, locale: 'C' };
      for await (const trial of trials(sample, options)) {
        count++;
        if (!bearsOut(trial)) wrong.push(trial);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(40);
  }, 240_000);
});
