/**
 * What the answer says: levels, effects, positions, fixes, the working tree's state, and what it does not claim to know.
 * It exists beside the twins, which look at the level alone.
 * Invariant: a fix is checked by analysing the fixed command.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell's own syntax in plain strings.
import { describe, expect, it } from 'vitest';
import { analyze, MAX_LENGTH } from './analyze.js';
import { govern } from './govern.js';

describe('analyze', () => {
  it('names effects with their targets', () => {
    expect(analyze('sudo rm -rf /opt/app').effects).toEqual([
      { kind: 'privilege', target: 'sudo', reversible: true },
      { kind: 'delete', target: '/opt/app', reversible: false },
    ]);
    expect(analyze('curl -o a.json https://x.example/a').effects).toEqual([
      { kind: 'network', target: 'https://x.example/a', reversible: true },
      { kind: 'write', target: 'a.json', reversible: true },
    ]);
    expect(analyze('ls -la').effects).toEqual([]);
  });

  it('points at the part that matters, also inside substitutions', () => {
    const command = 'echo "$(git clean -fdx)"';
    const [finding] = analyze(command).findings;
    expect(command.slice(finding?.start, finding?.end)).toBe('git clean -fdx');
  });

  it('points at the outer word when the text was made by the line', () => {
    const command = "ls; bash -c 'git clean -fdx'";
    const [finding] = analyze(command).findings;
    expect(command.slice(finding?.start, finding?.end)).toBe("'git clean -fdx'");
  });

  it.each([
    ['git push --force origin main', 'git push --force-with-lease origin main'],
    ['git push origin +main', 'git push origin --force-with-lease main'],
    ['rm -rf "$DIR"/x', 'rm -rf "${DIR:?}"/x'],
    ['git clean -fdx', 'git clean -ndx'],
    ['chmod -R 777 public', 'chmod -R u=rwX,go=rX public'],
    ['rsync -a --delete a/ b/', 'rsync -a --delete --dry-run a/ b/'],
  ])('keeps the intention: %j → %j', (command, fixed) => {
    expect(analyze(command).fixedCommand).toBe(fixed);
    expect(['safe', 'caution']).toContain(analyze(fixed).level);
  });

  it('gives no fix for text that is not the user’s own', () => {
    expect(analyze("bash -c 'git push -f'").fixedCommand).toBeUndefined();
  });

  it('knows what git holds', () => {
    const clean = { git: { changed: [], untracked: [] } };
    const dirty = { git: { changed: ['src/a.ts'], untracked: ['notes.md'] } };
    expect(analyze('git checkout .', clean).level).toBe('caution');
    expect(analyze('git checkout .', dirty).level).toBe('dangerous');
    expect(analyze('git checkout -- docs', dirty).level).toBe('caution');
    expect(analyze('git clean -fd', clean).level).toBe('caution');
    expect(analyze('git clean -fd', dirty).level).toBe('dangerous');
    expect(analyze('rm -rf docs', dirty).level).toBe('caution');
    expect(analyze('rm -rf src', dirty).level).toBe('dangerous');
    expect(analyze('rm -rf src').level).toBe('dangerous');
  });

  it('resolves against the directory it would run in', () => {
    expect(analyze('rm -rf *', { cwd: '/' }).level).toBe('blocked');
    expect(analyze('rm -rf ../..', { cwd: '/home/ann/p/q', home: '/home/ann' }).findings[0]?.code).toBe(
      'delete-home',
    );
  });

  it.each([
    '$cmd',
    '"$(cat cmd)"',
    'eval "$x"',
    'bash -c "$x"',
    'make_commands | sh',
    'find . -exec "$x" {} +',
    "echo 'a",
  ])('does not claim to know %j', (command) => {
    const { level, unanalysable } = analyze(command);
    expect(level).toBe('unknown');
    expect(unanalysable.length).toBeGreaterThan(0);
  });

  it('does not take for granted what may not have happened', () => {
    expect(analyze("c='rm -rf /opt'; [ -f x ] && c=ls; $c").level).toBe('unknown');
    expect(analyze("c='rm -rf /opt'; false && c=ls; $c").level).toBe('dangerous');
    expect(analyze("c=ls; c='rm -rf /opt'; $c").level).toBe('dangerous');
  });

  it('calls no program safe that it has no entry for', () => {
    expect(analyze('frobnicate --all').level).toBe('caution');
    expect(analyze('frobnicate --version').level).toBe('safe');
  });

  it('refuses what is too long', () => {
    expect(analyze(`echo ${'x'.repeat(MAX_LENGTH)}`).level).toBe('unknown');
  });
});

describe('govern', () => {
  const lowered = {
    codes: ['delete-recursive'],
    bound: 'atMost',
    level: 'caution',
    lowersFinal: true,
  } as const;

  it('raises and lowers by code, and never below what could not be analysed', () => {
    expect(govern(analyze('rm -rf src'), [lowered]).analysis.level).toBe('caution');
    expect(govern(analyze('rm -rf src; $x'), [lowered]).analysis.level).toBe('unknown');
    const ban = { codes: ['privilege'], bound: 'atLeast', level: 'blocked', lowersFinal: true } as const;
    expect(govern(analyze('sudo curl http://x'), [ban]).analysis.level).toBe('blocked');
  });

  it('lowers nothing final for a rule that may not, and lets raising win', () => {
    expect(govern(analyze('rm -rf src'), [{ ...lowered, lowersFinal: false }]).rules).toEqual([]);
    const raised = { ...lowered, bound: 'atLeast', level: 'blocked' } as const;
    for (const rules of [
      [lowered, raised],
      [raised, lowered],
    ])
      expect(govern(analyze('rm -rf src'), rules).analysis.level).toBe('blocked');
  });

  it('keeps weight that no finding in sight explains', () => {
    const analysis = { ...analyze('rm -rf src'), level: 'blocked' } as const;
    expect(govern(analysis, [lowered]).analysis.level).toBe('blocked');
  });
});
