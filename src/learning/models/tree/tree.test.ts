/** One tree over vectors, and one member of a forest: where examples go, what is kept, who takes over. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract/index.js';
import { ForestMember } from './forest-member.js';
import { Tree } from './tree.js';

/** Two classes apart on feature 0; feature 1 says nothing. */
function learn(tree: Tree, n: number, seed: number): void {
  const random = seededRandom(seed);
  for (let i = 0; i < n; i++) {
    const y = random() < 0.5 ? 0 : 1;
    tree.learn(Float64Array.of(10 * y + random(), random()), y, 1);
  }
}

describe('Tree', () => {
  it('splits between two classes and sends each to its side, at once', () => {
    const tree = new Tree({ grace: 100 });
    learn(tree, 99, 1);
    expect(tree.nodes).toBe(1);
    learn(tree, 1, 2);
    expect(tree.nodes).toBe(3);
    expect([...tree.votes(Float64Array.of(0.5, 0.5))][0]).toBe(1);
    expect([...tree.votes(Float64Array.of(10.5, 0.5))][1]).toBe(1);
  });

  it('sends an example without the feature to the heavier side', () => {
    const tree = new Tree({ grace: 100 });
    learn(tree, 100, 3);
    for (let i = 0; i < 50; i++) tree.learn(Float64Array.of(10.5, 0.5), 1, 1);
    expect(tree.votes(Float64Array.of(Number.NaN, 0.5))[1]).toBe(1);
  });

  /** Classes in stripes: a tree may split on and on. */
  const stripes = (tree: Tree, each: () => void) => {
    const random = seededRandom(4);
    for (let i = 0; i < 4000; i++) {
      const value = 16 * random();
      tree.learn(Float64Array.of(value), Math.floor(value) % 2, 1);
      each();
    }
  };

  it('grows to its nodes and no further', () => {
    const tree = new Tree({ grace: 20, nodes: 8 });
    stripes(tree, () => expect(tree.nodes).toBeLessThanOrEqual(8));
    expect(tree.nodes).toBe(7);
  });

  it('grows to its depth and no further', () => {
    const tree = new Tree({ grace: 20, depth: 2 });
    stripes(tree, () => {});
    expect(tree.nodes).toBe(7);
  });

  it('forgets features of leaves within its cells, and answers on', () => {
    const tree = new Tree({ grace: 20, cells: 10 });
    let most = 0;
    stripes(tree, () => {
      most = Math.max(most, tree.cells);
    });
    expect(tree.nodes).toBeGreaterThan(9);
    expect(most).toBeLessThanOrEqual(10);
    expect(most).toBeGreaterThan(7);
    expect(tree.votes(Float64Array.of(3.5)).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('does not split a leaf that is as good as pure', () => {
    const tree = new Tree({ grace: 20 });
    for (let i = 0; i < 2000; i++) tree.learn(Float64Array.of(i % 10), i === 1500 ? 1 : 0, 1);
    expect(tree.nodes).toBe(1);
  });
});

describe('ForestMember', () => {
  it('hands over to a tree that was trained since the warning', () => {
    const random = seededRandom(5);
    const member = new ForestMember({ tree: {}, warning: 0.3, drift: 1e-6 });
    for (let i = 0; member.replaced === 0; i++) {
      if (i > 5000) throw new Error('The drift was not found.');
      const y = random() < 0.5 ? 0 : 1;
      const turned = i >= 1000 && random() < 0.4;
      member.learn(Float64Array.of((turned ? 1 - y : y) + 0.1 * random()), y, 1);
    }
    const votes = member.votes(Float64Array.of(0));
    expect(votes.length).toBe(2);
    expect(votes[1]).toBeGreaterThan(0.05);
    expect(member.accuracy).toBe(0);
  });

  it('is tested by an example of weight 0 but does not learn it', () => {
    const member = new ForestMember({ tree: {}, warning: 0.01, drift: 0.001 });
    member.learn(Float64Array.of(1), 0, 1);
    for (let i = 0; i < 3; i++) member.learn(Float64Array.of(1), 0, 0);
    expect(member.accuracy).toBe(3 / 4);
    member.learn(Float64Array.of(1), 1, 0);
    expect(member.votes(Float64Array.of(1)).length).toBe(1);
  });
});
