/** Learning over time: snapshots, new commits, rewritten history, feedback, captured calls. */
import { describe, expect, it } from 'vitest';
import { callChecked, connectors, v1Stdio } from '../clients.js';
import { ended, sandboxes, until } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

interface LearnedJson {
  state: { offset: number };
  digests: { learners: { task: string; restoredAt: number; digest: string }[] };
}
interface ReplayAll {
  equal: boolean;
  learners: { task: string; digest: string }[];
}

const sandbox = sandboxes();

const digestOf = (all: ReplayAll, task: string) =>
  all.learners.find((learner) => learner.task === task)?.digest;

describe('learning', () => {
  it(verifies('learn:resume'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(80);
    const daemon = await box.start(repository.root);
    const before = await box.json<LearnedJson>(['learn', repository.root]);
    await ended(daemon.child);
    await box.start(repository.root);
    const after = await box.json<LearnedJson>(['learn', repository.root]);
    const coChange = (learned: LearnedJson) =>
      learned.digests.learners.find(({ task }) => task === 'co-change');
    expect(coChange(after)?.restoredAt).toBeGreaterThan(0);
    expect(coChange(after)?.digest).toBe(coChange(before)?.digest);
    const all = await box.json<ReplayAll>(['replay', '--all', '--repo', repository.root]);
    expect(all.equal).toBe(true);
    expect(digestOf(all, 'co-change')).toBe(coChange(before)?.digest);
  });

  it(verifies('learn:follows'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(40);
    await box.start(repository.root);
    const first = await box.json<LearnedJson>(['learn', repository.root]);
    const base = repository.git('rev-parse', 'HEAD').trim();
    for (let i = 0; i < 6; i++) repository.commit(`pair ${i}`, ['src/new.ts', 'lib/partner.ts']);
    const client = await v1Stdio({ sandbox: box, repo: repository.root });
    const ask = async () => {
      const result = await client.callTool({ name: 'related_files', arguments: { paths: ['src/new.ts'] } });
      return (
        (result.structuredContent as { files: { path: string }[] | null }).files?.map(({ path }) => path) ??
        []
      );
    };
    await until('the new pair to be known', async () => (await ask())[0] === 'lib/partner.ts', 15_000);
    repository.git('reset', '-q', '--hard', base);
    repository.commit('another way', ['src/parser.ts', 'test/parser.test.ts']);
    await until(
      'the rewritten commits to be gone',
      async () => !(await ask()).includes('lib/partner.ts'),
      15_000,
    );
    await client.close();
    expect((await box.json<ReplayAll>(['replay', '--all', '--repo', repository.root])).equal).toBe(true);
    expect(first.state.offset).toBeGreaterThan(40);
  });

  it(verifies('receipts:feedback'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(60);
    const daemon = await box.start(repository.root);
    await box.json(['learn', repository.root]);
    const connect = connectors['v2, 2026-07-28, HTTP']!;
    const client = await connect({ sandbox: box, daemon, repo: repository.root });
    const asked = await callChecked(client, 'related_files', { paths: ['src/reader.ts'] });
    expect(asked.prediction).toEqual(expect.any(String));
    const wrong = { prediction: asked.prediction, accepted: false, correction: 'test/reader.test.ts' };
    const settled = await callChecked(client, 'give_feedback', wrong);
    expect(settled).toMatchObject({ settled: true, task: 'co-change' });
    expect(await callChecked(client, 'give_feedback', wrong)).toMatchObject({ settled: false });
    const { tasks } = (await callChecked(client, 'learning_report', { task: 'co-change' })) as {
      tasks: { kind: string; n: number }[];
    };
    expect(tasks.find(({ kind }) => kind === 'live')?.n).toBe(1);
    const shown = await box.json<{ stations: { station: string; what: string }[] }>([
      'replay',
      '--event',
      String(asked.prediction),
      '--repo',
      repository.root,
    ]);
    expect(shown.stations.map(({ station }) => station)).toEqual(
      expect.arrayContaining(['source', 'journal', 'learner development/co-change', 'settled']),
    );
    expect(shown.stations.at(-1)?.what).toContain('scores');
    await client.close();
  });

  it(verifies('capture:interactions'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(30);
    const daemon = await box.start(repository.root);
    await box.json(['learn', repository.root]);
    const client = await connectors['v2, 2026-07-28, HTTP']!({ sandbox: box, daemon, repo: repository.root });
    for (let i = 0; i < 60; i++)
      await client.callTool({ name: 'related_files', arguments: { paths: ['src/parser.ts'] } });
    const learned = async () => {
      const { tasks } = (await callChecked(client, 'learning_report', { task: 'next-action' })) as {
        tasks: { kind: string; n: number }[];
      };
      return (tasks.find(({ kind }) => kind === 'history')?.n ?? 0) >= 50;
    };
    await until('the calls to be learned', learned);
    await client.close();
  });
});

describe('work trees', () => {
  it(verifies('learn:places'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(40);
    const daemon = await box.start(repository.root);
    await box.json(['learn', repository.root]);
    const tree = `${repository.root}-tree é`;
    repository.git('worktree', 'add', '-q', '-b', 'other', tree);
    const inTree = new TestRepository(tree, { exists: true });
    for (let i = 0; i < 6; i++) inTree.commit(`tree pair ${i}`, ['src/tree.ts', 'lib/tree-partner.ts']);
    await box.json(['learn', tree]);
    const client = await connectors['v2, 2026-07-28, stdio']!({ sandbox: box, daemon, repo: tree });
    const asked = await callChecked(client, 'related_files', { paths: [`${tree}/src/tree.ts`] });
    const files = asked.files as { path: string }[];
    expect(files[0]?.path).toBe('lib/tree-partner.ts');
    await client.close();
    const first = await v1Stdio({ sandbox: box, repo: repository.root });
    const result = await first.callTool({ name: 'related_files', arguments: { paths: ['src/parser.ts'] } });
    expect((result.structuredContent as { files: unknown[] }).files.length).toBeGreaterThan(0);
    await first.close();
    expect((await box.json<ReplayAll>(['replay', '--all', '--repo', repository.root])).equal).toBe(true);
  });
});
