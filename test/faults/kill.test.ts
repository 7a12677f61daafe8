/** kill -9 at random moments: what was acknowledged is there afterwards, once, and the state is that of a replay. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ended, type Started, sandboxes, until } from '../daemon.js';
import { structuredOf } from '../http-call.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

/** Kills, and as many power cuts. 200 of each take some minutes; CI has one. */
const rounds = Number(process.env.LMCP_KILLS ?? 30);
const seed = Number(process.env.LMCP_SEED ?? 20260101);

/** A small seeded generator, so that a failure can be run again. */
function randoms(state: number): () => number {
  let x = state | 0;
  return () => {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
    x ^= x >>> 15;
    return (x >>> 0) / 2 ** 32;
  };
}

interface Acknowledged {
  readonly prediction: string;
  readonly sequence: number;
}

/** Asks and gives feedback until the daemon is gone; every answer that came is an acknowledgement. */
async function writeUntilKilled(daemon: Started, acknowledged: Acknowledged[]): Promise<void> {
  try {
    for (;;) {
      const asked = await structuredOf(daemon, 'related_files', { paths: ['src/parser.ts'] });
      const prediction = asked?.prediction;
      if (typeof prediction !== 'string') continue;
      const settled = await structuredOf(daemon, 'give_feedback', { prediction, accepted: true });
      if (settled) acknowledged.push({ prediction, sequence: Number(settled.sequence) });
    }
  } catch {
    // The connection broke: the daemon was killed.
  }
}

/** What the daemon is started with, so that a kill also loses what was not synced. */
const powerCut = { NODE_OPTIONS: `--import ${join(import.meta.dirname, 'power-cut.mjs')}` };

const newSandbox = sandboxes();

describe.each([
  ['kill -9', {}],
  ['kill -9 that drops what was not synced', powerCut],
])('%s', (name, env) => {
  it(
    verifies('faults:kill'),
    async () => {
      console.log(`seed ${seed}`);
      const random = randoms(seed);
      const sandbox = newSandbox(env);
      const repository = new TestRepository().withHabits(30);
      const acknowledged: Acknowledged[] = [];
      await sandbox.json(['learn', repository.root]);
      await sandbox.run(['stop']);
      const openings: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const launched = performance.now();
        const daemon = await sandbox.start(repository.root);
        const before = acknowledged.length;
        const writing = Promise.all([1, 2, 3].map(() => writeUntilKilled(daemon, acknowledged)));
        // Every other round dies while it still starts; the others once writes are flowing.
        if (round % 2 === 0) {
          await until('the first acknowledgement', () => acknowledged.length > before, 30_000);
          openings.push(performance.now() - launched);
        }
        await new Promise((resolve) => setTimeout(resolve, random() * 400));
        await ended(daemon.child, 'SIGKILL');
        await writing;
      }
      const daemon = await sandbox.start(repository.root);
      type Shown = { event?: { feedbackGiven?: { prediction: string } } };
      const show = ({ sequence }: Acknowledged) =>
        sandbox.api<Shown>(daemon, `/api/replay?event=${sequence}`);
      const found: Shown[] = [];
      for (const each of acknowledged) found.push(await show(each));
      expect(acknowledged.length).toBeGreaterThan(rounds);
      expect(found.map(({ event }) => event?.feedbackGiven?.prediction)).toEqual(
        acknowledged.map(({ prediction }) => prediction),
      );
      expect(new Set(acknowledged.map(({ sequence }) => sequence)).size).toBe(acknowledged.length);
      expect(await sandbox.json(['replay', '--all', '--repo', repository.root])).toMatchObject({
        equal: true,
      });
      expect(await sandbox.json(['fsck', '--repo', repository.root])).toMatchObject({
        ok: true,
        damage: null,
      });
      openings.sort((a, b) => a - b);
      const at = (share: number) => Math.round(openings[Math.floor(share * (openings.length - 1))] ?? 0);
      console.log(
        `${name}: ${acknowledged.length} acknowledged writes over ${rounds} kills, none lost; ` +
          `launch to first acknowledged write: median ${at(0.5)} ms, longest ${at(1)} ms`,
      );
    },
    60_000 + rounds * 6_000,
  );
});
