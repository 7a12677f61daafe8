/** The next-action learner: its contract, its contexts, its receipts, its gate. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { checkLearner, seededRandom } from '../../../learning/contract/index.js';
import { StateWriter } from '../../../learning/index.js';
import { EventSchema, type StoredEvent } from '../../../proto/index.js';
import { type ActionLabel, actionOf } from './action.js';
import { NextActionLearner, nextActionLearners } from './next-action.js';

const start = Date.UTC(2026, 0, 1);

function event(
  sequence: number,
  data: MessageInitShape<typeof EventSchema>['data'],
  at = start + sequence * 1000,
): StoredEvent {
  return {
    sequence,
    event: create(EventSchema, {
      at: timestampFromMs(at),
      workspace: 'w',
      source: 'mcp',
      ...(data ? { data } : {}),
    }),
  };
}

function call(
  sequence: number,
  tool: string,
  extra: { session?: string; subject?: string; server?: string; ok?: boolean; sampleWeight?: number } = {},
): StoredEvent {
  return event(sequence, {
    case: 'interactionFinished',
    value: { session: 's', server: 'agent', tool, ...extra },
  });
}

function receipt(
  sequence: number,
  prediction: string,
  ranked: string[],
  extra: { session?: string; task?: string; expiresAt?: number } = {},
): StoredEvent {
  const { session = 's', task = 'next-action', expiresAt } = extra;
  const value = {
    prediction,
    task,
    question: [session],
    ranked,
    distribution: { [ranked[0] ?? '']: 0.7 },
    baseline: { Read: 0.6, Bash: 0.4 },
  };
  return event(sequence, {
    case: 'predictionMade',
    value: expiresAt === undefined ? value : { ...value, expiresAt: timestampFromMs(expiresAt) },
  });
}

/** Interleaved sessions that read a file, edit it, then run the tests; with receipts and feedback among them. */
function stream(n: number, seed: number): StoredEvent[] {
  const random = seededRandom(seed);
  const place = new Map<string, { step: number; file: number }>();
  const events: StoredEvent[] = [];
  while (events.length < n) {
    const sequence = events.length + 1;
    const session = `s${Math.floor(random() * 4)}`;
    const state = place.get(session) ?? { step: 0, file: 0 };
    const u = random();
    if (u < 0.1) {
      events.push(receipt(sequence, `p${sequence}`, ['Read', 'Edit', 'Bash'], { session }));
      continue;
    }
    if (u < 0.13) {
      const value = { prediction: `p${sequence - 1}`, accepted: u < 0.115, correction: 'Edit' };
      events.push(event(sequence, { case: 'feedbackGiven', value }));
      continue;
    }
    const [tool, subject] = (
      [
        ['Read', `src/f${state.file}.ts`],
        ['Edit', `src/f${state.file}.ts`],
        ['Bash', 'npm'],
      ] as const
    )[state.step]!;
    events.push(call(sequence, tool, { session, subject, ok: random() < 0.9 }));
    place.set(session, {
      step: (state.step + 1) % 3,
      file: state.step === 2 ? Math.floor(random() * 500) : state.file,
    });
  }
  return events;
}

function learned(events: readonly StoredEvent[], label: ActionLabel = 'tool'): NextActionLearner {
  const learner = new NextActionLearner({ task: 'next-action', label });
  for (const e of events) learner.learnOne(e);
  return learner;
}

const live = (learner: NextActionLearner) => learner.scorecards().find(({ kind }) => kind === 'live')!;

describe('NextActionLearner', () => {
  it.each(['tool', 'tool+subject'] as const)('keeps the contract of a learner (%s)', (label) => {
    checkLearner({
      make: () => new NextActionLearner({ task: 'next-action', label }),
      events: stream(300, 17),
      question: (e) => {
        const action = actionOf(e.event, label);
        return action && { session: action.session, at: action.at, source: action.source };
      },
      altered: (e) => {
        const { data } = e.event;
        if (data.case !== 'interactionFinished') return e;
        const value = { ...data.value, tool: `not-${data.value.tool}`, subject: 'other', ok: false };
        return { ...e, event: { ...e.event, data: { case: data.case, value } } };
      },
    });
  });

  it.each(['verb', 'line'] as const)('keeps the contract of a learner for commands (%s)', (label) => {
    const lines = ['git status', 'npm test', 'git commit -m x', 'ls -la'];
    checkLearner({
      make: () => new NextActionLearner({ task: 'next-command', label }),
      events: Array.from({ length: 80 }, (_, i) =>
        event(i + 1, {
          case: 'commandFinished',
          value: { session: `s${i % 2}`, command: lines[(i * 7) % 4]!, exitCode: i % 3 },
        }),
      ),
      question: (e) => {
        const action = actionOf(e.event, label);
        return action && { session: action.session, at: action.at };
      },
      altered: (e) => {
        const { data } = e.event;
        if (data.case !== 'commandFinished') return e;
        return {
          ...e,
          event: { ...e.event, data: { case: data.case, value: { ...data.value, command: 'other' } } },
        };
      },
    });
  });

  it('learns a habit, keeps sessions apart, and wins its gate', () => {
    const learner = learned(stream(1500, 3));
    learner.learnOne(call(2000, 'Read', { session: 'x', subject: 'a.ts' }));
    learner.learnOne(call(2001, 'Edit', { session: 'y', subject: 'b.ts' }));
    expect(learner.predictOne({ session: 'x' }).answer?.[0]?.label).toBe('Edit');
    const { answer, mode, confidence, evidence, baseline } = learner.predictOne({ session: 'y' });
    expect(answer?.[0]?.label).toBe('Bash');
    expect(baseline).not.toBeNull();
    // A perfect order-1 habit: the trivial predictor knows it too, so the model must not claim to beat it.
    expect(mode).toBe('baseline');
    expect(confidence!).toBeGreaterThan(0.9);
    expect(evidence.interval![1]).toBeGreaterThan(0.9);
  });

  it('answers the same question anew once something was learned', () => {
    const learner = learned(stream(300, 3));
    learner.learnOne(call(2000, 'Read', { session: 'x' }));
    const before = learner.forecast({ session: 'x' }).ranked;
    learner.learnOne(call(2001, 'Edit', { session: 'x' }));
    expect(learner.forecast({ session: 'x' }).ranked).not.toEqual(before);
    learner.learnOne(event(2002, { case: 'interactionFinished', value: { session: 'x', tool: 'Bash' } }, 0));
    const timeless = learner.forecast({ session: 'x' }).ranked[0];
    learner.learnOne(event(2003, { case: 'interactionFinished', value: { session: 'x', tool: 'Read' } }, 0));
    expect(learner.forecast({ session: 'x' }).ranked[0]).not.toEqual(timeless);
  });

  it('copies the session’s subject to a label nobody ever used', () => {
    const learner = learned(stream(1500, 3), 'tool+subject');
    learner.learnOne(call(2000, 'Read', { session: 'x', subject: 'src/brand-new.ts', ok: true }));
    const question = { session: 'x', at: start + 2_001_000 };
    expect(learner.forecast(question).ranked[0]?.label).toBe('Edit src/brand-new.ts');
    expect(learner.predictOne(question).mode).toBe('learned');
  });

  it('says nothing before it has seen enough, and gives probabilities that sum to at most 1 after', () => {
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
    expect(learner.predictOne({ session: 's' })).toMatchObject({
      answer: null,
      baseline: null,
      mode: 'insufficient',
    });
    for (let i = 1; i <= 29; i++) learner.learnOne(call(i, i % 2 ? 'Read' : 'Edit'));
    expect(learner.predictOne({ session: 's' })).toMatchObject({ answer: null, mode: 'insufficient' });
    for (let i = 30; i <= 60; i++) learner.learnOne(call(i, i % 2 ? 'Read' : 'Edit'));
    const { ranked } = learner.forecast({ session: 's' });
    const sum = ranked.reduce((a, { p }) => a + p, 0);
    expect(sum).toBeGreaterThan(0.5);
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('does not learn calls to the learning server, nor let them settle anything', () => {
    const events = [call(1, 'Read'), receipt(2, 'p', ['Edit'])];
    const learner = learned([...events, call(3, 'predict_next', { server: 'learning' })]);
    expect(learner.snapshot()).toEqual(learned(events).snapshot());
  });

  it('knows which server last answered to a tool, and counts sampled calls by their weight', () => {
    const learner = learned([
      call(1, 'Read', { server: 'development', sampleWeight: 5 }),
      call(2, 'Bash'),
      call(3, 'Bash'),
    ]);
    expect(learner.serverOf('Read')).toBe('development');
    expect(learner.serverOf('unheard-of')).toBe('');
    expect(learner.forecast({ session: 'new' }).baselines['most-frequent'][0]?.label).toBe('Read');
  });

  it('has learners of both tasks to register', () => {
    expect(nextActionLearners.map((make) => make().task)).toEqual(['next-action', 'next-command']);
  });

  it('stays finite and calibrated whatever weights and clocks the events claim', () => {
    const random = seededRandom(21);
    const weights = [0, -3, 1, 7, 1e300, Number.NaN, Number.POSITIVE_INFINITY];
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool+subject' });
    for (let i = 1; i <= 600; i++) {
      const data = call(i, ['Read', 'Edit', 'Bash'][i % 3]!, {
        session: `s${i % 4}`,
        subject: `f${i % 5}.ts`,
        sampleWeight: weights[Math.floor(random() * weights.length)]!,
      }).event.data;
      const at = [0, 1, start, 253_402_300_799_000][Math.floor(random() * 4)]!;
      learner.learnOne(event(i, data, at));
      for (const { p } of learner.forecast({ session: `s${i % 4}`, at }).ranked) {
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }
    }
    expect(learner.forecast({ session: 's0' }).ranked.length).toBeGreaterThan(3);
  });

  it('refuses a snapshot of another version and says so', () => {
    const old = new StateWriter('next-action/tool', 1).finish();
    expect(() => learned([]).restore(old)).toThrow(
      /next-action\/tool version 2, found next-action\/tool version 1/,
    );
  });

  it('says one label or two only where that was proven, and nothing at first', () => {
    const learner = learned([call(1, 'Read')]);
    expect(learner.sure(learner.forecast({ session: 's' }).ranked)).toBeNull();
    for (let i = 2; i < 900; i++) learner.learnOne(call(i, ['Read', 'Edit', 'Bash'][i % 3]!));
    const { ranked } = learner.forecast({ session: 's' });
    expect(learner.sure(ranked)).toEqual([ranked[0]!.label]);
    expect(learner.selective()).toMatchObject({ target: 0.95 });
  });

  it('stays bounded on an endless stream of new sessions, tools and files', () => {
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool+subject' });
    let size = 0;
    for (let i = 1; i <= 12_000; i++) {
      learner.learnOne(call(i, `tool${i % 3000}`, { session: `s${i}`, subject: `d${i}/f${i}.ts` }));
      if (i % 10 === 0) learner.learnOne(receipt(i, `p${i}`, ['Read'], { session: `never${i}` }));
      if (i === 11_000) size = learner.size;
    }
    // 131,072 contexts, 8,192 labels, 1,024 tools, 256 sessions, 1,024 receipts.
    expect(learner.size).toBeLessThanOrEqual(131_072 + 8192 + 1024 + 256 + 1024);
    expect(Math.abs(learner.size - size)).toBeLessThan(size);
  });
});

describe('receipts of next actions', () => {
  it('are settled by the next step of the same session, model and baseline alike', () => {
    const learner = learned([call(1, 'Read'), receipt(2, 'p', ['Edit', 'Bash'])]);
    expect(learner.settle(call(3, 'Bash', { session: 'other' }))).toEqual([]);
    expect(learner.settle(call(3, 'Bash'))).toEqual([
      {
        prediction: 'p',
        scores: { 'top-1': 0, 'top-3': 1, 'top-5': 1 },
        baseline: { 'top-1': 0, 'top-3': 1, 'top-5': 1 },
      },
    ]);
    learner.learnOne(call(3, 'Bash'));
    expect(live(learner).n).toBe(1);
    expect(live(learner).calibration).toEqual({ ece: expect.closeTo(0.7, 9), n: 1 });
    expect(learner.settle(call(4, 'Bash'))).toEqual([]);
  });

  it('are settled by feedback: accepted, corrected, or just rejected', () => {
    const feedback = (sequence: number, prediction: string, accepted: boolean, correction = '') =>
      event(sequence, { case: 'feedbackGiven', value: { prediction, accepted, correction } });
    const learner = learned([
      receipt(1, 'a', ['Edit', 'Bash']),
      receipt(2, 'b', ['Edit', 'Bash']),
      receipt(3, 'c', ['Edit', 'Bash']),
    ]);
    expect(learner.settle(feedback(4, 'a', true))[0]?.scores).toMatchObject({ 'top-1': 1 });
    expect(learner.settle(feedback(4, 'b', false, 'Bash'))[0]?.scores).toMatchObject({
      'top-1': 0,
      'top-3': 1,
    });
    expect(learner.settle(feedback(4, 'c', false))[0]?.scores).toEqual({ 'top-1': 0 });
    expect(learner.settle(feedback(4, 'unknown', true))).toEqual([]);
  });

  it('expire by event time, and those of other tasks are not ours', () => {
    const learner = learned([
      receipt(1, 'late', ['Edit'], { expiresAt: start + 5000 }),
      receipt(2, 'co', ['x'], { task: 'co-change' }),
    ]);
    expect(learner.settle(call(4, 'Edit'))).toHaveLength(1);
    expect(learner.settle(call(6, 'Edit'))).toEqual([]);
    learner.learnOne(call(6, 'Edit'));
    expect(live(learner).n).toBe(0);
  });
});
