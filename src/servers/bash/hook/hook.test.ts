/** The query `hook`: decisions in a repository, and events of what was run. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { EventInit, Services } from '../../../runtime/index.js';
import { branchOf } from './branch-of.js';
import { hookQuery } from './index.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-hook-query-'));
  folders.push(folder);
  return folder;
}

/** A workspace that keeps what is noted. */
function services(now = () => 1_700_000_000_000) {
  const noted: EventInit[] = [];
  const state = new Map<string, unknown>();
  const workspace = {
    note: (event: EventInit) => noted.push(event),
    state: {
      get: (key: string) => (state.has(key) ? { value: state.get(key), version: 1 } : undefined),
      set: (key: string, value: unknown) => void state.set(key, value),
    },
  };
  return { noted, services: { workspace, now } as unknown as Services };
}

const shared = { client: 'claude-code', cwd: '/r', session: 's', call: '' };
const asked = (command: string, permissionMode = 'default') => ({
  ...shared,
  event: 'before',
  command,
  permissionMode,
  tree: null,
});
const finished = (fields: object) => ({
  ...shared,
  event: 'after',
  command: 'make',
  exitCode: 0,
  durationMs: 1500,
  tree: '/r',
  ...fields,
});
const fieldsOf = (event: EventInit | undefined) => event?.data?.value as Record<string, unknown> | undefined;

describe('before', () => {
  it('stops what destroys, by its mode, and says nothing of the rest', async () => {
    const { services: given, noted } = services();
    const say = async (command: string, mode?: string) =>
      (await hookQuery(asked(command, mode), given))?.decision;
    expect(await say('rm -rf "$DIR"/*')).toBe('ask');
    expect(await say('rm -rf "$DIR"/*', 'bypassPermissions')).toBe('deny');
    expect(await say('echo "rm -rf /"')).toBe('none');
    expect(await say('git status && ls')).toBe('none');
    expect(noted).toEqual([]);
  });

  it('gives the reason and the safer form', async () => {
    const { reason } = (await hookQuery(asked('rm -rf "$DIR"/*', 'dontAsk'), services().services)) ?? {};
    expect(reason).toMatch(/^lmcp: dangerous\. .*Safer: rm -rf "\$\{DIR:\?\}"\/\* Use the safer form/);
    const other = await hookQuery(asked('git reset --hard', 'dontAsk'), services().services);
    expect(other?.reason).toMatch(/ask the person you work for\.$/);
  });

  it('answers what nobody can run', async () => {
    for (const command of ['echo a\0b', 'x'.repeat(100_000), '('.repeat(10_000), '\ud800'])
      expect(['none', 'ask', 'deny']).toContain(
        (await hookQuery(asked(command), services().services))?.decision,
      );
  });

  it('refuses what is no question', async () => {
    await expect(hookQuery({ event: 'before' }, services().services)).rejects.toThrow();
  });
});

describe('after', () => {
  it('notes the command, where it ran, and how it ended', async () => {
    const { noted, services: given } = services();
    expect(
      await hookQuery(finished({ cwd: '/r/src', exitCode: 2, command: ' make all\n' }), given),
    ).toBeNull();
    expect(noted).toHaveLength(1);
    expect(noted[0]).toMatchObject({ source: 'hook:claude-code', data: { case: 'commandFinished' } });
    expect(fieldsOf(noted[0])).toEqual({
      session: 's',
      cwd: 'src',
      command: 'make all',
      branch: '',
      exitCode: 2,
      duration: { seconds: 1n, nanos: 500_000_000 },
    });
  });

  it('leaves out what is not known', async () => {
    const { noted, services: given } = services();
    await hookQuery(finished({ cwd: '/elsewhere', exitCode: null, durationMs: null }), given);
    expect(fieldsOf(noted[0])).toEqual({ session: 's', cwd: '', command: 'make', branch: '' });
  });

  it('notes a call once, and calls without a name each time', async () => {
    const { noted, services: given } = services();
    for (const call of ['t1', 't1', 't2', '', '']) await hookQuery(finished({ call }), given);
    await hookQuery(finished({ call: 't1', session: 'other' }), given);
    expect(noted).toHaveLength(5);
  });

  it('notes so many a second, and counts the others', async () => {
    let now = 1_700_000_000_000;
    const { noted, services: given } = services(() => now);
    for (let i = 0; i < 250; i += 1) await hookQuery(finished({}), given);
    expect(noted).toHaveLength(200);
    now += 1000;
    await hookQuery(finished({}), given);
    await hookQuery(finished({}), given);
    expect(noted.map(({ data }) => data?.case).slice(200)).toEqual([
      'captureDropped',
      'commandFinished',
      'commandFinished',
    ]);
    expect(fieldsOf(noted[200])).toMatchObject({ count: 50n });
  });
});

describe('branch', () => {
  it('reads the head of a tree, of a linked tree, and of none', () => {
    const root = scratch();
    const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { stdio: 'pipe' });
    expect(branchOf(root)).toBe('');
    git('init', '-q', '-b', 'feature/one');
    writeFileSync(join(root, 'a'), '');
    git('add', '-A');
    git('-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '-q', '-m', 'one');
    expect(branchOf(root)).toBe('feature/one');
    const linked = join(scratch(), 'tree');
    git('worktree', 'add', '-q', '-b', 'two', linked);
    expect(branchOf(linked)).toBe('two');
    git('checkout', '-q', '--detach');
    expect(branchOf(root)).toBe('');
    mkdirSync(join(scratch(), '.git'));
    expect(branchOf(folders.at(-1) ?? '')).toBe('');
  });
});
