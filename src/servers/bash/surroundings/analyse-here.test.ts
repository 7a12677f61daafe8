/** A command is judged where it would run: by the tree around it, by what git says, and never by running what the tree brings along. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analyze } from '../analysis/index.js';
import { analyseHere, folderOf } from './analyse-here.js';
import { ScratchTree } from './contract/scratch-tree.js';
import { gitState, parseStatus } from './git-state.js';
import { GitStates } from './git-states.js';
import { real, WorkTrees } from './work-tree.js';

let tree: ScratchTree;
beforeEach(() => {
  tree = new ScratchTree();
  tree.commit('src/a.ts', 'src/b.ts', 'keep/c.ts', 'package.json');
});
afterEach(() => tree.remove());

const SECONDS = 10_000;

/** A budget that no loaded machine exceeds: what is tested is the answer, not its speed. */
async function levelOf(command: string, cwd = tree.root): Promise<string> {
  return (await analyseHere({ command, cwd, root: tree.root, gitBudgetMs: SECONDS })).level;
}

describe('what git knows', () => {
  it('calls a checkout of everything harmless in a clean tree and dangerous in a changed one', async () => {
    expect(await levelOf('git checkout .')).toBe('caution');
    tree.write('src/a.ts', 'changed\n');
    tree.git('add', 'src/a.ts');
    expect(await levelOf('git checkout .')).toBe('dangerous');
  });

  it('looks at the paths that are meant, from the folder the command runs in', async () => {
    tree.write('keep/c.ts', 'changed, and longer\n');
    expect(await levelOf('git checkout -- a.ts', join(tree.root, 'src'))).toBe('caution');
    expect(await levelOf('git checkout -- ../keep/c.ts', join(tree.root, 'src'))).toBe('dangerous');
    expect(await levelOf('git restore .', join(tree.root, 'src'))).toBe('caution');
    expect(await levelOf('git restore .')).toBe('dangerous');
    expect(await levelOf('git checkout -- :/', join(tree.root, 'src'))).toBe('dangerous');
  });

  it('knows that what is committed can be had back, and what is untracked or ignored cannot', async () => {
    expect(await levelOf('rm -rf src')).toBe('caution');
    tree.write('.gitignore', 'local/\n');
    tree.commit();
    tree.write('src/new.ts');
    tree.write('local/settings.json');
    expect(await levelOf('rm -rf src')).toBe('dangerous');
    expect(await levelOf('rm -rf local')).toBe('dangerous');
    expect(await levelOf('git clean -fd')).toBe('dangerous');
    expect(await levelOf('git clean -fd', join(tree.root, 'keep'))).toBe('caution');
  });

  it('does not take the tree for clean that the line itself has changed', async () => {
    expect(await levelOf('git stash pop && git checkout .')).toBe('dangerous');
    expect(await levelOf('mv ../notes.txt . && git clean -fd')).toBe('dangerous');
    expect(await levelOf('mv ../notes.txt src/a.ts; > src/a.ts')).toBe('dangerous');
  });

  it('says nothing of other trees: elsewhere, on another machine, inside, by another name', async () => {
    for (const command of [
      'cd /srv/other && git checkout .',
      'git -C /srv/other checkout .',
      'git --work-tree=/srv/other checkout .',
      'GIT_WORK_TREE=/srv/other git checkout .',
      `ssh host 'cd ${tree.root} && git checkout .'`,
      `ssh host rm -rf ${tree.root}/src`,
    ])
      expect(await levelOf(command), command).toBe('dangerous');
    tree.write('inner/.git/HEAD', 'ref: refs/heads/main\n');
    tree.write('inner/x.ts');
    expect(await levelOf('cd inner && git checkout .')).toBe('dangerous');
  });

  it('counts a submodule as what git cannot bring back', async () => {
    tree.write('.gitmodules', '[submodule "dep"]\n\tpath = dep\n\turl = ../dep\n');
    tree.commit('dep/x.c');
    expect(await levelOf('rm -rf dep')).toBe('dangerous');
  });

  it('never takes the repository’s own data for held', () => {
    const git = { changed: [], untracked: [], ignored: ['.env', 'node_modules'] };
    const here = (command: string) => analyze(command, { git }).level;
    expect(here('rm -rf *')).toBe('caution');
    for (const command of [
      'rm -rf "$PWD"',
      'rm -rf ../project',
      'rm -rf * .*',
      'rm -rf {*,.*}',
      'rm -rf .git',
    ])
      expect(here(command), command).toBe('dangerous');
    expect(analyze('rm -rf *', { git: { ...git, ignored: ['local-data'] } }).level).toBe('dangerous');
  });

  it('asks once at a time, and answers with what was there when it was asked', async () => {
    const asked = Array.from({ length: 20 }, () => levelOf('git checkout .'));
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['caution']));
    tree.write('src/a.ts', 'changed\n');
    const [first, second] = [levelOf('git clean -f'), levelOf('git checkout .')];
    tree.write('new.ts');
    const third = levelOf('git clean -f');
    expect(await Promise.all([second, third])).toEqual(['dangerous', 'dangerous']);
    await first;
  });
});

describe('a flood', () => {
  it('asks git a few times a second, and goes on without', async () => {
    let now = 0;
    const states = new GitStates(() => now);
    for (let i = 0; i < 16; i += 1) expect(await states.of(tree.root, SECONDS)).toBeDefined();
    expect(await states.of(tree.root, SECONDS)).toBeUndefined();
    now += 1_000;
    expect(await states.of(tree.root, SECONDS)).toBeDefined();
    expect(await states.of(tree.root, SECONDS)).toBeUndefined();
  });
});

describe('a hostile repository', () => {
  it('starts no program that its configuration names', async () => {
    const mark = join(tree.root, 'ran');
    const program = tree.write('.git/evil', `#!/bin/sh\ntouch '${mark}'\ncat\n`);
    chmodSync(program, 0o755);
    tree.git('config', 'core.fsmonitor', program);
    tree.git('config', 'core.hooksPath', join(tree.root, '.git'));
    tree.git('config', 'filter.evil.clean', program);
    tree.git('config', 'filter.e=vil.process', program);
    tree.git('config', 'filter.evil.required', 'true');
    tree.write('.gitattributes', 'src/a.ts filter=evil\nsrc/b.ts filter=e=vil\n');
    // Of the same length: git reads such a file, through its filter, to see whether it changed.
    tree.write('src/a.ts', 'src/A.ts\n');
    tree.write('src/b.ts', 'src/B.ts\n');
    const state = await gitState(tree.root, SECONDS);
    expect(state?.changed).toContain('src/a.ts');
    expect(existsSync(mark)).toBe(false);
  });

  it('waits for no pipe that stands for a file, and leaves the threads free that read files', async () => {
    for (const name of ['.gitmodules', '.git/config', '.git/HEAD'])
      for (let i = 0; i < 5; i += 1) {
        const inner = join(tree.root, `${name.replaceAll('/', '-')}${i}`);
        cpSync(join(tree.root, '.git'), join(inner, '.git'), { recursive: true });
        rmSync(join(inner, name), { force: true });
        execFileSync('mkfifo', [join(inner, name)]);
        expect(await levelOf('git checkout .', inner)).toBe('dangerous');
      }
    expect((await readFile(join(tree.root, 'package.json'), 'utf8')).length).toBeGreaterThan(0);
  });

  it('reads settings in time that grows with their length alone', async () => {
    tree.write('.gitmodules', `${'\n'.repeat(100_000)}path = ${' '.repeat(100_000)}x"y\npath = a=b\n`);
    const started = performance.now();
    expect((await gitState(tree.root, SECONDS))?.untracked).toContain('a=b');
    expect(performance.now() - started).toBeLessThan(SECONDS);
  });

  it('gives up in time, and then assumes the worst', async () => {
    expect(await gitState(tree.root, 0)).toBeUndefined();
    const { level } = await analyseHere({
      command: 'git checkout .',
      cwd: tree.root,
      root: tree.root,
      gitBudgetMs: 0,
    });
    expect(level).toBe('dangerous');
  });

  it('says nothing where git finds no repository', async () => {
    tree.write('not-one/.git', 'gitdir: /nowhere\n');
    expect(await gitState(join(tree.root, 'not-one'), SECONDS)).toBeUndefined();
  });
});

describe('what is there', () => {
  it('takes nothing from a file that does not exist', async () => {
    tree.write('full.txt');
    expect(await levelOf('> full.txt')).toBe('dangerous');
    expect(await levelOf('> new.txt')).not.toBe('dangerous');
    expect(await levelOf('cp full.txt new.txt; > new.txt')).toBe('dangerous');
    expect(await levelOf('ssh host "> new.txt"')).toBe('dangerous');
    symlinkSync('full.txt', join(tree.root, 'link.txt'));
    expect(await levelOf('> link.txt')).toBe('dangerous');
  });

  it('finds the innermost tree around a folder, through links', () => {
    const inner = new ScratchTree();
    try {
      const trees = new WorkTrees();
      mkdirSync(join(inner.root, 'deep/er'), { recursive: true });
      symlinkSync(join(inner.root, 'deep'), join(tree.root, 'to'));
      expect(trees.around(join(tree.root, 'to/er'), 0)).toEqual({
        folder: join(inner.root, 'deep/er'),
        root: inner.root,
      });
      expect(trees.around(join(tree.root, 'src'), 0).root).toBe(tree.root);
      expect(trees.around(join(tree.root, 'gone'), 0).root).toBe(tree.root);
      expect(trees.around('/', 0).folder).toBe('/');
    } finally {
      inner.remove();
    }
  });

  it('resolves a path as far as it exists', () => {
    symlinkSync('src', join(tree.root, 'alias'));
    expect(real(join(tree.root, 'alias/not/there'))).toBe(join(tree.root, 'src/not/there'));
  });

  it('reads status rows: letters, path, folders without their slash', () => {
    expect(parseStatus(' M a b\0?? new/\0!! out/\0R  c\0')).toEqual({
      changed: ['a b', 'c'],
      untracked: ['new'],
      ignored: ['out'],
    });
  });

  it('reads folders as clients write them', () => {
    expect(folderOf({ cwd: 'sub', base: '/b', root: '/r' })).toBe('/b/sub');
    expect(folderOf({ cwd: '../x', root: '/r' })).toBe('/x');
    expect(folderOf({ base: undefined, root: '/r' })).toBe('/r');
    expect(folderOf({ cwd: '/a/../b', root: null })).toBe('/b');
    expect(folderOf({ cwd: 'sub', root: null })).toBeNull();
  });
});
