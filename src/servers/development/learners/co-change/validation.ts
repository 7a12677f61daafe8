/**
 * Scores rankings against what did change: hit@1, hit@3, hit@5 and recall@5 of non-obvious files.
 * It exists so that learner, live receipts and evaluation count in the very same way.
 * Invariant: pure; a metric that does not apply to a question (no non-obvious file changed) is left out, not 0.
 */
import { type BaselineName, baselineNames, decayedName } from './baselines.js';
import { isNonObvious } from './paths.js';

export const modelName = 'co-change-ranker';
export const metricNames = ['hit@1', 'hit@3', 'hit@5', 'nonObviousRecall@5'] as const;
export type MetricName = (typeof metricNames)[number];
export type Metrics = Partial<Record<MetricName, number>>;

/** Files of one commit that are asked about, in path order. */
export const questionsPerCommit = 8;

/** Options of the history scorecard. Decayed confidence is shown but does not gate: it is where the ranker starts. */
export const scorecardOptions = {
  task: 'co-change',
  model: modelName,
  metrics: metricNames,
  primary: 'hit@3',
} as const;
export const historyOptions = {
  ...scorecardOptions,
  kind: 'history',
  baselines: baselineNames as readonly BaselineName[],
  reactions: { calibration: 'how sure to be is learned anew' },
} as const;
export const liveOptions = { ...scorecardOptions, kind: 'live', baselines: ['rose-confidence'] } as const;
export const shownNames = [modelName, ...baselineNames, decayedName] as const;

/** Scores of one ranking of paths for one given path. */
export function scoreRanking(given: string, ranked: readonly string[], changed: readonly string[]): Metrics {
  const right = new Set(changed);
  const hit = (count: number): number => (ranked.slice(0, count).some((path) => right.has(path)) ? 1 : 0);
  const scores: Metrics = { 'hit@1': hit(1), 'hit@3': hit(3), 'hit@5': hit(5) };
  const apart = changed.filter((path) => isNonObvious(given, path));
  if (apart.length > 0) {
    const five = new Set(ranked.slice(0, 5));
    scores['nonObviousRecall@5'] = apart.filter((path) => five.has(path)).length / apart.length;
  }
  return scores;
}
