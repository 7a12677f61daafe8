/** The learners of commands: the contract of learners, habits they must find, receipts, and what a question may tell. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { checkLearner, seededRandom } from '../../../learning/contract/index.js';
import { questionOf } from '../../../learning/index.js';
import {
  CommandFinishedSchema,
  EventSchema,
  FeedbackGivenSchema,
  PredictionMadeSchema,
  payloadOf,
  type StoredEvent,
} from '../../../proto/index.js';
import { CommandLinesLearner, commandTasks, nextCommandLearner } from './index.js';

const start = 1_700_000_000_000;

function stored(sequence: number, data: StoredEvent['event']['data'], at: number): StoredEvent {
  return { sequence, event: create(EventSchema, { at: timestampFromMs(at), source: 'sh', data }) };
}

function ran(
  sequence: number,
  command: string,
  more: { cwd?: string; exitCode?: number; session?: string } = {},
): StoredEvent {
  const value = create(CommandFinishedSchema, { session: 's', exitCode: 0, ...more, command });
  return stored(sequence, { case: 'commandFinished', value }, start + sequence * 1000);
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

function taught(events: readonly StoredEvent[]): CommandLinesLearner {
  const learner = new CommandLinesLearner();
  for (const event of events) learner.learnOne(event);
  return learner;
}

/** What is said first, whoever the gate lets answer. */
const first = (learner: CommandLinesLearner, question: { cwd?: string; recent?: string[] } = {}) =>
  learner.predictOne({ session: 's', ...question }).answer?.[0]?.label;

describe('CommandLinesLearner', () => {
  const asked = (event: StoredEvent) => ({
    session: payloadOf(event.event, 'commandFinished')?.session ?? '',
    top: 5,
  });
  const altered = (event: StoredEvent) => ran(event.sequence, 'else', { cwd: 'app', ...asked(event) });

  it('keeps the contract of a learner', () => {
    const make = () => new CommandLinesLearner();
    checkLearner({ make, events: days(7), question: asked, altered });
  });

  it('keeps it for first words', () => {
    const make = () => nextCommandLearner('verb');
    checkLearner({ make, events: days(8), question: asked, altered });
  });

  it('learns what follows a line, by how it ended', () => {
    const events = Array.from({ length: 240 }, (_, i) => {
      const failed = i % 4 < 2;
      if (i % 2 === 0) return ran(i, 'make', { exitCode: failed ? 2 : 0 });
      return ran(i, failed ? 'make clean' : './run');
    });
    const learner = taught(events);
    learner.learnOne(ran(300, 'make', { exitCode: 2 }));
    expect(first(learner)).toBe('make clean');
    learner.learnOne(ran(301, 'make clean'));
    learner.learnOne(ran(302, 'make', { exitCode: 0 }));
    expect(first(learner)).toBe('./run');
  });

  it('hears the folder and the lines that a question tells, in place of what it knows of the session', () => {
    const random = seededRandom(3);
    let cwd = 'web';
    const events = Array.from({ length: 600 }, (_, i) => {
      if (i % 2 === 0) cwd = random() < 0.5 ? 'web' : 'api';
      return ran(i, i % 2 === 0 ? 'git pull' : cwd === 'web' ? 'npm start' : 'go run .', { cwd });
    });
    const learner = taught([...events, ran(600, 'git pull', { cwd: 'web' })]);
    expect(first(learner, { cwd: 'web' })).toBe('npm start');
    expect(first(learner, { cwd: 'api' })).toBe('go run .');
    expect(first(learner, { cwd: 'api', recent: ['npm start'] })).toBe('git pull');
    expect(first(learner, { cwd: 'web', recent: ['npm start', 'git pull'] })).toBe('npm start');
  });

  it('does not read the folder of the command that is asked about: many a source tells it afterwards', () => {
    const random = seededRandom(4);
    const folders = ['a', 'b', 'c', 'd'];
    const events = Array.from({ length: 800 }, (_, i) => {
      const to = folders[Math.floor(4 * random())]!;
      return ran(i, i % 2 === 0 ? 'git pull' : `cd ${to}`, { cwd: i % 2 === 0 ? '' : to });
    });
    const [history] = taught(events).scorecards();
    // "git pull" always comes, then one of four folders by chance: 5/8 at best.
    expect(history!.metrics['context-mixture']!['top-1']).toBeLessThan(0.7);
    expect(history!.metrics['context-mixture']!['top-1']).toBeGreaterThan(0.5);
  });

  it('is asked of the session that ran commands last where the asking one ran none', () => {
    const learner = taught([ran(1, 'ls', { session: 'claude' }), ran(2, 'ls', { session: 'terminal' })]);
    expect(learner.subjectOf('bridge')).toBe('terminal');
    expect(learner.subjectOf('claude')).toBe('claude');
    expect(new CommandLinesLearner().subjectOf('bridge')).toBe('bridge');
  });

  it('says that it knows too little before it has seen much', () => {
    expect(taught([ran(1, 'ls')]).predictOne({ session: 's' }).mode).toBe('insufficient');
  });
});

describe('receipts of commands', () => {
  const made = (sequence: number, prediction: string, expiresAt = 0) =>
    stored(
      sequence,
      {
        case: 'predictionMade',
        value: create(PredictionMadeSchema, {
          prediction,
          task: commandTasks.line,
          question: questionOf('s', 5, { cwd: 'app', recent: ['git pull'] }),
          ranked: ['npm test', 'git push'],
          distribution: { 'npm test': 0.8, 'git push': 0.1 },
          baseline: { 'git push': 0.5 },
          ...(expiresAt > 0 ? { expiresAt: timestampFromMs(expiresAt) } : {}),
        }),
      },
      start + sequence * 1000,
    );

  it('are settled by the next command of the same session, and count as live', () => {
    const learner = taught([made(1, 'p1'), ran(2, 'ls', { session: 'other' })]);
    const next = ran(3, 'git push');
    expect(learner.settle(next)).toEqual([
      {
        prediction: 'p1',
        scores: { 'top-1': 0, 'top-3': 1, 'top-5': 1 },
        baseline: { 'top-1': 1, 'top-3': 1, 'top-5': 1 },
      },
    ]);
    learner.learnOne(next);
    expect(learner.scorecards()[1]).toMatchObject({ kind: 'live', n: 1, receipts: { open: 0, settled: 1 } });
  });

  it('are settled by feedback, and expire', () => {
    const learner = taught([made(1, 'p1'), made(2, 'p2', start + 10_000)]);
    const value = create(FeedbackGivenSchema, { prediction: 'p1', accepted: true });
    const feedback = stored(3, { case: 'feedbackGiven', value }, start + 3000);
    expect(learner.settle(feedback)).toMatchObject([{ prediction: 'p1', scores: { 'top-1': 1 } }]);
    learner.learnOne(feedback);
    learner.learnOne(ran(60, 'npm test'));
    expect(learner.scorecards()[1]?.receipts).toMatchObject({ open: 0, settled: 1, expired: 1 });
  });

  it('are answered anew with the lines and the folder of their question', () => {
    const habit = ['git pull', 'npm test', 'git push'];
    const learner = taught(Array.from({ length: 180 }, (_, i) => ran(i, habit[i % 3]!, { cwd: 'app' })));
    const receipt = payloadOf(made(901, 'p').event, 'predictionMade')!;
    expect(learner.reanswer(receipt, start)?.ranked).toEqual(
      learner
        .predictOne({ session: 's', cwd: 'app', recent: ['git pull'], top: 5 })
        .answer?.map(({ label }) => label),
    );
    expect(learner.reanswer(receipt, start)?.ranked[0]).toBe('npm test');
  });
});
