/**
 * The next command of a file, asked ahead of each event: the lift over every trivial predictor, and what can be answered for sure.
 * It exists because a scorecard tells the lift over the best predictor since it last changed; a claim is about the whole file.
 * Invariant: every question is asked before its outcome; thresholds are chosen online; intervals hold at every look.
 */
import { readEvents } from '../../src/evaluate/index.js';
import {
  actionOf,
  baselinesOf,
  DifferenceSequence,
  type Ranked,
  SelectiveAnswering,
  type SelectiveReport,
} from '../../src/learning/index.js';
import { type CommandLabel, nextCommandLearner } from '../../src/servers/bash/predict/index.js';

export interface Accuracy {
  readonly label: CommandLabel;
  readonly n: number;
  /** predictor → share that was right at first, among the first five. */
  readonly hits: Readonly<Record<string, { readonly top1: number; readonly top5: number }>>;
  /** baseline → lift of top-1 over the whole file with its always-valid interval. */
  readonly lifts: Readonly<
    Record<string, { readonly lift: number; readonly interval: readonly [number, number] }>
  >;
  /** Single answers, and the five best as a set. */
  readonly selective: readonly { readonly size: 1 | 5; readonly report: SelectiveReport }[];
}

const model = 'the model, asked ahead';
const precisions = [0.95, 0.9, 0.8];

const mass = (best: readonly Ranked[]) =>
  Math.min(
    1,
    best.reduce((sum, { p }) => sum + p, 0),
  );

export async function accuracyOf(file: string, label: CommandLabel): Promise<Accuracy> {
  const learner = nextCommandLearner(label);
  const names = baselinesOf(label);
  const sums = new Map([model, ...names].map((name) => [name, { top1: 0, top5: 0 }]));
  const lifts = new Map(names.map((name) => [name, new DifferenceSequence()]));
  const gates = ([1, 5] as const).flatMap((size) =>
    precisions.map((precision) => ({ size, gate: new SelectiveAnswering({ precision }) })),
  );
  let n = 0;
  for await (const { stored } of readEvents(file)) {
    const action = actionOf(stored.event, label);
    if (action) {
      n++;
      const { ranked, baselines } = learner.forecast({ session: action.session, top: 5 });
      const count = (name: string, said: readonly Ranked[]): number => {
        const rank = said.findIndex((item) => item.label === action.label);
        const sum = sums.get(name);
        if (sum && rank === 0) sum.top1++;
        if (sum && rank >= 0) sum.top5++;
        return rank === 0 ? 1 : 0;
      };
      const own = count(model, ranked);
      for (const name of names) lifts.get(name)?.observe(own - count(name, baselines[name] ?? []));
      for (const { size, gate } of gates) {
        const best = ranked.slice(0, size);
        gate.observe(
          mass(best),
          best.some((item) => item.label === action.label),
        );
      }
    }
    learner.learnOne(stored);
  }
  return {
    label,
    n,
    hits: Object.fromEntries(
      [...sums].map(([name, { top1, top5 }]) => [name, { top1: top1 / n, top5: top5 / n }]),
    ),
    lifts: Object.fromEntries(
      [...lifts].map(([name, sequence]) => [
        name,
        { lift: sequence.mean ?? 0, interval: sequence.interval() ?? [-1, 1] },
      ]),
    ),
    selective: gates.map(({ size, gate }) => ({ size, report: gate.report() })),
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

export function accuracyText({ label, n, hits, lifts, selective }: Accuracy): string {
  const rows = Object.entries(hits).map(([name, { top1, top5 }]) => {
    const over = lifts[name];
    const lift = over
      ? `; lift over it ${(100 * over.lift).toFixed(1)} points, always valid ${over.interval.map((end) => (100 * end).toFixed(1)).join(' … ')}`
      : '';
    return `  ${name.padEnd(24)} top-1 ${top1.toFixed(3)}  top-5 ${top5.toFixed(3)}${lift}`;
  });
  const sure = selective.map(
    ({ size, report: { target, coverage, accuracy, answered } }) =>
      `  ${size === 1 ? 'one answer' : 'five as a set'}, to be right in ${target}: ${percent(coverage)} of the questions, right in ${accuracy === null ? '–' : percent(accuracy)} of ${answered}`,
  );
  return [`next command by ${label}, ${n} questions`, ...rows, ...sure].join('\n');
}
