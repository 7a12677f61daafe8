/** The acceptance learner: the contract of learners, what settles a receipt, and what counts beside the baseline. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { checkLearner } from '../../../learning/contract/index.js';
import { EventSchema, type StoredEvent } from '../../../proto/index.js';
import { AcceptanceLearner, generateModel, generateTask } from './acceptance.js';

type Data = NonNullable<Parameters<typeof create<typeof EventSchema>>[1]>['data'];
const start = 1_700_000_000_000;
const day = 86_400_000;

function stored(sequence: number, data: Data, at = start + sequence * 1000): StoredEvent {
  return { sequence, event: create(EventSchema, { at: timestampFromMs(at), data } as never) };
}

const asked = (sequence: number, prediction: string, ranked: string[], baseline: string) =>
  stored(sequence, {
    case: 'predictionMade',
    value: {
      prediction,
      task: generateTask,
      model: generateModel,
      ranked,
      distribution: { [ranked[0]!]: 0.8 },
      baseline: { [baseline]: 1 },
      expiresAt: timestampFromMs(start + day),
      sampleWeight: 1,
    },
  } as Data);
const ran = (sequence: number, command: string, at?: number) =>
  stored(sequence, { case: 'commandFinished', value: { session: 's', command } } as Data, at);
const said = (sequence: number, prediction: string, accepted: boolean, correction = '') =>
  stored(sequence, { case: 'feedbackGiven', value: { prediction, accepted, correction } } as Data);

function fold(learner: AcceptanceLearner, events: readonly StoredEvent[]) {
  return events.flatMap((event) => {
    const settled = learner.settle(event);
    learner.learnOne(event);
    return settled;
  });
}

describe('AcceptanceLearner', () => {
  it('keeps the contract of learners', () => {
    const events = Array.from({ length: 30 }, (_, i) =>
      i % 3 === 0
        ? asked(i + 1, `p${i}`, ['wc -l a', 'cat a | wc -l'], 'wc -l b')
        : i % 3 === 1
          ? ran(i + 1, i % 2 === 0 ? 'wc -l a' : 'cat a | wc -l')
          : said(i + 1, `p${i - 2}`, true),
    );
    checkLearner({
      make: () => new AcceptanceLearner(),
      events,
      question: () => null,
      altered: (event) => (event.event.data.case === 'commandFinished' ? ran(event.sequence, 'ls') : event),
    });
  });

  it('is settled by the command that was run, once, and counts the baseline beside it', () => {
    const learner = new AcceptanceLearner();
    const settled = fold(learner, [
      asked(1, 'p', ['wc -l a', 'cat a | wc -l'], 'wc -l b'),
      ran(2, 'ls'),
      ran(3, '  cat a  | wc -l '),
      ran(4, 'wc -l a'),
      said(5, 'p', true),
    ]);
    expect(settled).toEqual([
      {
        prediction: 'p',
        scores: { first: 0, 'among-shown': 1 },
        baseline: { first: 0, 'among-shown': 0 },
      },
    ]);
    expect(learner.scorecards()[0]).toMatchObject({ task: generateTask, n: 1 });
  });

  it('takes a correction as what was right, and a refusal as nothing right', () => {
    const learner = new AcceptanceLearner();
    const settled = fold(learner, [
      asked(1, 'p', ['wc -l a'], 'wc -l b'),
      said(2, 'p', false, 'wc -l b'),
      asked(3, 'q', ['wc -l a'], 'wc -l b'),
      said(4, 'q', false),
    ]);
    expect(settled.map(({ scores, baseline }) => [scores.first, baseline.first])).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it('is not settled by what is run after it expired', () => {
    const learner = new AcceptanceLearner();
    expect(fold(learner, [asked(1, 'p', ['ls'], 'ls'), ran(2, 'ls', start + 2 * day)])).toEqual([]);
  });
});
