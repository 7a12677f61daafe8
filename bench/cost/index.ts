/**
 * What each model costs beside the best npm library of its method, in one process, in turns.
 * It exists so that "an online model in TypeScript need not be slow" is a table that anyone can print.
 * Invariant: a library that cannot learn one example is charged a fit for a new one, and its cost per example of a fit is shown too.
 */
import { classifierContests } from './classifiers.js';
import { costs, type SideCost, swallowed } from './side.js';
import { statisticContests } from './statistics.js';

export interface CostComparison {
  readonly model: string;
  readonly ours: SideCost;
  readonly peer: SideCost;
  /** Peer ÷ ours: until one further example is learned; an example of a whole fit; a question. */
  readonly next: number;
  readonly learn: number;
  readonly predict: number;
}

/** @param wanted parts of model names; default all */
export function compareCosts(wanted: readonly string[]): CostComparison[] {
  const contests = [...classifierContests(), ...statisticContests()].filter(
    ({ model }) => wanted.length === 0 || wanted.some((part) => model.includes(part)),
  );
  return contests.flatMap((contest) => {
    const [ours, ...peers] = costs(contest);
    if (!ours) return [];
    return peers.map((peer) => ({
      model: contest.model,
      ours,
      peer,
      next: peer.nextNs / ours.nextNs,
      learn: peer.learnNs / ours.learnNs,
      predict: peer.predictNs / ours.predictNs,
    }));
  });
}

export function costLines(rows: readonly CostComparison[]): string[] {
  const ns = (value: number) => value.toFixed(value < 100 ? 1 : 0).padStart(10);
  const share = (value: number | null) => (value === null ? '   ' : value.toFixed(3)).padStart(6);
  const line = ({ name, nextNs, learnNs, predictNs, bytes, accuracy }: SideCost) =>
    `    ${name.padEnd(36)}${ns(nextNs)}${ns(learnNs)}${ns(predictNs)}${String(bytes).padStart(10)}${share(accuracy)}`;
  // Read once, so that nothing timed could be left out as unused.
  const note = swallowed() === undefined ? ' (nothing was timed)' : '';
  return [
    `ns: one further example, one of a row, one question; bytes saved; accuracy${note}`,
    ...rows.flatMap(({ model, ours, peer, next, learn, predict }) => [
      `  ${model}: a further example × ${next.toFixed(1)}, an example of a row × ${learn.toFixed(1)}, a question × ${predict.toFixed(1)}`,
      line(ours),
      line(peer),
    ]),
  ];
}
