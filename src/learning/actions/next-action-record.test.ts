/** What the next-action learner's record says: as asked, through change, by source, to the end of every receipt. */
import { create } from '@bufbuild/protobuf';
import { describe, expect, it, vi } from 'vitest';
import { PredictionMadeSchema, type StoredEvent } from '../../proto/index.js';
import { seededRandom } from '../contract/index.js';
import { actionOf } from './action.js';
import { ActionModel } from './action-model.js';
import { call, event, learned, live, receipt, start, stream } from './contract/action-streams.js';
import { NextActionLearner } from './next-action.js';

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
    for (const afterLast of [1, 1000, 60_000, undefined]) {
      const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
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
    const learner = learned(stream(1500, seededRandom(3)));
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
