/**
 * Recovery after drift: how far the accuracy falls when the concept changes, and how soon it is back.
 * It exists because a model may be called adaptive only when this table shows it.
 * Invariant: every model sees the same examples; accuracies are of predictions made before learning.
 */
import { seededRandom } from '../../src/learning/contract/index.js';
import {
  drifting,
  type Example,
  hyperplane,
  randomRbf,
  sea,
  seaThresholds,
  take,
} from '../../src/learning/contract/streams/index.js';
import type { StreamModel } from './models.js';
import { progressive } from './progressive.js';

/** Examples over which accuracy is averaged: the default window of MOA's prequential evaluation. */
const window = 1000;

export interface DriftScenario {
  readonly name: string;
  readonly position: number;
  /** Examples over which the new concept takes over. */
  readonly width: number;
  readonly examples: readonly Example[];
}

/** Abrupt and gradual drift on SEA and RBF, from one seed. */
export function scenarios(seed: number, position = 10_000, after = 10_000): DriftScenario[] {
  const made = (name: string, width: number, concept: (n: 0 | 1) => ReturnType<typeof sea>) => ({
    name,
    position,
    width,
    examples: take(
      drifting(concept(0), concept(1), { random: seededRandom(seed), position, width }),
      position + after,
    ),
  });
  const seas = (n: 0 | 1) =>
    sea(seaThresholds[n === 0 ? 2 : 3], { random: seededRandom(seed + 1 + n), noise: 0.1 });
  const rbfs = (n: 0 | 1) => randomRbf({ random: seededRandom(seed + 1 + n) });
  return [
    made('SEA abrupt', 1, seas),
    made('SEA gradual', 1000, seas),
    made('RBF abrupt', 1, rbfs),
    made('RBF gradual', 1000, rbfs),
  ];
}

/** Streams whose concept never rests: mean accuracy is all there is to say. */
export function moving(seed: number, n = 10_000): { name: string; examples: readonly Example[] }[] {
  return [
    { name: 'RBF moving (.0001)', examples: take(randomRbf({ random: seededRandom(seed), speed: 1e-4 }), n) },
    { name: 'hyperplane', examples: take(hyperplane({ random: seededRandom(seed) }), n) },
  ];
}

export interface Recovery {
  /** Accuracy over the last window before the drift begins. */
  readonly before: number;
  /** Over the first window after the drift is complete. */
  readonly first: number;
  /** Over the second one: nothing learned or answered in the drift itself is in it. */
  readonly second: number;
  /** Over the last window of the stream. */
  readonly last: number;
  /** Examples from the drift's middle until the window's accuracy was for good ≥ 90 % of `before`; null when never. */
  readonly recoveredAfter: number | null;
}

export function recovery(
  model: StreamModel,
  { position, width, examples }: DriftScenario,
  seed: number,
): Recovery {
  const { right } = progressive(model.make(seed), examples);
  const over = (end: number) => right.subarray(end - window, end).reduce((a, b) => a + b, 0) / window;
  const begins = position - Math.ceil(width / 2);
  const ends = position + Math.ceil(width / 2);
  const before = over(begins);
  let last = -1;
  for (let end = begins; end <= examples.length; end++) if (over(end) < 0.9 * before) last = end;
  return {
    before,
    first: over(ends + window),
    second: over(ends + 2 * window),
    last: over(examples.length),
    recoveredAfter: last === examples.length ? null : Math.max(0, last - position),
  };
}
