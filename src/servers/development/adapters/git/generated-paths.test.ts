import { describe, expect, it } from 'vitest';
import { isBot } from './bots.js';
import { isGeneratedPath } from './generated-paths.js';

describe('generated paths', () => {
  it.each([
    'package-lock.json',
    'a/pnpm-lock.yaml',
    'yarn.lock',
    'Cargo.lock',
    'go.sum',
    'bun.lockb',
    'CHANGELOG.md',
    'packages/x/changelog.md',
    'CHANGES.rst',
    'docs/news.rst',
    'dist/index.js',
    'vendor/x.go',
    'a/b.min.js',
    'x/__snapshots__/a.spec.ts.snap',
    'api/v1_pb.ts',
  ])('leaves out %s', (path) => expect(isGeneratedPath(path)).toBe(true));

  it.each([
    'src/lock.ts',
    '.github/workflows/lock-threads.yml',
    'src/build/index.ts',
    'docs/history/intro.md',
    'src/distribution/a.ts',
    'CONTRIBUTING.md',
    'src/changes.ts',
  ])('keeps %s', (path) => expect(isGeneratedPath(path)).toBe(false));
});

describe('bots', () => {
  it('are told by name or address, whatever the case', () => {
    expect(isBot('renovate[bot]', 'x@y')).toBe(true);
    expect(isBot('Ada', 'ada@x', 'Dependabot', 'y')).toBe(true);
    expect(isBot('x', '41898282+github-actions@users.noreply.github.com')).toBe(true);
    expect(isBot('Ada Lovelace', 'ada@example.org', 'GitHub', 'noreply@github.com')).toBe(false);
  });
});
