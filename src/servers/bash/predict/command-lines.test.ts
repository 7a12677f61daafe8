/** The command-lines learner: the contract of learners, habits it must find, and search. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { checkLearner, seededRandom } from '../../../learning/contract/index.js';
import { CommandFinishedSchema, EventSchema, payloadOf, type StoredEvent } from '../../../proto/index.js';
import { CommandLinesLearner } from './index.js';

function ran(
  sequence: number,
  command: string,
  more: { cwd?: string; exitCode?: number; session?: string } = {},
): StoredEvent {
  const value = create(CommandFinishedSchema, { session: 's', exitCode: 0, ...more, command });
  const at = timestampFromMs(1_700_000_000_000 + sequence * 1000);
  return { sequence, event: create(EventSchema, { at, data: { case: 'commandFinished', value } }) };
}

function days(seed: number): StoredEvent[] {
  const random = seededRandom(seed);
  const events: StoredEvent[] = [];
  while (events.length < 160) {
    const failed = random() < 0.4;
    for (const [command, exitCode] of [
      ['git pull', 0],
      ['npm test', failed ? 1 : 0],
      [failed ? 'npm test -- --watch' : 'git push', 0],
    ] as const)
      events.push(
        ran(events.length + 1, command, { exitCode, cwd: 'app', session: `s${events.length % 2}` }),
      );
  }
  return events;
}

describe('CommandLinesLearner', () => {
  it('keeps the contract of a learner', () => {
    checkLearner({
      make: () => new CommandLinesLearner(),
      events: days(7),
      question: ({ event }) => ({ session: payloadOf(event, 'commandFinished')?.session ?? '', top: 5 }),
      altered: ({ sequence, event }) =>
        ran(sequence, 'something else', {
          cwd: 'app',
          session: payloadOf(event, 'commandFinished')?.session ?? '',
        }),
    });
  });

  it('learns what follows a line, by how it ended', () => {
    const learner = new CommandLinesLearner();
    for (let i = 0; i < 240; i += 2) {
      const failed = i % 4 === 0;
      learner.learnOne(ran(i, 'make', { exitCode: failed ? 2 : 0 }));
      learner.learnOne(ran(i + 1, failed ? 'make clean' : './run'));
    }
    learner.learnOne(ran(300, 'make', { exitCode: 2 }));
    expect(learner.predictOne({ session: 's' }).answer?.[0]?.label).toBe('make clean');
    learner.learnOne(ran(301, 'make clean'));
    learner.learnOne(ran(302, 'make', { exitCode: 0 }));
    expect(learner.predictOne({ session: 's' }).answer?.[0]?.label).toBe('./run');
  });

  it('finds lines by all words, with counts and the last run', () => {
    const learner = new CommandLinesLearner();
    learner.learnOne(ran(1, 'docker compose up', { cwd: 'a' }));
    learner.learnOne(ran(2, 'docker compose  up', { cwd: 'b', exitCode: 1 }));
    learner.learnOne(ran(3, 'docker ps'));
    expect(learner.search('UP docker', null, 5)).toEqual([
      { command: 'docker compose up', count: 2, failed: 1, cwd: 'b', exitCode: 1, lastAt: 1_700_000_002_000 },
    ]);
    expect(learner.search('docker', '', 5).map(({ command }) => command)).toEqual([
      'docker ps',
      'docker compose up',
    ]);
  });

  it('says that it knows too little before it has seen much', () => {
    const learner = new CommandLinesLearner();
    learner.learnOne(ran(1, 'ls'));
    expect(learner.predictOne({}).mode).toBe('insufficient');
  });
});
