/** What a deletion takes: what git brings back, what is lost, and what was never there. */
import { describe, expect, it } from 'vitest';
import { analyze } from '../index.js';

const clean = { changed: [], untracked: [], ignored: [] };
const tree = new Set(['/home/user/project/src', '/home/user/project/src/a.ts', '/srv/data']);
const surroundings = { git: clean, exists: (path: string) => tree.has(path) };

function said(command: string, around: Parameters<typeof analyze>[1] = surroundings) {
  const { level, findings, effects } = analyze(command, around);
  return {
    level,
    code: findings[0]?.code,
    message: findings[0]?.message,
    reversible: effects.map((effect) => effect.reversible),
  };
}

describe('a deletion', () => {
  it('of what git holds can be undone, and says so in both places', () => {
    expect(said('rm -rf src')).toMatchObject({
      level: 'caution',
      code: 'delete-tracked',
      reversible: [true],
    });
    expect(said('rm -rf /srv/data')).toMatchObject({ level: 'dangerous', reversible: [false] });
  });

  it('of what is not there claims nothing of git', () => {
    for (const command of ['rm -rf doesnotexist', 'rm -rf untr', 'cd src && rm -rf gone'])
      expect(said(command), command).toMatchObject({
        level: 'caution',
        code: 'delete-absent',
        message: expect.stringMatching(/^Deletes nothing: there is no /),
      });
  });

  it('of what the line may have made before is not of nothing', () => {
    for (const command of [
      'mv /srv/data gone && rm -rf gone',
      'for i in 1 2; do rm -rf gone; mv /srv/data gone; done',
      'while x; do rm -rf gone; mv /srv/data gone; done',
      'for ((;;)); do rm -rf gone; mv /srv/data gone; done',
      "watch 'rm -rf gone; mv /srv/data gone'",
      '{ sleep 1; rm -rf gone; } | mv /srv/data gone',
      'ssh host rm -rf gone',
      'rm -rf /srv/gone',
      'rm -rf gone*',
    ])
      expect(said(command), command).toMatchObject({ level: 'dangerous' });
  });

  it('ends its sentence once', () => {
    expect(analyze('chmod -R 777 .').findings[0]?.message).toMatch(/[^.] the working directory\.$/);
    expect(analyze('pkill "$x"').findings.every(({ message }) => !message.endsWith('….'))).toBe(true);
  });

  it('is as before where nobody knows what is there', () => {
    expect(said('rm -rf gone', {})).toMatchObject({ level: 'dangerous', reversible: [false] });
  });
});
