/** Forgetting in a workspace that serves: who is rebuilt, what answers meanwhile, what is left on disk, and what is told. */
import { describe, expect, it } from 'vitest';
import { digestOf } from './feed.js';
import { Forgotten } from './forgotten.js';
import { previewForget } from './preview-forget.js';
import { versionQuery } from './queries.js';
import { command, forgetting, type Hosted, Rig, step, Trail, WORKSPACE } from './rig.js';
import { tagVersion } from './tag-version.js';

const make = [
  () => new Trail('steps', ['interactionFinished', 'predictionMade']),
  () => new Trail('commands', ['commandFinished']),
];
const never = new AbortController().signal;

async function scene(count = 6): Promise<Rig & Hosted> {
  const rig = new Rig(make);
  await rig.append(Array.from({ length: count }, (_, i) => (i % 2 === 0 ? step(`t${i}`) : command(`c${i}`))));
  return Object.assign(rig, await rig.open());
}

const trail = ({ host }: Hosted, task = 'steps') => host.learner(task) as Trail;

describe('forgetting', () => {
  it('answers nothing from what was forgotten, not even while the rest is folded anew', async () => {
    const rig = await scene();
    const seen: number[] = [];
    const snapshots = rig.journal.snapshots.bind(rig.journal);
    rig.journal.snapshots = async (...asked) => {
      seen.push(trail(rig).learned);
      return snapshots(...asked);
    };
    expect(trail(rig).learned).toBe(3);
    await rig.host.folded(await rig.append([forgetting([3])]));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain(3);
    expect(trail(rig).learned).toBe(2);
    await rig.host.stop();
  });

  it('keeps no snapshot that knows what was forgotten, and begins at one that does not', async () => {
    const rig = await scene();
    await tagVersion(rig.control, { learner: 'steps', name: 'early' });
    const early = (await rig.journal.snapshots(WORKSPACE, 'steps')).map(({ id }) => id);
    const late = await rig.append([step('late')]);
    await rig.host.folded(late);
    await tagVersion(rig.control, { learner: 'steps', name: 'late' });
    await rig.host.folded(await rig.append([forgetting([late])]));
    expect((await rig.journal.snapshots(WORKSPACE, 'steps')).map(({ id }) => id)).toEqual(early);
    expect(rig.host.seat('steps')!.restoredAt).toBe(6);
    expect(trail(rig).learned).toBe(3);
    await rig.host.stop();
  });

  it('leaves the snapshots of a learner that consumes none of it, compaction included', async () => {
    const rig = await scene();
    const tagged = await tagVersion(rig.control, { learner: 'commands', name: 'good' });
    const value = { sequences: [1n, 3n], types: ['interactionFinished'] };
    await rig.host.folded(await rig.append([{ data: { case: 'eventsForgotten', value } }]));
    await rig.journal.compact(WORKSPACE);
    const ids = (await rig.journal.snapshots(WORKSPACE, 'commands')).map(({ id }) => id);
    expect(ids).toEqual([tagged.id]);
    await rig.host.stop();
  });

  it('tells what was rebuilt once it is, also when many events say what is forgotten', async () => {
    const rig = await scene(400);
    const first = await rig.append([forgetting([1, 2])]);
    const last = await rig.append([forgetting([3]), forgetting([5, 7])]);
    const told = await versionQuery(rig.control, { query: 'rebuilt', argument: { sequence: last } }, never);
    expect(last).toBe(first + 2);
    expect(told).toMatchObject([
      { task: 'steps', rebuilt: true, digest: digestOf(trail(rig)) },
      { task: 'commands', rebuilt: true, digest: digestOf(trail(rig, 'commands')) },
    ]);
    expect([trail(rig).learned, trail(rig, 'commands').learned]).toEqual([196, 199]);
    await rig.host.stop();
  });

  it('shows beforehand what it would leave, of the learners it concerns, and changes nothing', async () => {
    const rig = await scene();
    const before = digestOf(trail(rig));
    const preview = await previewForget(rig.control, [[3, 3]]);
    expect(preview).toMatchObject([{ task: 'steps', affected: 1, before: { digest: before } }]);
    expect(digestOf(trail(rig))).toBe(before);
    await rig.host.folded(await rig.append([forgetting([3])]));
    expect(preview[0]!.after.digest).toBe(digestOf(trail(rig)));
    expect(await previewForget(rig.control, [[3, 3]])).toEqual([]);
    await rig.host.stop();
  });

  it('concerns the learners of the types it names; all when it names none', () => {
    const consumes = new Set(['commitLanded'] as const);
    const named = [[5, 6]] as const;
    const state = { folded: [[1, 9]] as const, forgotten: 0 };
    const told = (types: readonly string[]) => new Forgotten([{ sequence: 12, named, types }], consumes);
    expect(told(['commitLanded', 'logLine']).taints(state)).toBe(true);
    expect(told([]).taints(state)).toBe(true);
    const other = told(['logLine']);
    expect([other.taints(state), other.isAudit(8, 7), other.has(5)]).toEqual([false, false, true]);
    expect(told([]).taints({ folded: [[1, 4]], forgotten: 0 })).toBe(false);
    expect(told([]).taints({ ...state, forgotten: 12 })).toBe(false);
    expect([told([]).isAudit(8, 5), told([]).isAudit(8, 4), told([]).isAudit(13, 9)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('queries about versions', () => {
  it('are parsed, and answered by the server that has the learner', async () => {
    const rig = await scene();
    const ask = (query: string, argument: unknown) => versionQuery(rig.control, { query, argument }, never);
    expect(await ask('versions', { learner: 'steps' })).toMatchObject({
      branch: 'main',
      head: { offset: 6 },
    });
    expect(await ask('versions', { learner: 'elsewhere' })).toBeNull();
    expect(await ask('tag', { learner: 'steps', name: 'now' })).toMatchObject({ tag: 'now', offset: 6 });
    expect(await ask('moveHead', { learner: 'steps', ref: '@1', how: 'rollback' })).toMatchObject({
      undone: 2,
    });
    expect(await ask('compare', { learner: 'steps', a: 'now', b: 'HEAD' })).toMatchObject({
      onlyA: 2,
      onlyB: 0,
    });
    expect(await ask('another', {})).toBeUndefined();
    await expect(ask('moveHead', { learner: 'steps', how: 'sideways' })).rejects.toMatchObject({
      code: 'LMCP_INVALID_PARAMS',
    });
    for (const query of ['tag', 'compare', 'moveHead'])
      await expect(
        ask(query, { learner: 'none', name: 'n', a: 'HEAD', b: 'HEAD', ref: 'HEAD', how: 'rollback' }),
      ).rejects.toMatchObject({ code: 'LMCP_UNKNOWN_LEARNER' });
    await rig.host.stop();
  });
});
