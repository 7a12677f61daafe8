/** The grammar: what is known of a program, how words are read by it, and that little is said where it may be wrong. */
import { describe, expect, it } from 'vitest';
import { checkFlags, flagFindings, knownFlags, knowsProgram, nearestFlag, programs } from './index.js';
import { distance, nearest } from './nearest.js';
import { flagsOf, readRecord } from './notation.js';
import { recordOf } from './records.js';

const check = (line: string) => checkFlags(line.split(' '));

describe('the notation', () => {
  const node = readRecord(
    '0x,ex\tT\tf?*\t-v,--verbose|+ -o|=f!\n1rm,remove\t!\to*\t-f,--force|! --time|:o?\n2all\n1ls',
  );

  it('nests by depth', () => {
    expect(node.names).toEqual(['x', 'ex']);
    expect(node.subcommands.map(({ names }) => names[0])).toEqual(['rm', 'ls']);
    expect(node.subcommands[0]!.subcommands[0]!.names).toEqual(['all']);
  });

  it('reads flags with values and marks', () => {
    expect(flagsOf(node).get('--verbose')).toMatchObject({ values: [], persistent: true, dangerous: false });
    expect(flagsOf(node).get('-o')).toMatchObject({ values: [{ kind: 'file' }], dangerous: true });
    const time = flagsOf(node.subcommands[0]!).get('--time');
    expect(time).toMatchObject({ separator: true, values: [{ optional: true }] });
    expect(flagsOf(node.subcommands[0]!).get('-f')).toMatchObject({ dangerous: true, values: [] });
  });
});

describe('the packed records', () => {
  it('hold every program whole: no line is cut', () => {
    const list = programs();
    expect(list.length).toBeGreaterThan(700);
    for (const program of list) {
      const node = recordOf(program);
      expect(node, program).toBeDefined();
      expect(`${node!.marks}${node!.operands}`, program).toMatch(/^[TDNP!>]*[cdfo?*!]*$/);
    }
  });

  it('reach into programs that are cut at their subcommands', () => {
    expect(knowsProgram('aws')).toBe(true);
    const flags = knownFlags('aws', ['ec2', 'terminate-instances']) ?? [];
    expect(flags.flatMap(({ names }) => names)).toContain('--instance-ids');
    expect(knownFlags('aws', ['ec2', 'no-such'])).toBeUndefined();
    expect(knownFlags('no-such-program')).toBeUndefined();
  });
});

describe('checkFlags', () => {
  it('walks subcommands and tells values from operands', () => {
    const checked = check('kubectl -n web delete pod api --grace-period 0');
    expect(checked?.path).toEqual(['delete']);
    expect(checked?.operands.map(({ text }) => text)).toEqual(['pod', 'api']);
    expect(checked?.flags.map(({ name, value }) => [name, value])).toEqual([
      ['-n', 'web'],
      ['--grace-period', '0'],
    ]);
    expect(checked?.unknown).toEqual([]);
  });

  it.each([
    ['tar -xzf a.tgz -C out', ['-x', '-z', '-f', '-C'], []],
    ['sort -k2,2n -t: file', ['-k', '-t'], ['file']],
    ['sed -i.bak s/a/b/ file', ['-i'], ['s/a/b/', 'file']],
    ['find . -type f -exec grep -l x {} ; -print', ['-type', '-exec', '-print'], ['.']],
    ['ls --color=auto -la', ['--color', '-l', '-a'], []],
    ['rm -- -rf', [], ['-rf']],
    ['/usr/bin/head -n5 a', ['-n'], ['a']],
  ])('%s', (line, flags, operands) => {
    const checked = check(line);
    expect(checked?.unknown).toEqual([]);
    expect(checked?.flags.map(({ name }) => name)).toEqual(flags);
    expect(checked?.operands.map(({ text }) => text)).toEqual(operands);
  });

  it.each([
    ['grep --recusrive x', '--recursive'],
    ['git push --froce', '--force'],
    ['git commit --amned', '--amend'],
    ['find . -nmae x', '-name'],
    ['curl --silnet url', '--silent'],
  ])('%s: %s was meant', (line, meant) => {
    expect(check(line)?.unknown.map(({ nearest: near }) => near)).toEqual([meant]);
    expect(check(line)?.trusted).toBe(true);
  });

  it('does not trust what it may lack', () => {
    expect(check('git no-such-plugin --flag')).toMatchObject({ open: true, trusted: false });
    expect(check('docker exec -it box ls --colour')?.unknown).toEqual([]);
    expect(check('head -$n file')?.unknown).toEqual([]);
    expect(check('head -5 file')?.unknown).toEqual([]);
  });

  it('sees what a spec calls dangerous', () => {
    expect(check('rm -r x')?.dangerous).toBe(true);
    expect(check('git switch --force main')?.dangerous).toBe(true);
    expect(check('git status')?.dangerous).toBe(false);
  });
});

describe('nearest', () => {
  it('counts a swap once and gives up early', () => {
    expect(distance('force', 'froce', 3)).toBe(1);
    expect(distance('abc', 'xyz', 1)).toBe(2);
  });

  it('says nothing rather than something far off', () => {
    expect(nearest('--zzzz', ['--force', '--all'])).toBeUndefined();
    expect(nearestFlag('git', ['push'], '--set-upstraem')).toBe('--set-upstream');
  });
});

describe('flagFindings', () => {
  it('puts the flag that was meant in place', () => {
    const line = 'sudo git push --froce origin | grep --coutn x';
    const findings = flagFindings(line);
    expect(findings.map(({ code, level, fix }) => [code, level, fix?.text])).toEqual([
      ['unknown-flag', 'safe', '--force'],
      ['unknown-flag', 'safe', '--count'],
    ]);
    const { start, end } = findings[0]!;
    expect(line.slice(start, end)).toBe('--froce');
  });

  it.each([
    'git push --force-with-lease',
    'grep "$flags" x',
    "echo '--froce'",
    'git push -- --froce',
    'git log --no-color --oneline',
    'unheard-of --froce',
    'grep --made-up x',
    'find . -name "*.c" -newermt 2020-01-01',
    'git push --froce (',
  ])('leaves %s alone', (line) => {
    expect(flagFindings(line)).toEqual([]);
  });
});
