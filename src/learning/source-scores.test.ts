/** The record by source: a poisoned source shows soon, honest ones are left alone, whatever they are asked. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from './contract/index.js';
import { SourceScores } from './source-scores.js';
import { StateReader, StateWriter } from './state-codec.js';

const names = ['git', 'ci', 'hook', 'mcp'];

interface Scene {
  readonly random: () => number;
  /** Range of the stated probability of the source with that number; the outcome comes true as often. */
  readonly range?: (source: number) => readonly [number, number];
  /** What becomes of an outcome. */
  readonly told?: (source: number, right: boolean, event: number) => boolean;
  /** Source of an event; default any of four. */
  readonly pick?: (event: number) => number;
}

/** Feeds events and looks after each one. */
function feed(scores: SourceScores, events: number, scene: Scene, look: (event: number) => void = () => {}) {
  const { random, range = () => [0.5, 0.95], told = (_, right) => right } = scene;
  const pick = scene.pick ?? (() => Math.floor(4 * random()));
  for (let event = 1; event <= events; event++) {
    const source = pick(event);
    const [low, high] = range(source);
    const confidence = low + (high - low) * random();
    const value = told(source, random() < confidence, event) ? 1 : 0;
    scores.observe({
      source: names[source] ?? `s${source}`,
      values: [value, random() < 0.5 ? 1 : 0],
      confidence,
      weight: 1,
    });
    look(event);
  }
}

/** The event at which source 0 is suspected; Infinity when it never is. */
function found(scores: SourceScores, events: number, scene: Scene): number {
  let at = Number.POSITIVE_INFINITY;
  feed(scores, events, scene, (event) => {
    if (scores.suspects.includes('git')) at = Math.min(at, event);
  });
  return at;
}

describe('a poisoned source', () => {
  it('is suspected within 200 events of all four when it flips its outcomes', () => {
    const seed = 41;
    const random = seededRandom(seed);
    const runs = 200;
    let soon = 0;
    for (let run = 0; run < runs; run++) {
      const told = (source: number, right: boolean) => (source === 0 ? !right : right);
      const range = () => [0.6, 0.98] as const;
      if (found(new SourceScores(1), 200, { random, told, range }) <= 200) soon++;
    }
    expect(soon / runs, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
  });

  it('is suspected within 200 of its own events when it shuffles its outcomes among eight labels', () => {
    const seed = 42;
    const random = seededRandom(seed);
    const runs = 200;
    let soon = 0;
    for (let run = 0; run < runs; run++) {
      const told = (source: number, right: boolean) => (source === 0 ? random() < 1 / 8 : right);
      if (found(new SourceScores(1), 800, { random, told, range: () => [0.3, 0.7] }) <= 800) soon++;
    }
    expect(soon / runs, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
  });

  it('is suspected within 200 of its own events when it turns after a long honest time', () => {
    const seed = 43;
    const random = seededRandom(seed);
    const runs = 40;
    let soon = 0;
    for (let run = 0; run < runs; run++) {
      const scores = new SourceScores(1);
      feed(scores, 4000, { random });
      const told = (source: number, right: boolean) => (source === 0 ? !right : right);
      if (found(scores, 800, { random, told }) <= 800) soon++;
    }
    expect(soon / runs, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a source whose outcomes the model has learned to expect nothing of', () => {
  it('stands out within 200 events, and is not suspected', () => {
    const seed = 50;
    const random = seededRandom(seed);
    const runs = 100;
    let soon = 0;
    let suspected = 0;
    for (let run = 0; run < runs; run++) {
      const scores = new SourceScores(1);
      const range = (source: number) => (source === 0 ? [0.1, 0.3] : [0.75, 0.95]) as [number, number];
      feed(scores, 200, { random, range });
      const row = scores.report(0).find(({ source }) => source === 'git');
      if (row?.overall.lower) soon++;
      if (row?.suspect) suspected++;
      expect((row?.overall.interval?.[1] ?? 1) < 0).toBe(row?.overall.lower);
    }
    expect(soon / runs, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
    expect(suspected, `seed ${seed}`).toBeLessThanOrEqual(5);
  });
});

describe('a source whose wrong outcomes the model has learned', () => {
  it('stands out by a baseline within 250 events, which knows nothing of sources', () => {
    const seed = 51;
    const random = seededRandom(seed);
    const runs = 100;
    let soon = 0;
    for (let run = 0; run < runs; run++) {
      const scores = new SourceScores(2);
      for (let event = 0; event < 250; event++) {
        const source = Math.floor(4 * random());
        const [model, simple] = [random() < 0.8 ? 1 : 0, random() < (source === 0 ? 0.1 : 0.6) ? 1 : 0];
        const values = [model, random() < 0.5 ? 1 : 0, simple] as const;
        scores.observe({ source: names[source]!, values, confidence: 0.8, weight: 1 });
      }
      const row = scores.report(1).find(({ source }) => source === 'git')!;
      if (row.overall.by === 'baseline') soon++;
      expect(row.overall.lower).toBe(row.overall.by !== null);
      expect(row.overall.interval![1] < 0).toBe(row.overall.lower);
    }
    expect(soon / runs, `seed ${seed}`).toBeGreaterThanOrEqual(0.95);
  });
});

describe('honest sources', () => {
  it('are suspected in at most 5 % of 1,000 runs, looked at after every event', () => {
    const seed = 44;
    const random = seededRandom(seed);
    let [wrong, lower] = [0, 0];
    for (let run = 0; run < 1000; run++) {
      const scores = new SourceScores(1);
      let any = false;
      feed(scores, 800, { random }, () => {
        any ||= scores.suspects.length > 0;
      });
      if (any) wrong++;
      else if (scores.report(0).some(({ overall }) => overall.lower)) lower++;
    }
    expect(wrong, `seed ${seed}`).toBeLessThanOrEqual(50);
    expect(lower, `seed ${seed}`).toBeLessThanOrEqual(50);
  });

  it('are left alone though one is asked harder questions, and sources come in bursts', () => {
    const seed = 45;
    const random = seededRandom(seed);
    let wrong = 0;
    for (let run = 0; run < 40; run++) {
      const scores = new SourceScores(1);
      feed(scores, 4000, {
        random,
        range: (source) => (source === 0 ? [0.1, 0.6] : [0.4, 0.95]),
        pick: (event) => Math.floor(event / 50) % 4,
      });
      if (scores.suspects.length > 0) wrong++;
      const row = scores.report(0).find(({ source }) => source === 'git');
      expect(row?.value).toBeLessThan(0.45);
    }
    expect(wrong, `seed ${seed}`).toBeLessThanOrEqual(2);
  });

  it('are left alone when a user changes the client as the stream changes, in 95 % of 100 runs', () => {
    const seed = 52;
    const random = seededRandom(seed);
    let wrong = 0;
    for (let run = 0; run < 100; run++) {
      const scores = new SourceScores(1);
      let any = false;
      const look = () => {
        any ||= scores.report(0).some(({ suspect, overall }) => suspect || overall.lower);
      };
      feed(scores, 1000, { random, pick: () => (random() < 0.5 ? 1 : 2) });
      // Stated as before, but it comes true by half; a hook of before goes on for a while.
      const told = (_: number, right: boolean) => right && random() < 0.5;
      const pick = (event: number) => (event < 100 && random() < 0.3 ? 1 : 0);
      feed(scores, 300, { random, told, pick }, (event) => {
        if (event % 10 === 0) look();
      });
      if (any) wrong++;
    }
    expect(wrong, `seed ${seed}`).toBeLessThanOrEqual(5);
  });

  it('are left alone in 95 % of 100 runs when each burst of 30 has a luck of its own', () => {
    const seed = 53;
    const random = seededRandom(seed);
    let wrong = 0;
    for (let run = 0; run < 100; run++) {
      const scores = new SourceScores(1);
      let luck = 1;
      feed(scores, 3000, {
        random,
        pick: (event) => {
          if (event % 30 === 1) luck = random() < 0.5 ? 0.3 : 1;
          return Math.floor((event - 1) / 30) % 4;
        },
        told: (_, right) => right && random() < luck,
      });
      if (scores.report(0).some(({ suspect, overall }) => suspect || overall.lower)) wrong++;
    }
    expect(wrong, `seed ${seed}`).toBeLessThanOrEqual(5);
  });

  it('are not told apart from nothing when there is but one', () => {
    const scores = new SourceScores(1);
    feed(scores, 500, { random: seededRandom(1), pick: () => 0, told: () => false });
    expect(scores.report(0)).toEqual([
      expect.objectContaining({ source: 'git', n: 500, value: 0, difference: null, suspect: false }),
    ]);
  });
});

describe('the rows', () => {
  it('hold n, both means by weight, and the interval of the difference; suspects come first', () => {
    const random = seededRandom(46);
    const scores = new SourceScores(1);
    feed(scores, 3000, {
      random,
      pick: () => (random() < 0.1 ? 0 : 1 + Math.floor(3 * random())),
      told: (source, right) => (source === 0 ? !right : right),
    });
    const rows = scores.report(0);
    expect(rows[0]).toMatchObject({ source: 'git', suspect: true });
    expect(rows[0]!.n).toBeLessThan(rows[1]!.n);
    expect(rows[0]!.interval![1]).toBeLessThan(0);
    expect(rows[0]!.interval![0]).toBeLessThan(rows[0]!.difference!);
    for (const row of rows) {
      expect(row.baseline).toBeGreaterThan(0.4);
      expect(row.suspect).toBe(row.interval![1] < 0);
    }
    const weighed = new SourceScores(1);
    weighed.observe({ source: 'a', values: [1, undefined], confidence: undefined, weight: 3 });
    weighed.observe({ source: 'a', values: [0, 1], confidence: undefined, weight: 1 });
    expect(weighed.report(0)[0]).toMatchObject({ n: 2, value: 0.75, baseline: 1 });
  });

  it('are bounded: an idle source gives its place up, and nothing is lost from the count', () => {
    const scores = new SourceScores(1);
    const random = seededRandom(47);
    feed(scores, 100, { random, pick: (event) => 10 + (event % 20) });
    expect(scores.report(0)).toHaveLength(17);
    expect(scores.report(0).at(-1)).toMatchObject({ source: null, n: 20 });
    feed(scores, 5000, { random, pick: () => 10 });
    feed(scores, 10, { random, pick: () => 99 });
    const rows = scores.report(0);
    expect(rows).toHaveLength(17);
    expect(rows.some(({ source }) => source === 's99')).toBe(true);
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(5110);
  });

  it('survive a snapshot in the middle: the same verdicts, the same bytes', () => {
    const bytes = (scores: SourceScores) => {
      const out = new StateWriter('t', 1);
      scores.write(out);
      return out.finish();
    };
    const [first, rest] = [seededRandom(48), (seed: number) => seededRandom(seed)];
    const whole = new SourceScores(1);
    const poison = (source: number, right: boolean) => (source === 0 ? !right : right);
    feed(whole, 1500, { random: first, told: poison });
    const again = SourceScores.read(new StateReader(bytes(whole), 't', 1), 1);
    expect(again.suspects).toEqual(whole.suspects);
    feed(whole, 500, { random: rest(49), told: poison });
    feed(again, 500, { random: rest(49), told: poison });
    expect(bytes(again)).toEqual(bytes(whole));
    expect(again.report(0)).toEqual(whole.report(0));
  });
});
