import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ScratchRepository } from '../../contract/scratch-repository.js';
import { followHistory } from './follow-history.js';
import { inspectRepository } from './inspect-repository.js';
import { normaliseOrigin } from './origin.js';
import { readHead } from './read-head.js';
import { runGit } from './run-git.js';

const made: { remove(): void }[] = [];
function scratch(...init: string[]): ScratchRepository {
  const repository = new ScratchRepository(init.length > 0 ? init : undefined);
  made.push(repository);
  return repository;
}
afterEach(() => {
  for (const each of made.splice(0)) each.remove();
});

describe('inspecting', () => {
  it('finds root, head and count from a folder inside', async () => {
    const repository = scratch();
    const head = repository.change('one', ['deep/down/a']);
    const found = await inspectRepository(join(repository.root, 'deep/down'));
    expect(found).toMatchObject({
      root: repository.root,
      gitDir: join(repository.root, '.git'),
      bare: false,
      shallow: false,
      partial: false,
      head,
      commits: 1,
    });
    expect(found.originId).toMatch(/^path:[0-9a-f]{24}$/);
    expect((await inspectRepository(join(repository.root, 'deep/down/a'))).root).toBe(repository.root);
  });

  it('gives work trees and clones of one origin the same id, without credentials', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    repository.git('remote', 'add', 'origin', 'https://ada:secret@Example.org/team/app.git');
    const tree = `${repository.root}-tree`;
    repository.git('worktree', 'add', '-q', tree);
    made.push({ remove: () => rmSync(tree, { recursive: true, force: true }) });
    const [a, b] = [await inspectRepository(repository.root), await inspectRepository(tree)];
    expect(a.originId).toBe('example.org/team/app');
    expect(b.originId).toBe(a.originId);
    expect(b.root).not.toBe(a.root);
    expect(b.commonDir).toBe(a.commonDir);
    expect(await readHead(b)).toBe(b.head);
  });

  it('refuses what is no repository, and one without commits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-repository-'));
    made.push({ remove: () => rmSync(folder, { recursive: true }) });
    await expect(inspectRepository(folder)).rejects.toMatchObject({ code: 'LMCP_NOT_A_REPOSITORY' });
    await expect(inspectRepository(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'LMCP_NOT_A_REPOSITORY',
    });
    await expect(inspectRepository(scratch().root)).rejects.toMatchObject({ code: 'LMCP_NO_COMMITS' });
  });

  it('says what git said when it fails', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    const call = runGit({ cwd: repository.root }, ['rev-list', 'nowhere']);
    await expect(call).rejects.toMatchObject({ code: 'LMCP_GIT_FAILED' });
    await expect(call).rejects.toThrow(/nowhere/);
  });

  it('gives up on a silent git', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    const alias = 'alias.wait=!sleep 5';
    const call = runGit({ cwd: repository.root }, ['-c', alias, 'wait'], { silenceMs: 50 });
    await expect(call).rejects.toMatchObject({ code: 'LMCP_GIT_TIMEOUT' });
  });

  it.each([
    ['git@github.com:honojs/hono.git', 'github.com/honojs/hono'],
    ['ssh://git@GitHub.com:22/honojs/hono', 'github.com/honojs/hono'],
    ['https://token@github.com/honojs/hono.git/', 'github.com/honojs/hono'],
    ['/srv/git/app.git', null],
    ['../app', null],
    ['file:///srv/app', null],
  ])('normalises %s', (address, id) => expect(normaliseOrigin(address)).toBe(id));
});

describe('reading the head', () => {
  it('follows branches, packed refs and a detached head', async () => {
    const repository = scratch();
    const first = repository.change('one', ['a']);
    const place = await inspectRepository(repository.root);
    expect(await readHead(place)).toBe(first);
    const second = repository.change('two', ['a']);
    expect(await readHead(place)).toBe(second);
    repository.git('pack-refs', '--all');
    expect(await readHead(place)).toBe(second);
    repository.git('checkout', '-q', '--detach', first);
    expect(await readHead(place)).toBe(first);
  });

  it('answers null for what it does not understand', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'odd-head-'));
    made.push({ remove: () => rmSync(folder, { recursive: true }) });
    const place = { gitDir: folder, commonDir: folder };
    expect(await readHead(place)).toBeNull();
    mkdirSync(join(folder, 'refs'));
    writeFileSync(join(folder, 'HEAD'), 'ref: refs/../../../etc/passwd\n');
    expect(await readHead(place)).toBeNull();
  });
});

describe('following', () => {
  const step = async (repository: ScratchRepository, minedHead: string, shas: string[] = []) =>
    followHistory({
      repository: await inspectRepository(repository.root),
      minedHead,
      head: repository.head(),
      minedShas: shas,
      now: () => 1_700_000_000_500,
    });

  it('tells an extension from nothing new', async () => {
    const repository = scratch();
    const first = repository.change('one', ['a']);
    expect(await step(repository, first)).toEqual({ kind: 'same' });
    const second = repository.change('two', ['a']);
    expect(await step(repository, first)).toEqual({ kind: 'extended', since: first, head: second });
  });

  it('names what a rewrite made unreachable', async () => {
    const repository = scratch();
    const kept = repository.change('one', ['a']);
    const lost = repository.change('two', ['a']);
    repository.git('reset', '-q', '--hard', kept);
    const head = repository.change('other', ['b']);
    const found = await step(repository, lost);
    expect(found).toMatchObject({ kind: 'rewritten', since: lost, head });
    expect(found.kind === 'rewritten' && found.events[0]?.data).toMatchObject({
      case: 'historyRewritten',
      value: { oldHead: lost, newHead: head, unreachable: [lost] },
    });
  });

  it('retracts nothing when another branch is checked out', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    repository.git('checkout', '-q', '-b', 'side');
    const side = repository.change('side', ['b']);
    repository.git('checkout', '-q', 'main');
    repository.change('main', ['c']);
    expect(await step(repository, side)).toMatchObject({ kind: 'extended', since: side });
  });

  it('works from what was mined when git has thrown the old head away', async () => {
    const repository = scratch();
    const kept = repository.change('one', ['a']);
    const gone = 'f'.repeat(40);
    const found = await step(repository, gone, [kept, gone]);
    expect(found).toMatchObject({ kind: 'rewritten', since: null });
    expect(found.kind === 'rewritten' && found.events[0]?.data).toMatchObject({
      value: { unreachable: [gone] },
    });
  });
});
