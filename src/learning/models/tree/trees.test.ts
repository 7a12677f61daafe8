/** The tree models: the contract, refusals, bounds, and that each learns and recovers as it is there to do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkModel, seededRandom } from '../../contract/index.js';
import { drifting, randomRbf, sea, take } from '../../contract/streams/index.js';
import { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, type Features, mostProbable } from '../classifier.js';
import { AdaptiveRandomForest } from './adaptive-random-forest.js';
import { HoeffdingAdaptiveTree } from './hoeffding-adaptive-tree.js';
import { HoeffdingTree } from './hoeffding-tree.js';

const small = { features: 12, labels: 6, nodes: 31, cells: 300, grace: 25 };
const [trees, detectors] = [3, 2 * 6 * 20];

const kinds: readonly { name: string; make: () => Classifier; bound: number }[] = [
  { name: 'HoeffdingTree', make: () => new HoeffdingTree(small), bound: 12 + 6 + 31 + 300 },
  {
    name: 'HoeffdingAdaptiveTree',
    make: () => new HoeffdingAdaptiveTree({ ...small, seed: 1 }),
    bound: 12 + 6 + 31 + 300,
  },
  {
    name: 'AdaptiveRandomForest',
    make: () => new AdaptiveRandomForest({ ...small, seed: 1, trees }),
    bound: 12 + 6 + trees * (2 * (31 + 300) + detectors),
  },
];

function bytes(model: Classifier): Uint8Array {
  const out = new StateWriter('test', 1);
  model.write(out);
  return out.finish();
}

/** A writer that takes finite numbers only. */
class FiniteWriter extends StateWriter {
  override f64(value: number): this {
    if (!Number.isFinite(value)) throw new Error(`The state holds ${value}.`);
    return super.f64(value);
  }
}

/** Three classes in two dimensions, with a feature that is missing now and then. */
function regions(n: number, seed: number): { x: Features; y: string }[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => {
    const [a, b] = [random(), random()];
    const y = a < 0.5 ? 'left' : b < 0.5 ? 'low' : 'high';
    return { x: random() < 0.9 ? { a, b, noise: random() } : { b, noise: random() }, y };
  });
}

/** Share right over the last `window` examples, each asked before it is learned. */
function accuracy(
  model: Classifier,
  examples: readonly { x: Features; y: unknown }[],
  window: number,
): number {
  let right = 0;
  for (const [at, { x, y }] of examples.entries()) {
    if (at >= examples.length - window && model.predictOne(x) === String(y)) right++;
    model.learnOne(x, String(y));
  }
  return right / window;
}

describe.each(kinds)('$name', ({ make, bound }) => {
  it('keeps the contract of a model', () => {
    checkModel<Features>({
      make,
      examples: regions(600, 2),
      unseen: { never: 1, seen: -1 },
      reordered: (x) => Object.fromEntries(Object.entries(x).reverse()),
      endless: (i) => ({ x: { [`f${i % 997}`]: i % 10, [`g${i}`]: 1, b: (i * 7) % 5 }, y: `l${i % 101}` }),
      bound,
      steps: 4000,
    });
  });

  it('learns regions that need two cuts', () => {
    expect(accuracy(make(), regions(3000, 3), 500)).toBeGreaterThan(0.85);
  });

  it('refuses what would make its state non-finite, and is then as before', () => {
    const model = make();
    for (const { x, y } of regions(100, 4)) model.learnOne(x, y);
    const before = bytes(model);
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, 1]));
    const refused = expect.objectContaining({ code: 'LMCP_BAD_FEATURES' });
    for (const x of [
      { a: Number.NaN },
      { a: Infinity },
      { a: -Infinity },
      { a: 1e101 },
      { ['n'.repeat(2000)]: 1 },
      { a: 'text' as unknown as number },
      { a: null as unknown as number },
      many,
    ]) {
      expect(() => model.learnOne(x, 'left')).toThrow(refused);
      expect(() => model.predictOne(x)).toThrow(refused);
    }
    for (const weight of [0, -1, Number.NaN, Infinity])
      expect(() => model.learnOne({ a: 1 }, 'left', weight)).toThrow(refused);
    expect(() => model.learnOne({ a: 1 }, Number.NaN)).toThrow(refused);
    expect(() => model.learnOne({ a: 1 }, 'l'.repeat(2000))).toThrow(refused);
    expect(bytes(model)).toEqual(before);
  });

  it('stays finite whatever finite numbers come', () => {
    const value = fc.oneof(
      fc.double({ min: -1e100, max: 1e100, noNaN: true }),
      fc.constantFrom(0, -0, 1e100, -1e100, 5e-324, 1e-300),
      fc.integer({ min: -3, max: 3 }),
    );
    const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString', '');
    const example = fc.record({
      x: fc
        .array(fc.tuple(name, value), { maxLength: 4 })
        .map((entries): Features => Object.fromEntries(entries)),
      y: fc.constantFrom('u', 'v', 'w'),
      weight: fc.oneof(fc.constant(1), fc.double({ min: 1e-300, max: 1e9, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(example, { minLength: 1, maxLength: 80 }), (examples) => {
        const model = make();
        for (const { x, y, weight } of examples) model.learnOne(x, y, weight);
        model.write(new FiniteWriter('test', 1));
        for (const { x } of examples) {
          const { p, other } = model.predictProbaOne(x);
          const sum = [...p.values()].reduce((a, b) => a + b, other);
          expect(sum).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('answers what it gives the highest probability, ties by code units', () => {
    const model = make();
    const agree = (x: Features) => expect(model.predictOne(x)).toBe(mostProbable(model.predictProbaOne(x)));
    agree({ a: 1 });
    for (const y of ['v', 'u']) model.learnOne({ a: 1, b: 1 }, y);
    for (const x of [{}, { a: 1 }, { other: 3 }]) agree(x);
    for (const { x, y } of regions(300, 6)) {
      agree(x);
      model.learnOne(x, y);
    }
    agree({});
  });

  it('counts labels beyond its bound as other', () => {
    const model = make();
    for (let i = 0; i < 200; i++) model.learnOne({ a: i % 10 }, `label ${i % 10}`);
    const { p, other } = model.predictProbaOne({ a: 9 });
    expect(p.size).toBe(small.labels);
    expect(other).toBeGreaterThan(0.3);
  });

  it('takes labels by their text', () => {
    const model = make();
    model.learnOne({ a: 1 }, true);
    expect(model.predictOne({ a: 1 })).toBe('true');
  });
});

describe('seeds', () => {
  it('decide everything that is random', () => {
    const learned = (seed: number) => {
      const model = new AdaptiveRandomForest({ ...small, seed, trees });
      for (const { x, y } of regions(200, 5)) model.learnOne(x, y);
      return bytes(model);
    };
    expect(learned(1)).toEqual(learned(1));
    expect(learned(1)).not.toEqual(learned(2));
  });
});

describe('the order of features', () => {
  it('is no part of the state', () => {
    const learned = (turn: (x: Features) => Features) => {
      const model = new HoeffdingTree(small);
      for (const { x, y } of regions(200, 6)) model.learnOne(turn(x), y);
      return bytes(model);
    };
    expect(learned((x) => Object.fromEntries(Object.entries(x).reverse()))).toEqual(learned((x) => x));
  });
});

describe('snapshots', () => {
  it('of another shape are refused', () => {
    const bad = expect.objectContaining({ code: 'LMCP_BAD_STATE' });
    const forest = new AdaptiveRandomForest({ seed: 1, trees: 2 });
    expect(() =>
      new AdaptiveRandomForest({ seed: 1, trees: 3 }).read(new StateReader(bytes(forest), 'test', 1)),
    ).toThrow(bad);
    const tree = new HoeffdingTree();
    for (let i = 0; i < 5; i++) tree.learnOne({ [`f${i}`]: 1 }, 'y');
    expect(() => new HoeffdingTree({ features: 3 }).read(new StateReader(bytes(tree), 'test', 1))).toThrow(
      bad,
    );
    expect(() =>
      new HoeffdingAdaptiveTree({ seed: 1 }).read(new StateReader(bytes(tree), 'test', 1)),
    ).toThrow(bad);
  });
});

describe('after many drifts', () => {
  /** The rule turns into its opposite every 700 examples. */
  const turning = take(sea(8, { random: seededRandom(17) }), 7000).map(({ x, y }, at) => ({
    x,
    y: Math.floor(at / 700) % 2 === 0 ? y : !y,
  }));

  it.each(kinds)('$name holds no more than it is allowed, and counts it right', ({ make, bound }) => {
    const model = make();
    for (const { x, y } of turning) {
      model.learnOne(x, y);
      expect(model.size).toBeLessThanOrEqual(bound);
    }
    const restored = make();
    restored.read(new StateReader(bytes(model), 'test', 1));
    expect(restored.size).toBe(model.size);
  });

  it('an adaptive tree that is full grows no alternates', () => {
    const model = new HoeffdingAdaptiveTree({ grace: 25, tie: 0.3, nodes: 5, seed: 1 });
    let cells = 0;
    for (const { x, y } of turning) {
      model.learnOne(x, y);
      cells = Math.max(cells, model.size);
    }
    // 3 names, 2 labels, 5 nodes, and 3 features × 2 classes at each of at most 3 leaves.
    expect(cells).toBeLessThanOrEqual(3 + 2 + 5 + 3 * 3 * 2);
  });
});

describe('after an abrupt drift', () => {
  const drift = (seed: number) =>
    take(
      drifting(sea(7, { random: seededRandom(seed) }), sea(13, { random: seededRandom(seed + 1) }), {
        random: seededRandom(seed + 2),
        position: 4000,
        width: 1,
      }),
      6000,
    );

  it('the adaptive models are back at ≥ 90 % of their accuracy in the second thousand examples', () => {
    const examples = drift(11);
    const share = (make: () => Classifier) =>
      accuracy(make(), examples, 1000) / accuracy(make(), examples.slice(0, 4000), 1000);
    expect(share(() => new HoeffdingAdaptiveTree({ seed: 1 }))).toBeGreaterThan(0.9);
    expect(share(() => new AdaptiveRandomForest({ seed: 1, trees: 5 }))).toBeGreaterThan(0.9);
  });

  it('they are better than the plain tree where the concept turns into its opposite', () => {
    const concept = sea(8, { random: seededRandom(15) });
    const examples = take(concept, 14_000).map(({ x, y }, at) => ({ x, y: at < 12_000 ? y : !y }));
    const plain = accuracy(new HoeffdingTree(), examples, 1000);
    expect(plain).toBeLessThan(0.6);
    expect(accuracy(new HoeffdingAdaptiveTree({ seed: 1 }), examples, 1000)).toBeGreaterThan(plain + 0.2);
    expect(accuracy(new AdaptiveRandomForest({ seed: 1, trees: 5 }), examples, 1000)).toBeGreaterThan(0.9);
  });

  it('the forest replaces trees, and replaces few where nothing changes', () => {
    const changed = new AdaptiveRandomForest({ seed: 1, trees: 5 });
    for (const { x, y } of drift(12)) changed.learnOne(x, y);
    expect(changed.replaced).toBeGreaterThanOrEqual(5);
    const still = new AdaptiveRandomForest({ seed: 1, trees: 5 });
    for (const { x, y } of take(sea(8, { random: seededRandom(13), noise: 0.1 }), 4000)) still.learnOne(x, y);
    expect(still.replaced).toBeLessThanOrEqual(1);
  });

  it('a leaf of the adaptive tree forgets, even where there is room for nothing else', () => {
    const examples = take(sea(8, { random: seededRandom(16) }), 6000);
    const turned = examples.map(({ x, y }, at) => ({ x, y: at < 5000 ? y : !y }));
    expect(accuracy(new HoeffdingAdaptiveTree({ seed: 1, nodes: 1 }), turned, 500)).toBeGreaterThan(0.8);
    expect(accuracy(new HoeffdingTree({ nodes: 1 }), turned, 500)).toBeLessThan(0.5);
  });

  it('the adaptive tree replaces subtrees', () => {
    const model = new HoeffdingAdaptiveTree({ seed: 1 });
    for (const { x, y } of drift(14)) model.learnOne(x, y);
    expect(model.replaced).toBeGreaterThanOrEqual(1);
  });
});

describe('AdaptiveRandomForest', () => {
  it('beats one tree on a concept of many centroids', () => {
    const examples = take(randomRbf({ random: seededRandom(21), features: 5, centroids: 20 }), 3000);
    const forest = accuracy(new AdaptiveRandomForest({ seed: 1, trees: 10 }), examples, 1000);
    expect(forest).toBeGreaterThan(accuracy(new HoeffdingTree(), examples, 1000) + 0.05);
  });
});
