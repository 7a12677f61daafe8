/** The service `hook`: what reaches the bash server's thread, and what an agent never waits for. */
import { describe, expect, it } from 'vitest';
import { GUARD_WORKSPACE, hookService } from './hook.js';
import { HookFolders } from './hook-folders.js';
import type { Known } from './workspaces.js';

const repository: Known = { id: 'path:1', root: '/r' };
const before = {
  event: 'before',
  client: 'claude-code',
  command: 'ls',
  cwd: '/r/src',
  session: 's',
  call: 'c',
};

function rig(resolve: (folder: string | undefined) => Promise<Known>, patienceMs = 20) {
  const queries: unknown[][] = [];
  const looked: (string | undefined)[] = [];
  let now = 0;
  const folders = new HookFolders({
    workspaces: {
      resolve: (folder) => {
        looked.push(folder);
        return resolve(folder);
      },
    },
    now: () => now,
    patienceMs,
  });
  const hook = hookService({
    threads: {
      query: async (...asked) => {
        queries.push(asked);
        return { decision: 'none', reason: '' };
      },
    },
    folders,
    log: () => undefined,
  });
  return { hook, folders, queries, looked, pass: (ms: number) => (now += ms) };
}

const never = () => new Promise<Known>(() => undefined);
const none = () => Promise.reject(new Error('no repository'));

describe('hook service', () => {
  it('asks about a command in a workspace of its own, with the tree it runs in', async () => {
    const { hook, queries } = rig(async () => repository);
    expect(await hook({ ...before, permissionMode: 'default' })).toEqual({ decision: 'none', reason: '' });
    const asked = { ...before, permissionMode: 'default', tree: '/r' };
    expect(queries).toEqual([['bash', GUARD_WORKSPACE, 'hook', asked, 'interactive']]);
  });

  it.each([
    ['in no repository', none],
    ['in one that takes its time', never],
  ])('guards a folder %s', async (_, resolve) => {
    const { hook, queries } = rig(resolve);
    expect(await hook(before)).toMatchObject({ decision: 'none' });
    expect(queries[0]?.[3]).toMatchObject({ tree: null });
  });

  it.each(['', 'relative', '/a\0b', `/${'x'.repeat(5000)}`])(
    'asks no git about the folder %j',
    async (cwd) => {
      const { hook, looked, queries } = rig(async () => repository);
      await hook({ ...before, cwd });
      await hook({ ...before, event: 'after', cwd });
      expect(looked).toEqual([]);
      expect(queries).toHaveLength(1);
    },
  );

  it('records in the repository, and answers before that', async () => {
    const { hook, queries } = rig(async () => repository);
    const after = { ...before, event: 'after', exitCode: 1, durationMs: 5 };
    expect(await hook(after)).toBeNull();
    await expect
      .poll(() => queries)
      .toEqual([['bash', 'path:1', 'hook', { ...after, tree: '/r' }, 'background']]);
  });

  it('records the commands of a session in their order, however long git takes', async () => {
    const slow = (folder: string | undefined) =>
      new Promise<Known>((resolve) => setTimeout(() => resolve(repository), folder === '/r/new' ? 30 : 0));
    const { hook, queries } = rig(slow);
    for (const [command, cwd] of [
      ['one', '/r'],
      ['two', '/r/new'],
      ['three', '/r'],
    ])
      await hook({ ...before, event: 'after', command, cwd });
    await expect.poll(() => queries.length).toBe(3);
    expect(queries.map((asked) => (asked[3] as { command: string }).command)).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  it('records nothing outside of repositories', async () => {
    const { hook, queries } = rig(none);
    await hook({ ...before, event: 'after' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(queries).toEqual([]);
  });

  it('cuts long names, and checks all the same', async () => {
    const { hook, queries } = rig(none);
    const long = 'x'.repeat(10_000);
    await hook({ ...before, call: long, session: long, client: long, permissionMode: long });
    const asked = queries[0]?.[3] as Record<string, string>;
    expect([asked.call?.length, asked.session?.length, asked.client?.length]).toEqual([200, 200, 32]);
  });

  it.each([
    ['nothing', null],
    ['another event', { ...before, event: 'during' }],
    ['no command', { ...before, command: '' }],
    ['a code of another kind', { ...before, event: 'after', exitCode: 'one' }],
  ])('refuses %s by code', async (_, request) => {
    await expect(rig(none).hook(request)).rejects.toMatchObject({ code: 'LMCP_INVALID_REQUEST' });
  });

  it('refuses more than it can have under way, and recovers', async () => {
    const { hook } = rig(never, 50);
    const asked = Array.from({ length: 300 }, () =>
      hook(before).then(
        () => 'ok',
        ({ code }) => code,
      ),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter((it) => it === 'ok')).toHaveLength(256);
    expect(new Set(answers)).toEqual(new Set(['ok', 'LMCP_OVERLOADED']));
    expect(await hook(before)).toMatchObject({ decision: 'none' });
  });
});

describe('hook folders', () => {
  it('looks once for a while, then again while the old answer serves', async () => {
    let found: Known | undefined = repository;
    const { folders, looked, pass } = rig(async () => found ?? never());
    expect(await folders.soon('/r')).toBe(repository);
    expect(await folders.soon('/r')).toBe(repository);
    expect(looked).toHaveLength(1);
    pass(60_000);
    found = undefined;
    expect(await folders.soon('/r')).toBe(repository);
    expect(looked).toHaveLength(2);
  });

  it('remembers for a while that a folder is in no repository', async () => {
    const { folders, looked, pass } = rig(none);
    expect(await folders.soon('/x')).toBeUndefined();
    expect(await folders.find('/x')).toBeUndefined();
    expect(looked).toHaveLength(1);
    pass(60_000);
    await folders.soon('/x');
    expect(looked).toHaveLength(2);
  });
});
