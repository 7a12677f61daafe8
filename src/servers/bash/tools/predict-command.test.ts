/** The tool predict_command: what it says, what it asks the learners, and what its receipt holds. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../learning/contract/index.js';
import type { NextActionLearner } from '../../../learning/index.js';
import { CommandFinishedSchema, EventSchema } from '../../../proto/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { ReceiptInit, Services } from '../../../runtime/index.js';
import { CommandLinesLearner, commandTasks, nextCommandLearner } from '../predict/index.js';
import { predictCommand } from './predict-command.js';

const root = '/work-tree/of-nobody';

/** A team that runs these commands in a circle. */
function rigged(habit: readonly string[], rounds: number, session = 'terminal') {
  const lines = new CommandLinesLearner();
  const verbs = nextCommandLearner('verb');
  for (let i = 0; i < habit.length * rounds; i++) {
    const value = create(CommandFinishedSchema, { session, command: habit[i % habit.length]!, exitCode: 0 });
    const at = timestampFromMs(1_700_000_000_000 + i * 1000);
    const event = create(EventSchema, { at, data: { case: 'commandFinished', value } });
    for (const learner of [lines, verbs]) learner.learnOne({ sequence: i + 1, event });
  }
  const receipts: ReceiptInit[] = [];
  const services = {
    workspace: {
      root,
      learner: (task: string): CommandLinesLearner | NextActionLearner =>
        task === commandTasks.line ? lines : verbs,
      receipt: (receipt: ReceiptInit) => `receipt-${receipts.push(receipt)}`,
    },
  } as unknown as Services;
  const context = { services, call: { session: 'bridge', cwd: root } } as unknown as ToolContext<Services>;
  const ask = async (given: Partial<Parameters<typeof predictCommand.run>[0]> = {}) =>
    predictCommand.run({ limit: 5, ...given }, context);
  return { ask, receipts };
}

describe('predict_command', () => {
  it('says what comes next in the session that ran commands last, with levels, and leaves a receipt', async () => {
    const [one, other] = ['rm -rf ~', 'git push'].map((last) => ['git pull', 'npm test', last]);
    // What follows "npm test" is told by what came three commands ago: no plain count knows it.
    const { ask, receipts } = rigged([...one!, ...other!], 40);
    const { structured, text } = await ask({ recent: [...other!, 'git pull', 'npm test'] });
    expect(structured).toMatchObject({
      mode: 'learned',
      prediction: 'receipt-1',
      candidates: expect.arrayContaining([
        { command: 'rm -rf ~', p: expect.any(Number), level: expect.stringMatching(/dangerous|blocked/) },
      ]),
    });
    expect(text).toMatch(/^\d+ % {2}rm -rf ~ {2}\((dangerous|blocked)\)/);
    expect(structured.confidence).toBe(structured.candidates![0]!.p);
    expect(Object.keys(structured.verbs!)[0]).toBe('rm');
    expect(receipts[0]).toMatchObject({
      task: 'next-command',
      subject: 'terminal',
      question: ['terminal', '5', '', ...other!, 'git pull', 'npm test'],
      ranked: structured.candidates!.map(({ command }) => command),
    });
    const { structured: own } = await ask();
    expect(own.candidates![0]).toMatchObject({ command: 'git pull', level: 'safe' });
    expect(receipts[1]!.question).toEqual(['terminal', '5']);
  });

  it('tells the learners of a folder by its place in the work tree', async () => {
    const { ask, receipts } = rigged(['git pull', 'npm test'], 60);
    await ask({ cwd: 'web/app', limit: 2 });
    await ask({ cwd: `${root}/api`, session: 'other' });
    expect(receipts.map(({ question }) => question)).toEqual([
      ['terminal', '2', 'web/app'],
      ['other', '5', 'api'],
    ]);
  });

  it('offers no line that lost its secret, and has as many others', async () => {
    const lost = 'PGPASSWORD=[redacted:password:7bf1] psql';
    const { ask, receipts } = rigged([lost, 'git pull', lost, 'npm test', lost, 'git push'], 40);
    const { structured } = await ask({ recent: ['git push', lost, 'git pull'], limit: 3 });
    expect(structured.candidates!.map(({ command }) => command).sort()).toEqual([
      'git pull',
      'git push',
      'npm test',
    ]);
    expect(JSON.stringify([structured, receipts[0]!.ranked, receipts[0]!.baseline])).not.toContain(
      'redacted',
    );
  });

  it('says nothing, and what to feed it, where it knows too little', async () => {
    const { ask, receipts } = rigged(['ls'], 3);
    const { structured, text } = await ask();
    expect(structured).toMatchObject({ candidates: null, prediction: null, mode: 'insufficient' });
    expect(structured).not.toHaveProperty('sure');
    expect(text).toContain('lmcp import history');
    expect(receipts).toEqual([]);
  });

  it('says when the plain count answers', async () => {
    const random = seededRandom(7);
    const noise = Array.from({ length: 200 }, () => `run ${Math.floor(4 * random())}`);
    const { structured, text } = await rigged(noise, 1).ask();
    expect(structured.mode).toBe('baseline');
    expect(structured).not.toHaveProperty('sure');
    expect(text).toContain('plain count');
  });
});
