/** The optimiser: what each rule says, what it leaves alone, and that both forms agree where it says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearsOut, type Trial, trials } from './contract/differential.js';
import type { FixtureName } from './contract/fixtures.js';
import { instances } from './contract/instances.js';
import type { Enclose } from './contract/runner.js';
import { optimise, ruleCodes } from './index.js';
import { speedups } from './speedups.js';

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
    ['x=$(cat f)', 'conditional: x=$(< f)'],
    ['find . -name "*.o" | xargs rm', 'conditional: find . -name "*.o" -print0 | xargs -0 rm'],
    ["cmd | sed 's/a/b/' | sed 's/c/d/'", "exact: cmd | sed -e 's/a/b/' -e 's/c/d/'"],
    ['echo "a $x" | md5sum', 'exact: md5sum <<< "a $x"'],
    ['cmd | tail -n +5 | head -1', "exact: cmd | sed -n '5{p;Q}'"],
    ['tail -n +5 | head -1', "conditional: sed -n '5{p;Q}'"],
    ['sed -n 5p f', "exact: sed -n '5{p;Q}' f"],
    ["awk 'NR==5' f", "exact: awk 'NR == 5 { print; exit }' f"],
    ["cmd | sed -n '2,9p'", "exact: cmd | sed -n '2,9p;9Q'"],
    ['cmd | tr -d a | tr -d b', "exact: cmd | tr -d 'ab'"],
    ['cmd | tr a b | tr x y', "exact: cmd | tr 'ax' 'by'"],
    ['cmd | sort -u | uniq', 'exact: cmd | sort -u'],
    ['find . -type f | wc -l', 'conditional: find . -type f -printf . | wc -c'],
    ["find . | grep '\\.c$'", "conditional: find . -name '*.c'"],
    ['find . -print0 | xargs -0 -n1 cat', 'conditional: find . -print0 | xargs -0 cat'],
    ['find . -type f -exec grep x {} \\;', 'exit-code: find . -type f -exec grep -h x {} +'],
    ["find . -type f -exec sed -i 's/a/b/' {} \\;", "exit-code: find . -type f -exec sed -i 's/a/b/' {} +"],
    ["find . -name '*.log' -exec rm {} \\;", "conditional: find . -name '*.log' -exec rm {} +"],
    ['for f in a.txt *.log; do cat "$f"; done > all', 'conditional: cat a.txt *.log > all'],
    ['x=$(expr $y + 1)', 'conditional: x=$((y + 1))'],
    ['x="$(basename "$f")"', 'conditional: x="\x24{f##*/}"'],
    ['x="$(dirname "$f")"', 'conditional: x="\x24{f%/*}"'],
    ["grep ab f | awk '{print $2}'", "conditional: awk '/ab/ {print $2}' f"],
    ['echo "$x" | wc -c', 'conditional: wc -c <<< "$x"'],
    ['x=$(cat "$f")', 'conditional: x=$(< "$f")'],
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
    "sed 's/[/x/' | sed 's/c/d/'",
    'wc -l - | cut -d" " -f1',
    'find tree/ -exec basename {} \\;',
    'find $d -exec dirname {} \\;',
    'find . -exec chmod 644 {} \\;',
    'find . -type f -links 2 -exec rm {} \\;',
    'find . -type f -exec cat -n {} \\;',
    'find . -print -exec cat {} \\;',
    'find f -exec rm -f {} \\;',
    'find . -name x -links 2 -exec rm {} \\;',
    'find . ! -name x -exec rm {} \\;',
    "find . -name '*.log' -exec chmod 644 {} \\;",
    'for f in $files; do cat "$f"; done',
    'for f in a b; do cat "$g"; done',
    'for f in a b; do cat -n "$f"; done',
    'for f in -n b; do cat "$f"; done',
    'for f in a b; do cat "$f" && echo; done',
    'for f in a b; do cat "$f" & done',
    "find . -type f -exec sed -i '1d' {} \\;",
    'find . -type f -exec grep -m1 x {} \\;',
    "sed -n '5p;7p' f",
    'sed -n 5p',
    'ls x | cat |& wc -l',
    'tr ab ba | tr bc cb',
    'tr -d a-c | tr -d x',
    'echo "\x24{x:=1}" | wc -c',
    'for i in $(seq 3); do echo $?; done',
    'cat f | (grep x',
    "grep 'a | wc -l",
  ])('leaves %s alone', (command) => {
    expect(optimise(command)).toEqual([]);
  });

  it('names every rule it has, each with an instance in the harness', () => {
    const seen = new Set(instances.flatMap((command) => optimise(command).map(({ code }) => code)));
    expect([...ruleCodes].filter((code) => !seen.has(code))).toEqual([]);
  });

  it('shows a measured gain beside each rule that has one', () => {
    expect(Object.keys(speedups).filter((code) => !ruleCodes.includes(code))).toEqual([]);
    const [rewrite] = optimise('find . -type f -exec echo {} \\;');
    expect(rewrite?.speedup).toEqual(speedups['find-exec-echo']);
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
      const sample = instances.filter((_, i) => i % 60 === 7);
      const enclose: Enclose = (_, argv) => ['env', ...argv];
      const fixtures: FixtureName[] = [
        'plain',
        'missing-file',
        'odd-names',
        'leading-dashes',
        'binary',
        'symbolic-links',
      ];
      for await (const trial of trials(sample, { folder, enclose, locale: 'C', fixtures })) {
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
