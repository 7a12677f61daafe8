import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { afterEach, describe, expect, it } from 'vitest';
import { type CommitLanded, EventSchema, FileChange_Status, payloadOf } from '../../../../proto/index.js';
import { ScratchRepository } from '../../contract/scratch-repository.js';
import { inspectRepository } from './inspect-repository.js';
import { type MiningRequest, mineHistory } from './mine-history.js';

const made: ScratchRepository[] = [];
function scratch(...init: string[]): ScratchRepository {
  const repository = new ScratchRepository(init.length > 0 ? init : undefined);
  made.push(repository);
  return repository;
}
afterEach(() => {
  for (const repository of made.splice(0)) repository.remove();
});

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

async function mine(root: string, more: Partial<MiningRequest> = {}): Promise<CommitLanded[]> {
  const commits: CommitLanded[] = [];
  const onBatch: MiningRequest['onBatch'] = (events) => {
    for (const init of events) {
      const commit = payloadOf(create(EventSchema, init), 'commitLanded');
      if (commit) commits.push(commit);
    }
  };
  await mineHistory({ repository: await inspectRepository(root), hash, onBatch, ...more });
  return commits;
}

const files = (commit: CommitLanded | undefined) =>
  commit?.files.map(({ path, status, previousPath }) => [path, FileChange_Status[status], previousPath]);

describe('mining a history', () => {
  it('tells renames, odd names, binaries and deletions, parents first', async () => {
    const repository = scratch();
    const first = repository.change('root', ['é ü.txt', 'line\nbreak "quoted"']);
    repository.write('data.bin', new Uint8Array([0, 1, 2, 0]));
    repository.git('mv', 'é ü.txt', 'renamed.txt');
    const second = repository.commit('rename');
    rmSync(join(repository.root, 'data.bin'));
    repository.commit('gone');
    const commits = await mine(repository.root);
    expect(commits.map(({ message }) => message)).toEqual(['root', 'rename', 'gone']);
    expect(commits.map(({ parents }) => parents)).toEqual([[], [first], [second]]);
    expect(files(commits[0])).toEqual([
      ['line\nbreak "quoted"', 'ADDED', ''],
      ['é ü.txt', 'ADDED', ''],
    ]);
    expect(files(commits[1])).toEqual([
      ['data.bin', 'ADDED', ''],
      ['renamed.txt', 'RENAMED', 'é ü.txt'],
    ]);
    expect(commits[1]?.files[0]).toMatchObject({ added: 0, deleted: 0 });
    expect(commits[0]?.files[1]?.added).toBe(21);
    expect(files(commits[2])).toEqual([['data.bin', 'DELETED', '']]);
  });

  it('knows bots before it hashes, and lets no name or address out', async () => {
    const repository = scratch();
    repository.change('by hand', ['a']);
    repository.change('by bot', ['a'], { name: 'renovate[bot]', email: 'bot@renovateapp.com' });
    const commits = await mine(repository.root);
    expect(commits.map(({ bot }) => bot)).toEqual([false, true]);
    expect(commits[0]?.author).toBe(hash('ada@example.org'));
    expect(JSON.stringify(commits)).not.toMatch(/Ada|ada@example|renovateapp/);
  });

  it('gives merges their parents and no files', async () => {
    const repository = scratch();
    repository.change('base', ['a']);
    repository.git('checkout', '-q', '-b', 'side');
    repository.change('side', ['b']);
    repository.git('checkout', '-q', 'main');
    repository.change('main', ['c']);
    repository.git('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    const merge = (await mine(repository.root)).at(-1);
    expect(merge?.parents).toHaveLength(2);
    expect(merge?.files).toEqual([]);
  });

  it('names generated files and keeps large commits whole', async () => {
    const repository = scratch();
    const many = Array.from({ length: 40 }, (_, at) => `src/file-${at}.ts`);
    repository.change('large', [...many, 'package-lock.json', 'CHANGELOG.md']);
    const [commit] = await mine(repository.root);
    expect(commit?.files).toHaveLength(42);
    expect(commit?.generatedPaths).toEqual(['CHANGELOG.md', 'package-lock.json']);
  });

  it('tells submodules and ignores what the configuration would run or show', async () => {
    const inner = scratch();
    inner.change('inner', ['x']);
    const repository = scratch();
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'sub');
    repository.commit('with submodule');
    repository.git('config', 'diff.external', 'false');
    repository.git('config', 'log.showSignature', 'true');
    repository.git('config', 'diff.renames', 'false');
    repository.git('mv', '.gitmodules', 'modules');
    repository.commit('renamed');
    const commits = await mine(repository.root);
    expect(files(commits[0])).toEqual([
      ['.gitmodules', 'ADDED', ''],
      ['sub', 'ADDED', ''],
    ]);
    expect(files(commits[1])?.[0]?.[1]).toBe('RENAMED');
  });

  it('waits for each batch, tells progress, and mines an extension alone', async () => {
    const repository = scratch();
    const shas = [1, 2, 3, 4, 5].map((n) => repository.change(`change ${n}`, ['a']));
    const seen: [number, number | null][] = [];
    let open = 0;
    await mine(repository.root, {
      limits: { batch: 2 },
      progress: (done, total) => seen.push([done, total]),
      onBatch: async () => {
        open += 1;
        expect(open).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open -= 1;
      },
    });
    expect(seen).toEqual([
      [2, 5],
      [4, 5],
      [5, 5],
    ]);
    const since = shas[2] ?? '';
    expect((await mine(repository.root, { since })).map(({ sha }) => sha)).toEqual(shas.slice(3));
  });

  it('ends a batch by bytes, and mines a list of commits as it stands', async () => {
    const repository = scratch();
    const shas = [1, 2, 3].map((n) => repository.change(`change ${n}`, [`${'long'.repeat(40)}-${n}`]));
    const batches: number[] = [];
    await mine(repository.root, {
      limits: { batchBytes: 700 },
      onBatch: (events) => void batches.push(events.length),
    });
    expect(batches).toEqual([2, 1]);
    const only = [shas[2] ?? '', shas[0] ?? ''];
    const listed = await mine(repository.root, { only, source: 'git:abc' });
    expect(listed.map(({ sha }) => sha)).toEqual(only);
    expect(listed.map((commit) => files(commit)?.length)).toEqual([1, 1]);
    expect(await mine(repository.root, { only: [] })).toEqual([]);
  });

  it('reads bare and shallow clones, and a detached head', async () => {
    const repository = scratch();
    const shas = [1, 2, 3].map((n) => repository.change(`change ${n}`, ['a', `b${n}`]));
    repository.git('checkout', '-q', '--detach', shas[1] ?? '');
    expect(await mine(repository.root)).toHaveLength(2);
    repository.git('checkout', '-q', 'main');
    const bare = scratch('clone', '-q', '--bare', repository.root, '.');
    expect(await mine(bare.root)).toHaveLength(3);
    const shallow = scratch('clone', '-q', '--depth', '2', `file://${repository.root}`, '.');
    expect((await inspectRepository(shallow.root)).shallow).toBe(true);
    expect(await mine(shallow.root)).toHaveLength(2);
  });

  it('goes on without line counts where a blob is missing', async () => {
    const repository = scratch();
    repository.change('one', ['a', 'b']);
    repository.change('two', ['a']);
    const blob = repository.git('rev-parse', 'HEAD~1:a').trim();
    rmSync(join(repository.root, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    const commits = await mine(repository.root);
    expect(commits.map(({ message }) => message)).toEqual(['one', 'two']);
    expect(files(commits[1])).toEqual([['a', 'MODIFIED', '']]);
  });

  it('stops when it is told to', async () => {
    const repository = scratch();
    repository.change('one', ['a']);
    const stop = new AbortController();
    stop.abort();
    await expect(mine(repository.root, { signal: stop.signal })).rejects.toMatchObject({
      code: 'LMCP_CANCELLED',
    });
  });
});
