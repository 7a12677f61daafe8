/** The query `hook`: decisions in a repository, and events of what was run. */
import { describe, expect, it } from 'vitest';
import type { EventInit, Services, Workspace } from '../../../runtime/index.js';
import { hookQuery } from './index.js';

/** A workspace that keeps what is noted, on branch main. */
function services({ kept = true } = {}) {
  const noted: EventInit[] = [];
  const places: unknown[] = [];
  const state = new Map<string, unknown>();
  const capture: Workspace['capture'] = (at, describe) => {
    places.push(at);
    if (kept) noted.push(describe({ branch: 'main', cwd: 'src', sampleWeight: 1 }));
    return kept;
  };
  const workspace = {
    capture,
    state: {
      get: (key: string) => (state.has(key) ? { value: state.get(key), version: 1 } : undefined),
      set: (key: string, value: unknown) => void state.set(key, value),
    },
  };
  return { noted, places, services: { workspace } as unknown as Services };
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
    const { noted, places, services: given } = services();
    expect(
      await hookQuery(finished({ cwd: '/r/lib/../src/', exitCode: 2, command: ' make all\n' }), given),
    ).toBeNull();
    expect(noted).toHaveLength(1);
    expect(places).toEqual([{ root: '/r', cwd: '/r/src' }]);
    expect(noted[0]).toMatchObject({ source: 'hook:claude-code', data: { case: 'commandFinished' } });
    expect(fieldsOf(noted[0])).toEqual({
      session: 's',
      cwd: 'src',
      command: 'make all',
      branch: 'main',
      exitCode: 2,
      duration: { seconds: 1n, nanos: 500_000_000 },
    });
  });

  it('leaves out what is not known', async () => {
    const { noted, services: given } = services();
    await hookQuery(finished({ exitCode: null, durationMs: null }), given);
    expect(fieldsOf(noted[0])).toEqual({ session: 's', cwd: 'src', command: 'make', branch: 'main' });
  });

  it('notes a call once, and calls without a name each time', async () => {
    const { noted, services: given } = services();
    for (const call of ['t1', 't1', 't2', '', '']) await hookQuery(finished({ call }), given);
    await hookQuery(finished({ call: 't1', session: 'other' }), given);
    expect(noted).toHaveLength(5);
  });

  it('leaves out what the capture budget does not keep', async () => {
    const { noted, services: given } = services({ kept: false });
    expect(await hookQuery(finished({}), given)).toBeNull();
    expect(noted).toEqual([]);
  });
});
