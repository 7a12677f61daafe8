/** What names of versions say: the state they stand for, whether it is stored, and what may be named. */
import { describe, expect, it } from 'vitest';
import type { SnapshotInfo } from '../messages.js';
import { checkVersion } from './check-version.js';
import { Forgotten } from './forgotten.js';
import { VersionGraph } from './graph.js';
import { closed } from './lineage.js';
import { listVersions } from './list-versions.js';
import { moveHead } from './move-head.js';
import { movedHeads } from './moved-heads.js';
import { rebuilt } from './preview-forget.js';
import { lastOf } from './ranges.js';
import { usable } from './restore.js';
import { command, Rig, step, Trail, WORKSPACE } from './rig.js';
import { tagVersion } from './tag-version.js';
import { firstBranch, type LearnerVersions, VersionHistory } from './version-history.js';

const learner = 'trail';
const make = () => new Trail(learner, ['interactionFinished', 'predictionMade', 'feedbackGiven']);

async function scene(tools: string) {
  const rig = new Rig([make]);
  await rig.append([...tools].map((tool) => step(tool)));
  return Object.assign(rig, await rig.open());
}

describe('the log of versions', () => {
  it('gives no name the id of another state', async () => {
    const rig = await scene('abcdef');
    const empty = await tagVersion(rig.control, { learner, name: 'whole' });
    for (const at of [2, 4]) await tagVersion(rig.control, { learner, name: `t${at}`, ref: `@${at}` });
    await rig.host.folded(await rig.append([step('x')]));
    const { head, branches, tags, snapshots, unstored } = (await listVersions(rig.control, learner))!;
    expect(snapshots).toMatchObject([{ id: empty.id, offset: 6, tags: ['whole'] }]);
    expect(head.id).toBeNull();
    expect(branches).toMatchObject([{ name: 'main', id: null }]);
    expect(tags).toEqual([
      { name: 'whole', id: empty.id, offset: 6 },
      { name: 't2', id: null, offset: 2 },
      { name: 't4', id: null, offset: 4 },
    ]);
    expect(unstored).toEqual([
      { offset: head.offset, parent: empty.id, head: true, branches: ['main'], tags: [] },
      { offset: 4, parent: null, head: false, branches: [], tags: ['t4'] },
      { offset: 2, parent: null, head: false, branches: [], tags: ['t2'] },
    ]);
    await rig.host.stop();
  });

  it('takes a snapshot for a state from which only events of no concern divide it', async () => {
    const rig = await scene('ab');
    const { id } = await tagVersion(rig.control, { learner, name: 'good' });
    await rig.host.folded(await rig.append([command('ls')]));
    const { head, unstored } = (await listVersions(rig.control, learner))!;
    expect(head).toMatchObject({ id, folded: [[1, 4]] });
    expect(unstored).toEqual([]);
    await rig.host.stop();
  });
});

describe('a new name', () => {
  it('is refused in a dry run as it would be', async () => {
    const rig = await scene('abc');
    const check = (more: object) => checkVersion(rig.control, { learner, kind: 'tag', name: 'n', ...more });
    expect(await check({ ref: '@2' })).toEqual({ id: null, offset: 2 });
    await expect(check({ ref: 'nonsense' })).rejects.toMatchObject({ code: 'LMCP_UNKNOWN_VERSION' });
    for (const name of ['HEAD', 'a..b', '-x'])
      await expect(check({ name }), name).rejects.toMatchObject({ code: 'LMCP_BAD_NAME' });
    for (const kind of ['tag', 'branch'])
      await expect(check({ kind, name: 'main' })).rejects.toMatchObject({ code: 'LMCP_NAME_TAKEN' });
    expect((await rig.journal.open(WORKSPACE)).last).toBe(3);
    await rig.host.stop();
  });

  it('is one of at most 200 tags and 100 branches', () => {
    const many = (count: number) =>
      new Map(Array.from({ length: count }, (_, i) => [`n${i}`, [[1, 1]] as const]));
    const graph = (versions: Partial<LearnerVersions>) =>
      new VersionGraph({ ...new VersionHistory().of(learner), ...versions }, [], {
        forgotten: new Forgotten([], new Set()),
        last: 9,
      });
    expect(graph({ tags: many(199) }).newTag('one')).toBe('one');
    expect(() => graph({ tags: many(200) }).newTag('one')).toThrow('200 tags');
    expect(graph({ left: many(98) }).newName('one')).toBe('one');
    expect(() => graph({ left: many(99) }).newName('one')).toThrow('100 branches');
  });

  it('that a rollback made up gives way to newer ones', () => {
    const history = new VersionHistory();
    for (let n = 1; n <= 120; n += 1) {
      const value = { learner, branch: `rollback-${n}`, folded: [], how: 'rollback' };
      history.add({ sequence: n, event: { data: { case: 'headMoved', value } } } as never);
    }
    const left = [...history.of(learner).left.keys()];
    expect(left).toHaveLength(99);
    expect(left).toContain(firstBranch);
    expect(left).toContain('rollback-119');
    expect(left).not.toContain('rollback-1');
  });
});

describe('a reference that is too far back', () => {
  it('is answered with places that can be named, not with the place one stands at', async () => {
    const rig = await scene('abcdef');
    await expect(moveHead(rig.control, { learner, how: 'rollback', ref: 'HEAD~3' })).rejects.toThrow(
      'up to @6 can be named, such as @3.',
    );
    await rig.host.stop();
  });
});

it('tells which learners are not on their first branch', async () => {
  const rig = await scene('abcdef');
  expect(await movedHeads(rig.control)).toEqual([]);
  await moveHead(rig.control, { learner, how: 'rollback', ref: '@0' });
  for (let n = 0; n < 2; n += 1)
    expect(await movedHeads(rig.control)).toMatchObject([
      { learner, branch: 'rollback-6', offset: 0, undone: 6 },
    ]);
  await moveHead(rig.control, { learner, how: 'branch', branch: 'main' });
  expect(await movedHeads(rig.control)).toEqual([]);
  await rig.host.stop();
});

it('forgets outcomes that a move undid', async () => {
  const rig = await scene('ab');
  const receipt = { prediction: 'p', task: learner, ranked: ['x'] };
  const feedback = { prediction: 'p', correction: 'x' };
  const last = await rig.append([
    { source: 't', data: { case: 'predictionMade', value: receipt } },
    { source: 't', data: { case: 'feedbackGiven', value: feedback } },
  ] as never);
  await rig.host.folded(last);
  expect(rig.host.settledOf('p')).toMatchObject({ scores: { right: 1 } });
  await moveHead(rig.control, { learner, how: 'rollback', ref: '@2' });
  expect(rig.host.settledOf('p')).toBeUndefined();
  await rig.host.stop();
});

it('tells that learners are rebuilt only once no older state is being stored', async () => {
  const rig = await scene('ab');
  const seat = rig.host.seat(learner)!;
  let stored = () => {};
  rig.control.afterwards(seat, () => new Promise<void>((resolve) => (stored = resolve)));
  let isTold = false;
  const told = rebuilt(rig.control, 2, new AbortController().signal).then(() => {
    isTold = true;
  });
  for (let n = 0; n < 20; n += 1) await new Promise(setImmediate);
  expect(isTold).toBe(false);
  stored();
  await told;
  await rig.host.stop();
});

it('finds the same nearest snapshot as looking at all of them', () => {
  let state = 7;
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const ranges = () => {
    const out: [number, number][] = [];
    for (let n = random(4), at = 1; n > 0; n -= 1) {
      const from = at + random(3);
      const to = from + random(4);
      out.push([from, to]);
      at = to + 2;
    }
    return out;
  };
  const forgotten = new Forgotten([], new Set());
  for (let round = 0; round < 300; round += 1) {
    const infos = Array.from({ length: 12 }, (_, id) => ({ id: `${id}`, folded: ranges(), forgotten: 0 }));
    const snapshots = infos as unknown as SnapshotInfo[];
    const graph = new VersionGraph(new VersionHistory().of(learner), snapshots, { forgotten, last: 99 });
    const asked = ranges();
    const best = usable(snapshots, { lineage: closed(asked), forgotten }, lastOf(asked))[0];
    expect(graph.nearest(asked)?.folded).toEqual(best?.folded);
  }
});
