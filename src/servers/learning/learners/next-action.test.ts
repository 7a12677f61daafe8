/** The next-action learner: its contract, its contexts, its receipts, its gate. */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { checkLearner, seededRandom } from '../../../learning/contract/index.js';
import { StateWriter } from '../../../learning/index.js';
import { EventSchema, PredictionMadeSchema, type StoredEvent } from '../../../proto/index.js';
import { type ActionLabel, actionOf } from './action.js';
import { ActionModel } from './action-model.js';
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

/** All numbers inside plain data. */
function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersOf) : [];
}

const live = (learner: NextActionLearner) => learner.scorecards().find(({ kind }) => kind === 'live')!;

describe('NextActionLearner', () => {
  it.each([
    ['tool', 'ahead'],
    ['tool', 'at its time'],
    ['tool+subject', 'ahead'],
    ['tool+subject', 'at its time'],
  ] as const)('keeps the contract of a learner (%s, asked %s)', (label, asked) => {
    checkLearner({
      make: () => new NextActionLearner({ task: 'next-action', label, asked }),
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

describe('the time of the step that is asked about', () => {
  /** What comes is told by the silence before it, and by nothing else. */
  function silences(n: number): StoredEvent[] {
    const random = seededRandom(19);
    let at = start;
    return Array.from({ length: n }, (_, i) => {
      const tool = ['Read', 'Edit', 'Bash'][Math.floor(3 * random())]!;
      at += { Read: 1000, Edit: 20_000, Bash: 300_000 }[tool]!;
      return event(i + 1, call(i + 1, tool).event.data, at);
    });
  }

  /** Share of the steps foretold, asked so many ms after the step before; undefined: at the step's own time. */
  function asked(learner: NextActionLearner, events: readonly StoredEvent[], afterLast?: number) {
    let right = 0;
    let last = start;
    for (const e of events) {
      const action = actionOf(e.event, 'tool')!;
      const at = afterLast === undefined ? action.at : last + afterLast;
      if (learner.forecast({ session: 's', at }).ranked[0]?.label === action.label) right++;
      learner.learnOne(e);
      last = action.at;
    }
    return right / events.length;
  }

  const history = (learner: NextActionLearner) =>
    learner.scorecards()[0]!.metrics['context-mixture']!['top-1']!;

  it('is not part of what the served learners score and prove: live questions come before it is known', () => {
    const events = silences(1500);
    const [serve] = nextActionLearners;
    for (const afterLast of [1, 1000, 60_000, undefined]) {
      const learner = serve!();
      expect(asked(learner, events, afterLast)).toBeCloseTo(history(learner), 12);
      expect(history(learner)).toBeLessThan(0.45);
      expect(learner.predictOne({ session: 's' }).mode).toBe('baseline');
      expect(learner.selective().sizes[0]?.answered).toBe(0);
    }
    const timed = new NextActionLearner({ task: 'next-action', label: 'tool', asked: 'at its time' });
    expect(asked(timed, events)).toBeGreaterThan(0.9);
    expect(history(timed)).toBeGreaterThan(0.9);
    expect(asked(timed, events.slice(-300), 1)).toBeLessThan(0.5);
  });

  it('is not heard, nor is the source, by one that is asked ahead; the two read no state of each other', () => {
    const ahead = learned(silences(300));
    const answer = ahead.predictOne({ session: 's' });
    for (const at of [1, start, start + 1e9])
      expect(ahead.predictOne({ session: 's', at, source: 'hook:other' })).toEqual(answer);
    const timed = new NextActionLearner({ task: 'next-action', label: 'tool', asked: 'at its time' });
    expect(() => timed.restore(ahead.snapshot())).toThrow();
    expect(() => ahead.restore(timed.snapshot())).toThrow();
  });

  it('leaves the silences between earlier steps, which are known: they still tell what comes', () => {
    let at = start;
    let late = false;
    const random = seededRandom(23);
    const events = Array.from({ length: 1500 }, (_, i) => {
      // Read comes soon or late, and what follows it goes by that.
      if (i % 2 === 0) late = random() < 0.5;
      at += i % 2 === 1 ? 3000 : late ? 600_000 : 1000;
      const tool = i % 2 === 0 ? 'Read' : late ? 'Bash' : 'Edit';
      return event(i + 1, call(i + 1, tool).event.data, at);
    });
    const learner = learned(events.slice(0, 1000));
    let right = 0;
    for (const [i, e] of events.slice(1000).entries()) {
      const label = actionOf(e.event, 'tool')!.label;
      if (i % 2 === 1 && learner.predictOne({ session: 's' }).answer?.[0]?.label === label) right++;
      learner.learnOne(e);
    }
    expect(right / 250).toBeGreaterThan(0.9);
  });
});

describe('a change of habits', () => {
  const turn = 4000;

  /** Steps by a habit that holds three times in four: what follows each of twelve tools; another habit from `turn` on. */
  function habits(n: number): StoredEvent[] {
    const random = seededRandom(31);
    const any = () => Math.floor(12 * random());
    let last = 0;
    return Array.from({ length: n }, (_, i) => {
      last = random() < 0.25 ? any() : (i < turn ? last * 5 + 1 : last * 7 + 2) % 12;
      return call(i + 1, `tool${last}`);
    });
  }

  it('is detected, reacted to, recovered from, and said', () => {
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
    const hits: boolean[] = [];
    let said: number | undefined;
    for (const e of habits(turn + 1500)) {
      const { ranked } = learner.forecast({ session: 's', at: start + e.sequence * 1000, source: 'mcp' });
      hits.push(ranked[0]?.label === actionOf(e.event, 'tool')?.label);
      learner.learnOne(e);
      const { drift } = learner.scorecards()[0]!;
      if (e.sequence >= turn && drift && drift.at >= start + turn * 1000) said ??= e.sequence;
    }
    const share = (from: number, to: number) => hits.slice(from, to).filter(Boolean).length / (to - from);
    const before = share(turn - 500, turn);
    expect(before).toBeGreaterThan(0.7);
    expect(share(turn, turn + 50)).toBeLessThan(0.6 * before);
    expect(said! - turn).toBeLessThanOrEqual(128);
    expect(share(turn + 300, turn + 800)).toBeGreaterThan(0.9 * before);
    const [report] = learner.scorecards();
    expect(report!.drift!.what).toMatch(/from .* to .*memory/);
  });

  it('is recovered from sooner by the reaction than without', () => {
    const events = habits(turn + 1000);
    const rightAfter = () => {
      const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
      let right = 0;
      for (const e of events) {
        const { ranked } = learner.forecast({ session: 's', at: start + e.sequence * 1000, source: 'mcp' });
        if (e.sequence > turn && ranked[0]?.label === actionOf(e.event, 'tool')?.label) right++;
        learner.learnOne(e);
      }
      return right;
    };
    const reacting = rightAfter();
    const adapt = vi.spyOn(ActionModel.prototype, 'adapt').mockImplementation(() => {});
    const unmoved = rightAfter();
    expect(adapt).toHaveBeenCalled();
    adapt.mockRestore();

    expect(reacting).toBeGreaterThan(unmoved);
  });
});

describe('the record by source', () => {
  const sources = ['hook:a', 'hook:b', 'mcp', 'ci'];

  /** Four sources report the steps of their sessions; from `poisoned` on the first reports a tool at random instead. */
  function reported(n: number, poisoned: number): StoredEvent[] {
    const random = seededRandom(53);
    const tools = ['Read', 'Edit', 'Bash', 'Grep', 'Write', 'Fetch', 'Task', 'Glob'];
    const last = new Map<string, number>();
    return Array.from({ length: n }, (_, i) => {
      const source = sources[Math.floor(4 * random())]!;
      const now = random() < 0.2 ? Math.floor(8 * random()) : ((last.get(source) ?? 0) + 1) % 8;
      last.set(source, now);
      const false_ = source === 'hook:a' && i >= poisoned;
      const e = call(i + 1, tools[false_ ? Math.floor(8 * random()) : now]!, { session: `of ${source}` });
      return { ...e, event: { ...e.event, source } };
    });
  }

  it('shows a source whose outcomes are shuffled within 200 of its events, and forgetting it restores the score', () => {
    const events = reported(1600, 600);
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
    const suspects = () => learner.scorecards()[0]!.sources!.filter(({ suspect }) => suspect);
    let own = 0;
    for (const e of events) {
      learner.learnOne(e);
      if (e.sequence === 600) expect(suspects()).toEqual([]);
      if (e.sequence > 600 && e.event.source === 'hook:a' && ++own === 200) break;
    }
    expect(suspects().map(({ source }) => source)).toEqual(['hook:a']);
    for (const e of events) if (e.sequence > 900) learner.learnOne(e);
    const honest = learned(events.filter(({ event: { source } }) => source !== 'hook:a'));
    const [clean] = honest.scorecards();
    expect(clean!.sources!.filter(({ suspect }) => suspect)).toEqual([]);
    const top1 = (report: { metrics: Readonly<Record<string, Readonly<Record<string, number>>>> }) =>
      report.metrics['context-mixture']!['top-1']!;
    expect(top1(clean!)).toBeGreaterThan(top1(learner.scorecards()[0]!) + 0.05);
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

  it('are all counted: open, settled, expired or dropped, by the weight of their sample', () => {
    const random = seededRandom(71);
    const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
    let taken = 0;
    const counts = () => live(learner).receipts!;
    for (let i = 1; i <= 6000; i++) {
      const session = `s${Math.floor(random() * 3000)}`;
      const id = `p${i}`;
      if (random() < 0.5) learner.learnOne(call(i, 'Read', { session: random() < 0.1 ? session : 's0' }));
      else {
        const weight = 1 + Math.floor(3 * random());
        const expiresAt = random() < 0.1 ? start + (i + 900) * 1000 : start + 1e12;
        const made = receipt(i, id, ['Read', 'Edit'], { session, expiresAt });
        if (made.event.data.case === 'predictionMade') made.event.data.value.sampleWeight = weight;
        learner.learnOne(made);
        // Seen again while it is open, it is the same receipt.
        learner.learnOne(made);
        taken += weight;
      }
      if (i % 500 !== 0) continue;
      const { open, settled, expired, dropped } = counts();
      expect(open + settled + expired + dropped).toBe(taken);
      const restored = learned([]);
      restored.restore(learner.snapshot());
      expect(live(restored).receipts).toEqual(counts());
    }
    for (const count of Object.values(counts())) expect(count).toBeGreaterThan(50);
  });

  it('are asked anew: what another state says, in the shape that is served', () => {
    const learner = learned(stream(1500, 3));
    learner.learnOne(call(2000, 'Read', { session: 'x' }));
    const made = (question: string[], ranked = ['Bash']) =>
      create(PredictionMadeSchema, { prediction: 'p', task: 'next-action', question, ranked, model: 'old' });
    const { answer, baseline, mode } = learner.predictOne({ session: 'x', top: 2, at: start + 2_000_500 });
    const said = learner.reanswer(made(['x', '2']), start + 2_000_500)!;
    expect(said).toMatchObject({ prediction: 'p', task: 'next-action', question: ['x', '2'] });
    expect(said.model).toBe(`context-mixture/${mode}`);
    expect(said.ranked).toEqual(answer!.map(({ label }) => label));
    expect(said.distribution).toEqual(Object.fromEntries(answer!.map(({ label, p }) => [label, p])));
    expect(Object.keys(said.baseline)).toEqual(baseline!.map(({ label }) => label));
    expect(learner.reanswer(made(['x']), start)!.ranked).toHaveLength(1);
    expect(learner.reanswer(made(['x', 'many'], ['a', 'b', 'c']), start)!.ranked).toHaveLength(3);
    expect(learned([]).reanswer(made(['x', '2']), start)).toBeNull();
    const before = learner.snapshot();
    learner.reanswer(made(['y', '9']), start);
    expect(learner.snapshot()).toEqual(before);
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
    expect(live(learner).receipts).toEqual({ open: 0, settled: 0, expired: 1, dropped: 0 });
  });
});
