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
import { mean, seeds } from './seeds.js';

/**
 * Examples over which accuracy is averaged, and which a new concept gets before it is held to the bar: the default width of
 * MOA's window (WindowClassificationPerformanceEvaluator, EvaluatePrequential; CapyMOA's window_size), 1,000.
 */
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

export interface RecoveryRow extends Omit<Recovery, 'recoveredAfter'> {
  readonly model: string;
  readonly adaptive: boolean;
  readonly scenario: string;
  /** Least and mean share of the accuracy before that the second window has, over the seeds. */
  readonly worstShare: number;
  readonly share: number;
  /** Infinity when it never was. */
  readonly recoveredAfter: { readonly median: number; readonly worst: number };
}

/** Means over five seeds. */
export function recoveries(models: readonly StreamModel[]): RecoveryRow[] {
  const runs = seeds.map((seed) => scenarios(100 * seed));
  return models.flatMap((model) =>
    (runs[0] ?? []).map(({ name }, at): RecoveryRow => {
      const all = runs.flatMap((run, i) => (run[at] ? [recovery(model, run[at], seeds[i] ?? 1)] : []));
      const back = all.map(({ recoveredAfter }) => recoveredAfter ?? Infinity).sort((a, b) => a - b);
      const shares = all.map(({ second, before }) => second / before);
      return {
        model: model.name,
        adaptive: model.adaptive === true,
        scenario: name,
        before: mean(all.map((r) => r.before)),
        first: mean(all.map((r) => r.first)),
        second: mean(all.map((r) => r.second)),
        last: mean(all.map((r) => r.last)),
        worstShare: Math.min(...shares),
        share: mean(shares),
        recoveredAfter: { median: back[back.length >> 1] ?? Infinity, worst: back.at(-1) ?? Infinity },
      };
    }),
  );
}

export const recoveryTitle =
  'Drift, 5 seeds: accuracy over the last 1,000 before, the first and the second 1,000 after the change, the last; ' +
  'second ÷ before: mean, worst; examples until no window of 1,000 is below 90 %: median, worst';

export function recoveryLine(row: RecoveryRow): string {
  const numbers = [row.before, row.first, row.second, row.last].map((value) => value.toFixed(3)).join(' ');
  const verdict = !row.adaptive
    ? ''
    : row.worstShare >= 0.9
      ? ' ✓'
      : row.share >= 0.9
        ? ' (mean ✓)'
        : ' NOT 90 %';
  const { median, worst } = row.recoveredAfter;
  return `  ${row.model.padEnd(36)} ${row.scenario.padEnd(12)} ${numbers}  ${row.share.toFixed(3)} ${row.worstShare.toFixed(3)}${verdict}  ${median} ${worst}`;
}
