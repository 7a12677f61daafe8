/** Moving a learner's head: what is undone stays undone, whatever happens to process and snapshots. */
import { describe, expect, it } from 'vitest';
import { compareVersions } from './compare-versions.js';
import { digestOf } from './feed.js';
import { listVersions } from './list-versions.js';
import { moveHead } from './move-head.js';
import { command, type Hosted, Rig, step, Trail, WORKSPACE } from './rig.js';
import { tagVersion } from './tag-version.js';

const learner = 'trail';
const make = () => new Trail(learner, ['interactionFinished', 'predictionMade', 'feedbackGiven']);

/** Digest of a learner that learned just these steps. */
function digestAfter(tools: string): string {
  const trail = make();
  for (const tool of tools)
    trail.learnOne({
      sequence: 0,
      event: { data: { case: 'interactionFinished', value: { tool } } },
    } as never);
  return digestOf(trail);
}

async function scene(tools = ''): Promise<Rig & Hosted> {
  const rig = new Rig([make]);
  if (tools !== '') await rig.append([...tools].map((tool) => step(tool)));
  return Object.assign(rig, await rig.open());
}

async function learn(rig: Rig & Hosted, tools: string): Promise<void> {
  await rig.host.folded(await rig.append([...tools].map((tool) => step(tool))));
}

const digest = ({ host }: Hosted) => digestOf(host.learner(learner)!);

describe('moving a head', () => {
  it('rolls back, learns on from there, and comes back to what it left', async () => {
    const rig = await scene('abcdef');
    const rolled = await moveHead(rig.control, { learner, how: 'rollback', ref: '@3' });
    expect(rolled).toMatchObject({
      moved: true,
      undone: 3,
      regained: 0,
      offset: 3,
      rebuilt: true,
      branch: 'rollback-6',
    });
    expect(digest(rig)).toBe(digestAfter('abc'));
    await learn(rig, 'xy');
    expect(digest(rig)).toBe(digestAfter('abcxy'));
    const back = await moveHead(rig.control, { learner, how: 'branch', ref: 'main' });
    expect(back).toMatchObject({ branch: 'main', undone: 2, regained: 3, rebuilt: false });
    expect(digest(rig)).toBe(digestAfter('abcdef'));
    await rig.host.stop();
  });

  it('does nothing for a rollback to the state it has, and says so', async () => {
    const rig = await scene('abc');
    const before = (await rig.journal.open(WORKSPACE)).last;
    const answer = await moveHead(rig.control, { learner, how: 'rollback', ref: 'HEAD' });
    expect(answer).toMatchObject({ moved: false, sequence: 0, undone: 0, branch: 'main' });
    expect((await rig.journal.open(WORKSPACE)).last).toBe(before);
    await rig.host.stop();
  });

  it('merges what two branches learned, each event once and in the journal’s order', async () => {
    const rig = await scene('ab');
    await moveHead(rig.control, { learner, how: 'branch', branch: 'try' });
    await learn(rig, 'cd');
    await moveHead(rig.control, { learner, how: 'branch', branch: 'main' });
    await learn(rig, 'ef');
    expect(digest(rig)).toBe(digestAfter('abef'));
    expect(await moveHead(rig.control, { learner, how: 'merge', ref: 'try' })).toMatchObject({
      branch: 'main',
      undone: 0,
      regained: 2,
    });
    expect(digest(rig)).toBe(digestAfter('abcdef'));
    expect(await moveHead(rig.control, { learner, how: 'merge', ref: 'try' })).toMatchObject({
      moved: false,
    });
    await learn(rig, 'g');
    expect(digest(rig)).toBe(digestAfter('abcdefg'));
    await rig.host.stop();
  });

  it.each(['kept', 'lost'])(
    'does not relearn what was undone after a restart with snapshots %s',
    async (left) => {
      const rig = await scene('abcd');
      await moveHead(rig.control, { learner, how: 'rollback', ref: '@2' });
      await learn(rig, 'x');
      await rig.host.stop();
      if (left === 'lost') await rig.loseSnapshots(learner);
      const again = await rig.open();
      expect(digest(again)).toBe(digestAfter('abx'));
      await again.host.stop();
    },
  );

  it('finishes a move that a crash cut off between the event and the fold', async () => {
    const rig = await scene('abcd');
    await rig.host.stop();
    const folded = [{ from: 1n, to: 2n }];
    const value = { learner, branch: 'b', folded, how: 'rollback' };
    await rig.append([{ data: { case: 'headMoved', value } }, step('x')]);
    const again = await rig.open();
    expect(digest(again)).toBe(digestAfter('abx'));
    await again.host.stop();
  });

  it('takes a move that nobody prepared while it folds', async () => {
    const rig = await scene('abcd');
    const value = { learner, branch: 'b', folded: [{ from: 2n, to: 3n }], how: 'rollback' };
    const last = await rig.append([{ data: { case: 'headMoved', value } }, step('x')]);
    await rig.host.folded(last);
    expect(digest(rig)).toBe(digestAfter('bcx'));
    await rig.host.stop();
  });

  it('folds anew where a snapshot is damaged, and says so', async () => {
    const rig = await scene('ab');
    const { id } = await tagVersion(rig.control, { learner, name: 'good' });
    await learn(rig, 'cd');
    for (const { key, value } of [...rig.store.range({ start: `state/${id}/`, end: `state/${id}0` })])
      await rig.store.write([{ put: key, value: value.map((byte) => byte ^ 0x55) }]);
    const moved = await moveHead(rig.control, { learner, how: 'rollback', ref: 'good' });
    expect(moved.rebuilt).toBe(true);
    expect(rig.log.join()).toContain('damaged');
    expect(digest(rig)).toBe(digestAfter('ab'));
    await rig.host.stop();
  });

  it('loses nothing that comes between the question and the move of a branch at the head', async () => {
    const rig = await scene('ab');
    const append = rig.journal.append.bind(rig.journal);
    rig.journal.append = async (workspace, events) => {
      rig.journal.append = append;
      await append(workspace, [step('c')]);
      return append(workspace, events);
    };
    await moveHead(rig.control, { learner, how: 'branch', branch: 'b' });
    expect(digest(rig)).toBe(digestAfter('abc'));
    await rig.host.stop();
  });

  it('takes a prepared state once: what it learned since is not taken for it', async () => {
    const rig = await scene('abcd');
    const append = rig.journal.append.bind(rig.journal);
    rig.journal.append = async (workspace, events) => {
      rig.journal.append = append;
      const first = await append(workspace, events);
      await rig.host.folded(first);
      return append(workspace, [step('x'), ...events]);
    };
    await moveHead(rig.control, { learner, how: 'rollback', ref: '@2' });
    expect(digest(rig)).toBe(digestAfter('ab'));
    await rig.host.stop();
  });

  it('names learners, versions and names that are wrong', async () => {
    const rig = await scene('abc');
    const refused = (move: object) => moveHead(rig.control, { learner, how: 'rollback', ...move });
    await expect(refused({ learner: 'none', ref: 'HEAD' })).rejects.toMatchObject({
      code: 'LMCP_UNKNOWN_LEARNER',
    });
    for (const ref of ['nowhere', '@99', 'abcdef01', 'HEAD~3', 'abc'])
      await expect(refused({ ref }), ref).rejects.toMatchObject({ code: 'LMCP_UNKNOWN_VERSION' });
    for (const branch of ['HEAD', '-x', 'a b', 'a'.repeat(65)])
      await expect(refused({ ref: '@1', branch }), branch).rejects.toMatchObject({ code: 'LMCP_BAD_NAME' });
    await expect(refused({ ref: '@1', branch: 'main' })).rejects.toMatchObject({ code: 'LMCP_NAME_TAKEN' });
    await expect(refused({ how: 'branch', ref: '@1', branch: 'main' })).rejects.toMatchObject({
      code: 'LMCP_NAME_TAKEN',
    });
    await rig.host.stop();
  });
});

describe('versions of a learner', () => {
  it('lists head, branches, tags and snapshots with their parents', async () => {
    const rig = await scene('ab');
    const good = await tagVersion(rig.control, { learner, name: 'good' });
    await learn(rig, 'cd');
    const { from, to } = await moveHead(rig.control, {
      learner,
      how: 'rollback',
      ref: 'HEAD~1',
      branch: 'b',
    });
    expect([from, to]).toEqual([good.id, good.id]);
    // What was left is stored after the answer.
    await rig.control.idle();
    const versions = (await listVersions(rig.control, learner))!;
    expect(versions).toMatchObject({
      branch: 'b',
      head: { id: good.id, offset: 2, folded: [[1, 2]] },
      branches: [
        { name: 'b', id: good.id, offset: 2, active: true },
        { name: 'main', id: expect.stringMatching(/^[0-9a-f]{64}$/), active: false },
      ],
      tags: [{ name: 'good', id: good.id, offset: 2 }],
    });
    expect(
      versions.snapshots.map(({ id, parents, branch, tags }) => ({ id, parents, branch, tags })),
    ).toEqual([
      { id: versions.branches[1]!.id, parents: [good.id], branch: 'main', tags: [] },
      { id: good.id, parents: [], branch: 'b', tags: ['good'] },
    ]);
    expect(await listVersions(rig.control, 'of-another-server')).toBeNull();
    await rig.host.stop();
  });

  it('leaves a tag its exact snapshot through moves away and back that learn nothing', async () => {
    const rig = await scene('abc');
    const base = await tagVersion(rig.control, { learner, name: 'base' });
    await moveHead(rig.control, { learner, how: 'branch', branch: 'try' });
    await learn(rig, 'd');
    await moveHead(rig.control, { learner, how: 'branch', ref: 'main' });
    await rig.control.idle();
    await moveHead(rig.control, { learner, how: 'branch', ref: 'try' });
    await rig.control.idle();
    const exact = (await rig.journal.snapshots(WORKSPACE, learner)).filter(({ offset }) => offset === 3);
    expect(exact).toMatchObject([{ id: base.id, folded: [[1, 3]] }]);
    const { tags } = (await listVersions(rig.control, learner))!;
    expect(tags).toMatchObject([{ name: 'base', id: base.id, offset: 3 }]);
    const back = await moveHead(rig.control, { learner, how: 'rollback', ref: 'base' });
    expect(back).toMatchObject({ rebuilt: false, to: base.id });
    await rig.host.stop();
  });

  it('stores a state where it is named, though an equal one is stored further along', async () => {
    const rig = await scene('abc');
    const quiet = await rig.append([command('not learned'), command('nor this')]);
    await rig.host.folded(quiet);
    await rig.host.stop();
    const { host, control } = await rig.open();
    const stored = async () => (await rig.journal.snapshots(WORKSPACE, learner)).map(({ offset }) => offset);
    expect(await stored()).toEqual([quiet]);
    await moveHead(control, { learner, how: 'rollback', ref: '@3', branch: 'back' });
    await moveHead(control, { learner, how: 'branch', ref: '@3', branch: 'again' });
    const tagged = await tagVersion(control, { learner, name: 'three', ref: '@3' });
    expect(tagged).toMatchObject({ offset: 3, id: expect.any(String) });
    expect(await stored()).toContain(3);
    await host.stop();
  });

  it('names no snapshot that is gone, and stores again what is tagged and what is left', async () => {
    const rig = await scene('abc');
    const first = await tagVersion(rig.control, { learner, name: 'first' });
    await rig.loseSnapshots(learner);
    const again = await tagVersion(rig.control, { learner, name: 'again' });
    const stored = async () => (await rig.journal.snapshots(WORKSPACE, learner)).map(({ id }) => id);
    expect(again.id).toBe(first.id);
    expect(await stored()).toEqual([first.id]);
    await rig.loseSnapshots(learner);
    const moved = await moveHead(rig.control, { learner, how: 'rollback', ref: '@2' });
    expect(moved).toMatchObject({ moved: true, from: null });
    await rig.control.idle();
    expect(await stored()).toContain(first.id);
    await rig.host.stop();
  });

  it('compares two versions, stored or not', async () => {
    const rig = await scene('abcd');
    await moveHead(rig.control, { learner, how: 'rollback', ref: '@2' });
    await learn(rig, 'xyz');
    const compared = await compareVersions(rig.control, { learner, a: 'main', b: 'HEAD' });
    expect(compared).toMatchObject({ onlyA: 2, onlyB: 3, a: { ref: 'main' }, b: { ref: 'HEAD' } });
    expect(await compareVersions(rig.control, { learner, a: '@1', b: '@2' })).toMatchObject({
      onlyA: 0,
      onlyB: 1,
    });
    await rig.host.stop();
  });
});
