/** Versions of learners through the tool and the command line: tags, rollback, branches, merge, and a restart in between. */
import { describe, expect, it } from 'vitest';
import { callChecked, connectors } from '../clients.js';
import { ended, sandboxes } from '../daemon.js';
import { writeSources } from '../four-sources.js';
import { callTool } from '../http-call.js';
import { digestOf, learn } from '../learned.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = sandboxes();

/** A daemon on a new repository, and how it learns more. */
async function begun() {
  const box = sandbox();
  const { root } = new TestRepository().withHabits(3);
  const daemon = await box.start(root);
  const load = (options: { sessions: number; seed: number }) =>
    learn({ root, daemon }, writeSources(box.data, options));
  const models = (...args: string[]) =>
    box.json<{ moved: { undone: number; regained: number } }>(['models', ...args, '--repo', root]);
  return { box, root, daemon, load, models };
}

const firstHalf = { sessions: 20, seed: 1 };
const secondHalf = { sessions: 12, seed: 2 };

describe('models', { timeout: 120_000 }, () => {
  it(verifies('versions:moves'), async () => {
    const { box, root, daemon, load, models } = await begun();
    await load(firstHalf);
    const good = await digestOf({ root, daemon });
    const target = { sandbox: box, daemon, repo: root, server: 'learning' };
    const client = await connectors['v1, HTTP']!(target);
    const about = { learner: 'next-action' };
    const tagged = await callChecked(client, 'models', { action: 'tag', ...about, name: 'good' });
    expect(tagged).toMatchObject({ branch: 'main', tags: [{ name: 'good' }] });
    const { snapshots } = tagged as { snapshots: { id: string; offset: number; scorecard: object[] }[] };
    expect(snapshots[0]?.scorecard).toContainEqual(expect.objectContaining({ kind: 'history', n: 800 }));
    await load(secondHalf);
    const whole = await digestOf({ root, daemon });
    expect(whole).not.toBe(good);

    const dry = await callChecked(client, 'models', {
      action: 'rollback',
      ...about,
      ref: 'good',
      dryRun: true,
    });
    expect(dry).toMatchObject({ branch: 'main', moved: null, compare: { onlyB: 0 } });
    // What is asked of it is kept as a call, too, though it is not learned from.
    expect((dry.compare as { onlyA: number }).onlyA).toBeGreaterThanOrEqual(480);
    expect(await digestOf({ root, daemon })).toBe(whole);

    const back = await callChecked(client, 'models', { action: 'rollback', ...about, ref: 'good' });
    expect(back.branch).toMatch(/^rollback-\d+$/);
    const { undone } = back.moved as { undone: number };
    expect(undone).toBeGreaterThanOrEqual(480);
    expect(await digestOf({ root, daemon })).toBe(good);
    await client.close();

    await ended(daemon.child);
    const next = { root, daemon: await box.start(root) };
    await learn(next);
    expect(await digestOf(next), 'undone events are not learned again').toBe(good);
    expect((await models('branch', 'next-action', 'main')).moved.regained).toBe(undone);
    expect(await digestOf(next)).toBe(whole);
  });

  it('learns on a branch of its own, and merges by learning both', async () => {
    const { root, daemon, load, models } = await begun();
    await load(firstHalf);
    await models('branch', 'next-action', 'other');
    await load(secondHalf);
    const whole = await digestOf({ root, daemon });
    expect(await models('branch', 'next-action', 'main')).toMatchObject({ moved: { undone: 480 } });
    expect(await digestOf({ root, daemon })).not.toBe(whole);
    const merged = await models('merge', 'next-action', 'other');
    expect(merged).toMatchObject({ moved: { undone: 0, regained: 480 } });
    expect(await digestOf({ root, daemon })).toBe(whole);
  });

  it(verifies('versions:cli'), async () => {
    const { box, root, daemon, load } = await begun();
    await load(firstHalf);
    const run = (...args: string[]) => box.run(['models', ...args, '--repo', root]);
    expect((await run('log')).stdout).toMatch(/^co-change +main @\d+ .*\nnext-action +main @\d+ /m);
    expect((await run('tag', 'next-action', 'v1')).stdout).toBe('Tagged HEAD as v1.\n');
    const log = (await run('log', 'next-action')).stdout;
    expect(log).toMatch(/^\* [0-9a-f]{8} \(HEAD → main, tag: v1\) {2}@\d+ .*history top-1 [\d.]+ % \(/m);
    expect((await run('rollback', 'next-action', '@400', '--branch', 'early')).stdout).toMatch(
      /^On early at @400: /,
    );
    const branches = (await run('branch', 'next-action')).stdout;
    expect(branches).toMatch(/^\* early {2}@400/m);
    expect(branches).toMatch(/^ {2}main {2}@/m);
    expect((await box.run(['status'])).stdout).toMatch(/next-action is on early at @400: \d+ events undone/);
    await run('tag', 'next-action', 'first', '@10');
    expect((await run('log', 'next-action')).stdout).toContain('– (tag: first)  @10  no snapshot');
    expect((await run('diff', 'next-action', 'early', 'v1')).stdout).toMatch(
      /history most-frequent top-1 .*→/,
    );

    const wrong: [number, string, ...string[]][] = [
      [1, 'LMCP_UNKNOWN_LEARNER', 'log', 'weather'],
      [1, 'LMCP_UNKNOWN_VERSION', 'rollback', 'next-action', 'nowhere'],
      [1, 'LMCP_UNKNOWN_VERSION', 'tag', 'next-action', 'x', 'nowhere', '--dry-run'],
      [1, 'LMCP_BAD_NAME', 'tag', 'next-action', 'a..b', '--dry-run'],
      [1, 'LMCP_NAME_TAKEN', 'rollback', 'next-action', '@300', '--branch', 'main', '--dry-run'],
      [2, 'is longer than 200 characters', 'tag', 'next-action', 'n'.repeat(50_000)],
      [2, 'missing required argument', 'rollback', 'next-action'],
      [2, 'LMCP_USAGE', 'log', 'next-action', '--limit', 'all'],
    ];
    for (const [code, text, ...args] of wrong) {
      const failed = await run(...args);
      expect(failed.code, args.join(' ')).toBe(code);
      expect(failed.stderr).toContain(text);
    }
    const asked = await callTool(daemon, 'models', { action: 'rollback', learner: 'next-action' });
    expect(JSON.stringify(asked)).toContain('-32602');
  });
});
