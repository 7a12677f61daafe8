/** A repository, a folder of work or a home below /tmp holds work like any other; what lies beside it is scratch. */
import { describe, expect, it } from 'vitest';
import { analyze, type Level, type Surroundings } from './index.js';

const repository: Surroundings = {
  cwd: '/tmp/w.x7/repo',
  repository: '/tmp/w.x7/repo',
  home: '/tmp/w.x7/home',
};
const folder: Surroundings = { cwd: '/tmp/notes', home: '/home/user' };

const rows: readonly [Surroundings, string, 'asks' | 'passes'][] = [
  [repository, 'cd src && rm -rf ./*', 'asks'],
  [repository, 'bash -c "cd src && rm -rf ./*"', 'asks'],
  [repository, 'rm -rf .', 'asks'],
  [repository, 'rm -rf /tmp/w.x7/repo', 'asks'],
  [repository, 'find . -delete', 'asks'],
  [repository, 'rm -rf ~', 'asks'],
  [repository, 'rm -rf ~/Documents', 'asks'],
  [repository, 'rm -rf .git', 'asks'],
  [repository, 'rm -rf dist node_modules', 'passes'],
  [repository, 'rm -rf /tmp/other/build', 'passes'],
  [repository, 'node src/index.mjs', 'passes'],
  [repository, 'node --test test/', 'passes'],
  [repository, './run.sh', 'passes'],
  [repository, 'bash scripts/build.sh', 'passes'],
  [repository, 'PATH="$PWD/bin:$PATH" npm test', 'passes'],
  [repository, '/tmp/payload', 'asks'],
  [repository, 'bash /tmp/x.sh', 'asks'],
  [folder, 'rm -rf ./*', 'asks'],
  [folder, 'python3 main.py', 'passes'],
  [{}, 'rm -rf /tmp/scratch', 'passes'],
  [{}, '/tmp/payload', 'asks'],
  [{}, 'export PATH=/tmp:$PATH', 'asks'],
  [{ cwd: '/tmp' }, 'rm -rf scratch', 'passes'],
];
const asks: readonly Level[] = ['dangerous', 'blocked', 'unknown'];

describe('folders below /tmp', () => {
  it.each(rows)('%o: %s %s', (surroundings, command, expected) => {
    const { level, findings } = analyze(command, surroundings);
    expect([asks.includes(level) ? 'asks' : 'passes', findings.map(({ code }) => code)]).toEqual([
      expected,
      expect.anything(),
    ]);
  });
});
