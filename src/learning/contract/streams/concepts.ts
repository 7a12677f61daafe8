/**
 * The concepts that the literature on drift is measured on: SEA, random RBF and the rotating hyperplane.
 * They exist seeded and small, so that tests and benches of any room can ask for them.
 * Invariant: all randomness comes from the generator passed in.
 */
import type { Random, Stream } from './stream.js';

/** Thresholds of the four SEA concepts. */
export const seaThresholds = [8, 9, 7, 9.5] as const;

/**
 * SEA: three features in [0, 10), true when the first two sum to at most the threshold; the third says nothing.
 * Street and Kim 2001, A Streaming Ensemble Algorithm for Large-Scale Classification.
 * @param noise share of labels turned over
 */
export function sea(threshold: number, { random, noise = 0 }: { random: Random; noise?: number }): Stream {
  return () => {
    const x = { a: 10 * random(), b: 10 * random(), c: 10 * random() };
    return { x, y: x.a + x.b <= threshold !== random() < noise };
  };
}

/** Standard normal by Box and Muller 1958. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export interface RbfOptions {
  readonly random: Random;
  /** Default 10, 2 and 50, as in MOA. */
  readonly features?: number;
  readonly classes?: number;
  readonly centroids?: number;
  /** How far each centroid moves at each example; default 0, the concept stays. */
  readonly speed?: number;
}

/**
 * Random RBF: weighted centroids in the unit cube, each of one class; an example lies around one of them.
 * With `speed` they move and turn back at the walls (Bifet, Holmes, Pfahringer, Kirkby, Gavaldà 2009).
 */
export function randomRbf({
  random,
  features = 10,
  classes = 2,
  centroids = 50,
  speed = 0,
}: RbfOptions): Stream {
  const names = Array.from({ length: features }, (_, i) => `f${i}`);
  const made = Array.from({ length: centroids }, () => ({
    centre: names.map(random),
    towards: unit(names.map(() => random() - 0.5)),
    y: `class ${Math.floor(classes * random())}`,
    spread: random(),
    weight: random(),
  }));
  const whole = made.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    for (const { centre, towards } of speed > 0 ? made : [])
      for (let i = 0; i < features; i++) {
        const moved = (centre[i] ?? 0) + speed * (towards[i] ?? 0);
        if (moved < 0 || moved > 1) towards[i] = -(towards[i] ?? 0);
        centre[i] = Math.min(1, Math.max(0, moved));
      }
    let left = whole * random();
    const chosen = made.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    const offset = unit(names.map(() => random() - 0.5));
    const length = (chosen?.spread ?? 0) * normal(random);
    const x = names.map((name, i): [string, number] => [
      name,
      (chosen?.centre[i] ?? 0) + length * (offset[i] ?? 0),
    ]);
    return { x: Object.fromEntries(x), y: chosen?.y ?? '' };
  };
}

function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

export interface HyperplaneOptions {
  readonly random: Random;
  /** Default 10, of which the first `drifting` (default 2) change their weight. */
  readonly features?: number;
  readonly drifting?: number;
  /** Change of a weight at each example; default .001. Its direction turns with a chance of .1. */
  readonly change?: number;
  /** Share of labels turned over; default .05. */
  readonly noise?: number;
}

/**
 * Rotating hyperplane: features in [0, 1), true above a plane whose weights change at each example.
 * Hulten, Spencer, Domingos 2001, Mining Time-Changing Data Streams; defaults as in MOA.
 */
export function hyperplane({
  random,
  features = 10,
  drifting = 2,
  change = 0.001,
  noise = 0.05,
}: HyperplaneOptions): Stream {
  const weights = Array.from({ length: features }, random);
  const direction = weights.map(() => 1);
  return () => {
    const values = weights.map(random);
    const sum = values.reduce((s, value, i) => s + value * (weights[i] ?? 0), 0);
    const half = weights.reduce((s, weight) => s + weight, 0) / 2;
    for (let i = 0; i < drifting; i++) {
      weights[i] = (weights[i] ?? 0) + (direction[i] ?? 1) * change;
      if (random() < 0.1) direction[i] = -(direction[i] ?? 1);
    }
    const x = Object.fromEntries(values.map((value, i): [string, number] => [`f${i}`, value]));
    return { x, y: sum >= half !== random() < noise };
  };
}
