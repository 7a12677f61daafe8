import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Event,
  EventSchema,
  FileChange_Status,
  PredictionMadeSchema,
  type StoredEvent,
} from '../../../proto/index.js';
import { CoChangeLearner } from './co-change.js';

type Data = NonNullable<Parameters<typeof create<typeof EventSchema>>[1]>['data'];
type Touch = string | { path: string; status?: FileChange_Status; previousPath?: string };

/** A stream of events with one commit an hour. */
class Stream {
  readonly events: StoredEvent[] = [];
  #hour = 0;

  add(data: Data): StoredEvent {
    this.#hour += 1;
    const event: Event = create(EventSchema, {
      at: { seconds: BigInt(1_700_000_000 + this.#hour * 3600) },
      source: 'test',
      data,
    } as Parameters<typeof create<typeof EventSchema>>[1]);
    const stored = { sequence: this.events.length + 1, event };
    this.events.push(stored);
    return stored;
  }

  commit(
    files: readonly Touch[],
    more: { sha?: string; bot?: boolean; parents?: string[]; generated?: string[] } = {},
  ) {
    const { sha = `c${this.events.length}`, bot = false, parents = ['p'], generated = [] } = more;
    const value = {
      sha,
      bot,
      parents,
      generatedPaths: generated,
      files: files.map((file) =>
        typeof file === 'string' ? { path: file, status: FileChange_Status.MODIFIED } : file,
      ),
    };
    return this.add({ case: 'commitLanded', value } as Data);
  }

  /** Habits: a module with its test, the parser with its grammar, now and then noise. */
  habits(rounds: number): this {
    const names = ['parser', 'printer', 'reader', 'writer'];
    for (let round = 0; round < rounds; round++) {
      const name = names[round % 4] ?? '';
      this.commit([`src/${name}.ts`, `test/${name}.test.ts`]);
      if (round % 3 === 0) this.commit(['src/parser.ts', 'grammar/language.txt']);
      if (round % 5 === 0) this.commit([`docs/page-${round}.md`, `src/${names[(round * 7) % 4]}.ts`]);
      if (round % 7 === 0) this.commit(['package.json', `src/${names[(round * 3) % 4]}.ts`], { bot: true });
    }
    return this;
  }
}

function learned(events: readonly StoredEvent[]): CoChangeLearner {
  const learner = new CoChangeLearner();
  for (const event of events) learner.learnOne(event);
  return learner;
}

const paths = (learner: CoChangeLearner, ...asked: string[]) =>
  (learner.predictOne({ paths: asked }).answer ?? []).map(({ path }) => path);

describe('the co-change learner', () => {
  it('knows nothing at first, and says so', () => {
    expect(new CoChangeLearner().predictOne({ paths: ['a'] })).toMatchObject({
      answer: null,
      confidence: null,
      mode: 'insufficient',
    });
  });

  it('learns habits, and counts exactly', () => {
    const { events } = new Stream().habits(60);
    const learner = learned(events);
    const prediction = learner.predictOne({ paths: ['src/parser.ts'] });
    const found = prediction.answer?.find(({ path }) => path === 'test/parser.test.ts');
    const touching = (path: string) =>
      events.filter(({ event }) => {
        const commit = event.data.case === 'commitLanded' ? event.data.value : undefined;
        return commit && !commit.bot && commit.files.some((file) => file.path === path);
      });
    const test = new Set(touching('test/parser.test.ts'));
    const source = touching('src/parser.ts');
    expect(found?.total).toBe(source.length);
    expect(found?.together).toBe(source.filter((event) => test.has(event)).length);
    expect(found?.commits).toHaveLength(2);
    const shas = [...test].map(({ event }) => event.data.case === 'commitLanded' && event.data.value.sha);
    expect(shas).toEqual(expect.arrayContaining([...(found?.commits ?? [])]));
    expect(paths(learner, 'src/parser.ts').slice(0, 2).sort()).toEqual([
      'grammar/language.txt',
      'test/parser.test.ts',
    ]);
    expect(prediction.answer?.every(({ p }) => p > 0 && p < 1)).toBe(true);
  });

  it('is equal after a snapshot and the tail, byte for byte, and answers alike', () => {
    const { events } = new Stream().habits(40);
    const whole = learned(events);
    for (const cut of [0, 7, 50, events.length]) {
      const before = learned(events.slice(0, cut));
      const after = new CoChangeLearner();
      after.restore(before.snapshot());
      for (const event of events.slice(cut)) after.learnOne(event);
      expect(Buffer.from(after.snapshot()).equals(whole.snapshot())).toBe(true);
      expect(after.predictOne({ paths: ['src/reader.ts'] })).toEqual(
        whole.predictOne({ paths: ['src/reader.ts'] }),
      );
    }
  });

  it('asking changes nothing', () => {
    const learner = learned(new Stream().habits(20).events);
    const before = learner.snapshot();
    learner.predictOne({ paths: ['src/parser.ts', 'never/seen.ts'], limit: 50 });
    expect(Buffer.from(learner.snapshot()).equals(before)).toBe(true);
  });

  it('refuses damaged state and keeps its own', () => {
    const learner = learned(new Stream().habits(5).events);
    const state = learner.snapshot();
    const damaged = state.slice();
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 1;
    expect(() => learner.restore(damaged)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
    expect(Buffer.from(learner.snapshot()).equals(state)).toBe(true);
  });

  it('reads no outcome before its event', () => {
    const a = new Stream().habits(20);
    const b = new Stream().habits(20);
    a.commit(['src/parser.ts', 'later/a.ts']);
    b.commit(['src/parser.ts', 'later/b.ts']);
    const cut = a.events.length - 1;
    expect(learned(a.events.slice(0, cut)).predictOne({ paths: ['src/parser.ts'] })).toEqual(
      learned(b.events.slice(0, cut)).predictOne({ paths: ['src/parser.ts'] }),
    );
  });

  it('follows renames and drops what was deleted', () => {
    const stream = new Stream();
    for (let n = 0; n < 5; n++) stream.commit(['old/a.ts', 'old/b.ts', 'doomed.ts']);
    stream.commit([
      { path: 'new/b.ts', previousPath: 'old/b.ts', status: FileChange_Status.RENAMED },
      'x.ts',
    ]);
    stream.commit([{ path: 'doomed.ts', status: FileChange_Status.DELETED }, 'x.ts']);
    const learner = learned(stream.events);
    const [first] = learner.predictOne({ paths: ['old/a.ts'] }).answer ?? [];
    expect(first).toMatchObject({ path: 'new/b.ts', together: 5, total: 5, reason: 'history' });
    expect(paths(learner, 'old/a.ts')).not.toContain('doomed.ts');
    expect(paths(learner, 'old/a.ts')).not.toContain('old/b.ts');
  });

  it('neither learns merges nor asks about bots, giants or generated files', () => {
    const stream = new Stream();
    stream.commit(['a', 'b', 'yarn.lock'], { generated: ['yarn.lock'] });
    stream.commit(['a', 'merged'], { parents: ['p', 'q'] });
    stream.commit(Array.from({ length: 31 }, (_, n) => `giant-${n}`).concat('a'));
    const learner = learned(stream.events);
    expect(paths(learner, 'a')).not.toContain('yarn.lock');
    const [first] = learner.predictOne({ paths: ['a'] }).answer ?? [];
    expect(first).toMatchObject({ path: 'b', together: 1, total: 1 });
    const question = (files: string[], more = {}) => {
      const { event } = new Stream().commit(files, more);
      return event.data.case === 'commitLanded' ? learner.questionsOf(event.data.value) : [];
    };
    expect(question(['b', 'a', 'new'])).toEqual([
      { given: 'a', changed: ['b'] },
      { given: 'b', changed: ['a'] },
    ]);
    expect(question(['a', 'b'], { bot: true })).toEqual([]);
    expect(question(['a', 'b'], { parents: ['p', 'q'] })).toEqual([]);
    expect(question(['a'])).toEqual([]);
  });

  it('answers for a file it has never seen, from its name and folder', () => {
    const learner = learned(new Stream().habits(60).events);
    expect(learner.knows('test/lexer.test.ts')).toBe(false);
    const answer = learner.predictOne({ paths: ['test/reader.spec.ts'] }).answer ?? [];
    expect(answer.map(({ path }) => path)).toContain('src/reader.ts');
    expect(answer.find(({ path }) => path === 'src/reader.ts')).toMatchObject({
      together: 0,
      total: 0,
      reason: 'test-pair',
      commits: [],
    });
  });

  it('combines several files and never answers an asked one', () => {
    const learner = learned(new Stream().habits(60).events);
    const answer = paths(learner, 'src/parser.ts', 'test/parser.test.ts');
    expect(answer[0]).toBe('grammar/language.txt');
    expect(answer).not.toContain('src/parser.ts');
    expect(answer).not.toContain('test/parser.test.ts');
  });

  it('forgets commits of a rewritten history, and knows them again when they land anew', () => {
    const stream = new Stream().habits(10);
    const before = learned(stream.events).predictOne({ paths: ['src/parser.ts'] }).answer?.[0]?.total ?? 0;
    const again = stream.commit(['src/parser.ts', 'lost/only.ts'], { sha: 'lost' });
    stream.add({
      case: 'historyRewritten',
      value: { oldHead: 'lost', newHead: 'x', unreachable: ['lost'] },
    } as Data);
    const learner = learned(stream.events);
    expect(learner.knows('lost/only.ts')).toBe(false);
    expect(learner.predictOne({ paths: ['src/parser.ts'] }).answer?.[0]?.total).toBe(before);
    learner.learnOne(again);
    learner.learnOne(again);
    expect(learner.predictOne({ paths: ['src/parser.ts'] }).answer?.[0]?.total).toBe(before + 1);
  });

  it('keeps within its bounds', () => {
    const { events } = new Stream().habits(60);
    const bounds = { commits: 20, changes: 1000 };
    const learner = new CoChangeLearner({ bounds });
    for (const event of events) learner.learnOne(event);
    expect([...learner.shas].length).toBeLessThanOrEqual(22);
    const restored = new CoChangeLearner({ bounds });
    restored.restore(learner.snapshot());
    expect(Buffer.from(restored.snapshot()).equals(learner.snapshot())).toBe(true);
    expect(restored.predictOne({ paths: ['src/parser.ts'] })).toEqual(
      learner.predictOne({ paths: ['src/parser.ts'] }),
    );
  });

  it('links files by imports when they have no past together', () => {
    const stream = new Stream().habits(10);
    stream.commit(['src/new.ts', 'z/other.ts']);
    const value = { path: 'src/new.ts', imports: [{ module: '../lib/far.ts', resolvedPath: 'lib/far.ts' }] };
    stream.commit(['lib/far.ts']);
    stream.habits(30);
    stream.add({ case: 'sourceIndexed', value } as Data);
    const answer = learned(stream.events).predictOne({ paths: ['src/new.ts'], limit: 50 }).answer ?? [];
    expect(answer.find(({ path }) => path === 'lib/far.ts')?.reason).toBe('import');
  });
});

describe('scorecards', () => {
  it('validate progressively beside every baseline', () => {
    const [history] = learned(new Stream().habits(120).events).scorecards();
    expect(history?.kind).toBe('history');
    expect(Object.keys(history?.metrics ?? {})).toEqual([
      'co-change-ranker',
      'same-directory',
      'name-stem',
      'frequency',
      'rose-confidence',
    ]);
    expect(history?.metrics['co-change-ranker']?.['hit@3']).toBeGreaterThan(0.9);
    expect(history?.n).toBeGreaterThan(150);
  });

  const receipt = (prediction: string, ranked: string[], more = {}): Data =>
    ({
      case: 'predictionMade',
      value: {
        prediction,
        task: 'co-change',
        question: ['src/parser.ts'],
        ranked,
        distribution: { [ranked[0] ?? '']: 0.8 },
        baseline: { 'package.json': 0.4 },
        ...more,
      },
    }) as Data;

  it('settle a served answer by the next commit that touches an asked file', () => {
    const stream = new Stream().habits(5);
    stream.add(receipt('r1', ['test/parser.test.ts', 'x']));
    stream.commit(['elsewhere.ts', 'other.ts']);
    stream.commit(['src/parser.ts']);
    const outcome = stream.commit(['src/parser.ts', 'test/parser.test.ts']);
    const learner = learned(stream.events.slice(0, -1));
    expect(learner.settle(outcome)).toEqual([
      {
        prediction: 'r1',
        scores: expect.objectContaining({ 'hit@1': 1, 'hit@3': 1 }),
        baseline: expect.objectContaining({ 'hit@3': 0 }),
      },
    ]);
    learner.learnOne(outcome);
    expect(learner.settle(outcome)).toEqual([]);
    expect(learner.scorecards()[1]).toMatchObject({ kind: 'live', n: 1 });
  });

  it('settle by feedback, and never after expiry or before they were made', () => {
    const stream = new Stream();
    const early = stream.commit(['src/parser.ts', 'b']);
    stream.add(receipt('late', ['b'], { expiresAt: { seconds: 1_700_000_000n + 3n * 3600n } }));
    stream.add(receipt('told', ['x', 'y', 'right.ts']));
    const learner = learned(stream.events);
    expect(learner.settle(early)).toEqual([]);
    const commit = stream.commit(['src/parser.ts', 'b']);
    expect(learner.settle(commit).map(({ prediction }) => prediction)).toEqual(['told']);
    const feedback = stream.add({
      case: 'feedbackGiven',
      value: { prediction: 'told', accepted: false, correction: 'right.ts' },
    } as Data);
    expect(learner.settle(feedback)[0]?.scores).toMatchObject({ 'hit@1': 0, 'hit@3': 1 });
  });

  it('count every served answer: open, settled, expired or dropped, by the weight of its sample', () => {
    const stream = new Stream();
    const hours = (n: number) => ({ expiresAt: { seconds: 1_700_000_000n + BigInt(n) * 3600n } });
    let taken = 0;
    for (let i = 0; i < 5000; i++) {
      const weight = 1 + (i % 3);
      const question = i % 5 === 0 ? ['src/parser.ts'] : [`src/${i}.ts`];
      stream.add(
        receipt(`r${i}`, ['b'], { question, sampleWeight: weight, ...hours(i % 7 === 0 ? i : 1e6) }),
      );
      taken += weight;
      if (i % 40 === 0) stream.commit(['src/parser.ts', 'b']);
    }
    const learner = learned(stream.events);
    const { receipts } = learner.scorecards()[1]!;
    const { open, settled, expired, dropped } = receipts!;
    expect(open + settled + expired + dropped).toBe(taken);
    for (const count of [open, settled, expired]) expect(count).toBeGreaterThan(100);
    expect(dropped).toBe(0);
    for (let i = 0; i < 4500; i++)
      stream.add(receipt(`late${i}`, ['b'], { question: ['never.ts'], ...hours(1e6) }));
    const full = learned(stream.events).scorecards()[1]!.receipts!;
    expect(full.open).toBe(4096);
    expect(full.dropped).toBeGreaterThan(1000);
    expect(full.open + full.settled + full.expired + full.dropped).toBe(taken + 4500);
    const again = new CoChangeLearner();
    again.restore(learner.snapshot());
    expect(again.scorecards()).toEqual(learner.scorecards());
  });

  it('ask a receipt anew: what this state says to its question, in the shape that is served', () => {
    const learner = learned(new Stream().habits(60).events);
    const made = (question: string[], ranked: string[]) =>
      create(PredictionMadeSchema, { prediction: 'p', task: 'co-change', question, ranked, model: 'old' });
    const said = learner.reanswer(made(['src/parser.ts'], ['a', 'b']))!;
    const { answer, baseline, mode } = learner.predictOne({ paths: ['src/parser.ts'], limit: 2 });
    expect(said).toMatchObject({ prediction: 'p', question: ['src/parser.ts'] });
    expect(said.model).toBe(`co-change-ranker/${mode}`);
    expect(said.ranked).toEqual(answer!.map(({ path }) => path));
    expect(said.ranked).toHaveLength(2);
    expect(said.distribution).toEqual(Object.fromEntries(answer!.map(({ path, p }) => [path, p])));
    expect(Object.keys(said.baseline)).toEqual(baseline!.map(({ path }) => path));
    expect(new CoChangeLearner().reanswer(made(['src/parser.ts'], ['a']))).toBeNull();
  });

  it('tell when answers no longer come true', () => {
    const stream = new Stream();
    for (let n = 0; n < 900; n++) stream.commit([`lib${n % 9}/m.ts`, `spec${(n * 7) % 9}/far.txt`]);
    expect(learned(stream.events).scorecards()[0]!.drift?.what ?? '').not.toMatch(/hit@3 fell/);
    const random = (n: number) => Math.abs(Math.floor(1e4 * Math.sin(n * n)));
    for (let n = 0; n < 900; n++)
      stream.commit([`lib${random(n) % 9}/m.ts`, `spec${random(n + 5000) % 9}/far.txt`]);
    const [history] = learned(stream.events).scorecards();
    expect(history!.drift!.what).toMatch(/hit@3 fell from .* to /);
    expect(history!.drift!.at).toBeGreaterThan((1_700_000_000 + 900 * 3600) * 1000);
  });

  it('hold only finite numbers whatever events claim of weights, times and ids', () => {
    const odd = fc.oneof(fc.constantFrom(Number.NaN, Infinity, -1e308, -1, 0, 1e308), fc.double());
    const seconds = fc.constantFrom(0n, -1n, 1n, 1_767_225_600n, 2n ** 62n, -(2n ** 62n));
    const path = fc.constantFrom('a/b.ts', 'a/c.ts', 'd.md', '');
    const payload = fc.oneof(
      fc
        .record({ sha: path, files: fc.array(fc.record({ path }), { maxLength: 4 }) })
        .map((value): Data => ({ case: 'commitLanded', value: { ...value, parents: ['p'] } })),
      fc.record({ prediction: path, question: fc.array(path), p: odd, sampleWeight: odd, seconds }).map(
        ({ p, seconds: expires, ...rest }): Data => ({
          case: 'predictionMade',
          value: {
            ...rest,
            task: 'co-change',
            ranked: ['a/b.ts', 'd.md'],
            distribution: { 'a/b.ts': p },
            baseline: { 'd.md': p, 'a/c.ts': 0.5 },
            expiresAt: { seconds: expires, nanos: 5 },
          },
        }),
      ),
      fc
        .record({ prediction: path, accepted: fc.boolean(), correction: path })
        .map((value): Data => ({ case: 'feedbackGiven', value })),
    );
    const numbers = (value: unknown): number[] =>
      typeof value === 'number'
        ? [value]
        : value !== null && typeof value === 'object'
          ? Object.values(value).flatMap(numbers)
          : [];
    fc.assert(
      fc.property(fc.array(fc.record({ payload, seconds, source: path }), { maxLength: 80 }), (given) => {
        const learner = new CoChangeLearner();
        for (const [i, { payload: data, seconds: at, source }] of given.entries())
          learner.learnOne({
            sequence: i + 1,
            event: create(EventSchema, { at: { seconds: at, nanos: 5 }, source, data } as never),
          });
        const answer = learner.predictOne({ paths: ['a/b.ts'] });
        for (const value of numbers([learner.scorecards(), answer])) expect(value).toSatisfy(Number.isFinite);
        const again = new CoChangeLearner();
        again.restore(learner.snapshot());
        expect(Buffer.from(again.snapshot()).equals(learner.snapshot())).toBe(true);
        expect(again.predictOne({ paths: ['a/b.ts'] })).toEqual(learner.predictOne({ paths: ['a/b.ts'] }));
        expect(again.referencesOf('a/b.ts')).toEqual(learner.referencesOf('a/b.ts'));
      }),
      { numRuns: 60 },
    );
  });

  it('rank by frequency alike, live and restored, when one commit raises several counts', () => {
    const stream = new Stream();
    stream.commit(['', 'd.md', 'a/c.ts']);
    const live = learned(stream.events);
    live.referencesOf('a/b.ts');
    live.learnOne(stream.commit(['a/c.ts', 'd.md']));
    const restored = new CoChangeLearner();
    restored.restore(live.snapshot());
    expect(live.referencesOf('a/b.ts').frequency).toEqual(restored.referencesOf('a/b.ts').frequency);
  });

  it('ignore receipts of other tasks', () => {
    const stream = new Stream();
    stream.add(receipt('r', ['a'], { task: 'next-action' }));
    const outcome = stream.commit(['src/parser.ts', 'a']);
    expect(learned(stream.events.slice(0, 1)).settle(outcome)).toEqual([]);
  });
});
