/** The next-action learner: its contract, its contexts, its receipts, its gate. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventSchema } from '../../proto/index.js';
import { checkLearner, seededRandom } from '../contract/index.js';
import { StateWriter } from '../index.js';
import { actionOf } from './action.js';
import { call, event, learned, numbersOf, receipt, start, stream } from './contract/action-streams.js';
import { NextActionLearner } from './next-action.js';

describe('NextActionLearner', () => {
  it.each([
    ['tool', 'ahead'],
    ['tool', 'at its time'],
    ['tool+subject', 'ahead'],
    ['tool+subject', 'at its time'],
  ] as const)('keeps the contract of a learner (%s, asked %s)', (label, asked) => {
    checkLearner({
      make: () => new NextActionLearner({ task: 'next-action', label, asked }),
      events: stream(300, seededRandom(17)),
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
    const learner = learned(stream(1500, seededRandom(3)));
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
    const learner = learned(stream(300, seededRandom(3)));
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
    const learner = learned(stream(1500, seededRandom(3)), 'tool+subject');
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
    expect(learner.forecast({ session: 'new' }).baselines['most-frequent']?.[0]?.label).toBe('Read');
  });

  it('gives as evidence for a baseline’s answer how often the baseline was right, not how the model’s likes were', () => {
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
    const random = seededRandom(5);
    for (let i = 1; i <= 1200; i++) learner.learnOne(call(i, random() < 0.7 ? 'Read' : 'Bash'));
    const { mode, evidence, answer } = learner.predictOne({ session: 's' });
    expect(mode).toBe('baseline');
    expect(answer?.[0]?.label).toBe('Read');
    const [history] = learner.scorecards();
    const { name, metrics } = { ...history!.baseline!, metrics: history!.metrics };
    expect(evidence.n).toBe(1200);
    const [low, high] = evidence.interval!;
    const share = metrics[name]!['top-1']!;
    expect(share).toBeCloseTo(0.7, 1);
    // Wilson's interval of 1,200 outcomes holds the share that the scorecard shows, and is some five points wide.
    expect(low).toBeLessThan(share);
    expect(high).toBeGreaterThan(share);
    expect(high - low).toBeCloseTo(2 * 1.96 * Math.sqrt((share * (1 - share)) / 1200), 3);
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

  it('holds only finite numbers whatever events claim of weights, times, durations and ids', () => {
    const odd = fc.oneof(
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e308, -1, 0, 5e-324, 1e308),
      fc.double(),
    );
    const seconds = fc.constantFrom(0n, -1n, 1n, 1_767_225_600n, 2n ** 62n, -(2n ** 62n));
    const name = fc.constantFrom('a', 'b', '', 's');
    const data = fc.oneof(
      fc
        .record({ session: name, tool: name, subject: name, sampleWeight: odd, seconds })
        .map(({ seconds: length, ...value }): MessageInitShape<typeof EventSchema>['data'] => ({
          case: 'interactionFinished',
          value: { ...value, duration: { seconds: length, nanos: 7 } },
        })),
      fc
        .record({ prediction: name, question: fc.array(name), p: odd, sampleWeight: odd, seconds })
        .map(({ p, seconds: expires, ...value }): MessageInitShape<typeof EventSchema>['data'] => ({
          case: 'predictionMade',
          value: {
            ...value,
            task: 'next-action',
            distribution: { a: p, b: 0.5 },
            baseline: { b: p, a: p },
            expiresAt: { seconds: expires, nanos: 1 },
          },
        })),
      fc
        .record({ prediction: name, accepted: fc.boolean(), correction: name })
        .map((value): MessageInitShape<typeof EventSchema>['data'] => ({ case: 'feedbackGiven', value })),
    );
    const events = fc.array(fc.record({ data, seconds, source: name }), { minLength: 40, maxLength: 120 });
    fc.assert(
      fc.property(events, (given) => {
        const learner = new NextActionLearner({ task: 'next-action', label: 'tool+subject' });
        for (const [i, { data: payload, seconds: at, source }] of given.entries())
          learner.learnOne({
            sequence: i + 1,
            event: create(EventSchema, {
              at: { seconds: at, nanos: 1 },
              source,
              ...(payload ? { data: payload } : {}),
            }),
          });
        for (const text of [
          JSON.stringify(learner.scorecards()),
          JSON.stringify(learner.predictOne({ session: 'a' })),
        ])
          expect(text).not.toMatch(/NaN|Infinity/);
        const report = learner.scorecards().flatMap(numbersOf);
        expect(report.filter((value) => !Number.isFinite(value))).toEqual([]);
        const forecast = learner.forecast({ session: 's' }).ranked.map(({ p }) => p);
        expect(forecast.filter((p) => !(p >= 0 && p <= 1))).toEqual([]);
        const again = learned([], 'tool+subject');
        again.restore(learner.snapshot());
        expect(again.snapshot()).toEqual(learner.snapshot());
      }),
      { numRuns: 20 },
    );
  });

  it('refuses a snapshot of another version and says so', () => {
    const old = new StateWriter('next-action/tool', 1).finish();
    expect(() => learned([]).restore(old)).toThrow(
      /next-action\/tool version \d+, found version 1, an older one/,
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
