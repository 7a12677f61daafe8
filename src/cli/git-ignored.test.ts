/** Which files git would commit: by pattern, by what is tracked, in no work tree. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { notIgnored } from './git-ignored.js';

let root: string;
const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { stdio: 'pipe' });
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lmcp-ignored-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('names what no pattern covers, and what is tracked all the same', async () => {
  git('init', '-q');
  const paths = ['.claude/settings.local.json', '.cursor/hooks.json', 'größe\n.json'];
  expect(await notIgnored(root, paths)).toEqual(paths);
  writeFileSync(join(root, '.gitignore'), '.claude/*.local.json\n');
  expect(await notIgnored(root, paths)).toEqual(paths.slice(1));
  writeFileSync(join(root, '.git/info/exclude'), '.cursor/\n*.json\n');
  expect(await notIgnored(root, paths)).toEqual([]);
  mkdirSync(join(root, '.cursor'));
  writeFileSync(join(root, '.cursor/hooks.json'), '{}');
  git('add', '-f', '.cursor/hooks.json');
  expect(await notIgnored(root, paths)).toEqual(['.cursor/hooks.json']);
  expect(await notIgnored(root, [])).toEqual([]);
});

it('says so when git does not know', async () => {
  await expect(notIgnored(root, ['a'])).rejects.toMatchObject({ code: 'LMCP_GIT_FAILED' });
});
