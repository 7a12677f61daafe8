import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AdapterServices } from '../../../../runtime/index.js';
import { ScratchRepository } from '../../contract/scratch-repository.js';
import { GitFollower } from './adapter.js';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A follower whose clock stands and whose jobs are only counted; `fail` makes them fail. */
function follow(root: string, { primary = true, learned = null as string | null, size = 0 } = {}) {
  const state = { now: 1_000_000, jobs: [] as string[], logs: [] as string[], fail: '' };
  const services = {
    workspace: { id: root, learner: () => ({ head: learned, size }) },
    now: () => state.now,
    log: (level: string, text: string) => state.logs.push(`${level}: ${text}`),
    setLearning: () => undefined,
    signal: new AbortController().signal,
    job: async (_: URL, name: string, { head }: { head: string }) => {
      state.jobs.push(name);
      if (state.fail !== '') throw new Error(state.fail);
      return { head, commits: 1, rewritten: false };
    },
  } as unknown as AdapterServices;
  const follower = new GitFollower(services, { root, primary });
  ends.push(() => follower.stop());
  return { state, follower };
}

function scratch(): ScratchRepository {
  const repository = new ScratchRepository();
  ends.push(() => repository.remove());
  return repository;
}
const settled = (promise: Promise<void>) =>
  promise.then(
    () => 'fine',
    ({ code }) => code ?? 'failed',
  );

describe('the git follower', () => {
  it('begins anew when a first look failed, once what broke is mended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'follow-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    const { state, follower } = follow(folder);
    expect(await settled(follower.ready)).toBe('LMCP_NOT_A_REPOSITORY');
    new ScratchRepository(['init', '-q', '-b', 'main', folder]).remove();
    state.now += 5_000;
    expect(await settled(follower.ready)).toBe('LMCP_NO_COMMITS');
    expect(state.logs.at(-1)).toMatch(/^info: .*no commit yet/);
    const repository = scratch();
    repository.change('one', ['a']);
    rmSync(join(folder, '.git'), { recursive: true });
    renameSync(join(repository.root, '.git'), join(folder, '.git'));
    state.now += 60_000;
    follower.touch();
    await vi.waitFor(() => expect(state.jobs).toEqual(['catchUp', 'indexSources']));
    expect(await settled(follower.ready)).toBe('fine');
  });

  it('waits longer after each failure, up to a minute, and says each failure once', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    const { state, follower } = follow(repository.root);
    await follower.ready;
    state.fail = 'the disk is full';
    repository.change('two', ['a']);
    state.now += 500;
    follower.touch();
    await vi.waitFor(() => expect(state.jobs).toHaveLength(3));
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      expect(await settled(follower.ready)).toBe('failed');
      const { length } = state.jobs;
      state.now += seconds * 1000 - 600;
      follower.touch();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(state.jobs).toHaveLength(length);
      state.now += 600;
      follower.touch();
      await vi.waitFor(() => expect(state.jobs).toHaveLength(length + 1));
    }
    expect(state.logs).toHaveLength(1);
    state.fail = '';
    state.now += 60_000;
    follower.touch();
    await vi.waitFor(() => expect(state.jobs.at(-1)).toBe('indexSources'));
  });

  it('asks no job where the head is learned; another place asks unless all behind it is held too', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    const learned = repository.change('two', ['a']);
    const primary = follow(repository.root, { learned, size: 1 });
    await primary.follower.ready;
    expect(primary.state.jobs).toEqual([]);
    const whole = follow(repository.root, { primary: false, learned, size: 2 });
    await whole.follower.ready;
    expect(whole.state.jobs).toEqual([]);
    const part = follow(repository.root, { primary: false, learned, size: 1 });
    await part.follower.ready;
    expect(part.state.jobs).toEqual(['catchUp']);
  });

  it('tells a broken repository from one without commits', async () => {
    const repository = scratch();
    const head = repository.change('one', ['a']);
    const branch = join(repository.root, '.git/refs/heads/main');
    const object = join(repository.root, '.git/objects', head.slice(0, 2));
    writeFileSync(branch, '');
    expect(await settled(follow(repository.root).follower.ready)).toBe('LMCP_GIT_FAILED');
    writeFileSync(branch, `${head}\n`);
    expect(readFileSync(branch, 'utf8').trim()).toBe(head);
    renameSync(object, `${object}-away`);
    mkdirSync(object);
    expect(await settled(follow(repository.root).follower.ready)).toBe('LMCP_GIT_FAILED');
    rmSync(branch);
    expect(await settled(follow(repository.root).follower.ready)).toBe('LMCP_NO_COMMITS');
  });
});
