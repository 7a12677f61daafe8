/** The branch of a working tree: plain, linked, detached, damaged, and not looked at too often. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckedOutBranch, folderIn } from './checked-out-branch.js';

let root: string;
let now = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lmcp-branch-'));
  now = 1_000;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function head(text: string, folder = join(root, '.git')): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'HEAD'), text);
}

const seen = (at = root) => new CheckedOutBranch(() => now).of(at);

describe('CheckedOutBranch', () => {
  it.each([
    ['ref: refs/heads/main\n', 'main'],
    ['ref: refs/heads/feature/größer-4\n', 'feature/größer-4'],
    ['ref: refs/heads/.invalid\n', ''],
    ['6f1ed002ab5595859014ebf0951522d9\n', ''],
    ['ref: refs/remotes/origin/main\n', ''],
    [`ref: refs/heads/${'x'.repeat(5000)}\n`, ''],
    ['', ''],
  ])('reads %j as %j', (text, branch) => {
    head(text);
    expect(seen()).toBe(branch);
  });

  it('waits for no pipe', () => {
    mkdirSync(join(root, '.git'));
    execFileSync('mkfifo', [join(root, '.git', 'HEAD')]);
    expect(seen()).toBe('');
  });

  it('follows the file of a linked work tree, absolute or relative, and knows when there is none', () => {
    const tree = join(root, 'tree');
    head('ref: refs/heads/side\n', join(root, 'main', '.git', 'worktrees', 'tree'));
    mkdirSync(tree);
    expect(seen(tree)).toBe('');
    writeFileSync(join(tree, '.git'), `gitdir: ${join(root, 'main', '.git', 'worktrees', 'tree')}\n`);
    expect(seen(tree)).toBe('side');
    writeFileSync(join(tree, '.git'), 'gitdir: ../main/.git/worktrees/tree\n');
    expect(seen(tree)).toBe('side');
    writeFileSync(join(tree, '.git'), 'gitdir: ../gone\n');
    expect(seen(tree)).toBe('');
  });

  it('looks again only after a while, each tree for itself', () => {
    const branch = new CheckedOutBranch(() => now);
    const other = join(root, 'other');
    head('ref: refs/heads/a\n');
    head('ref: refs/heads/b\n', join(other, '.git'));
    expect([branch.of(root), branch.of(other), branch.of(root)]).toEqual(['a', 'b', 'a']);
    head('ref: refs/heads/c\n');
    now += 1_999;
    expect(branch.of(root)).toBe('a');
    now += 1;
    expect(branch.of(root)).toBe('c');
    for (let i = 0; i < 200; i++) expect(branch.of(join(root, `none-${i}`))).toBe('');
    expect(branch.of(root)).toBe('c');
  });
});

describe('folderIn', () => {
  it.each([
    ['/r/a', '/r/a/src/deep', 'src/deep'],
    ['/r/a', '/r/a', ''],
    ['/r/a', '/r/ab/src', ''],
    ['/r/a', undefined, ''],
    [null, '/r/a', ''],
  ])('of %j and %j is %j', (root, folder, inside) => {
    expect(folderIn(root, folder)).toBe(inside);
  });
});
