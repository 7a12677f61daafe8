/**
 * One scorecard on one line: the deciding metric, beside the best trivial predictor on the same questions.
 * It exists because versions and forgetting show many scorecards side by side, before and after.
 * Invariant: a value never stands without its n; null where nothing was scored.
 */
import type { ScorecardReport } from '../../learning/index.js';

export interface ScoreRow {
  readonly kind: ScorecardReport['kind'];
  readonly n: number;
  readonly metric: string;
  readonly value: number | null;
  readonly baseline: ScorecardReport['baseline'];
  readonly mode: ScorecardReport['mode'];
}

export function scoreRowOf({ kind, n, metrics, model, primary, baseline, mode }: ScorecardReport): ScoreRow {
  return { kind, n, metric: primary, value: metrics[model]?.[primary] ?? null, baseline, mode };
}

/** "history hit@3 0.850 (rose-confidence 0.769), n 5982". */
export function scoreText({ kind, n, metric, value, baseline }: ScoreRow): string {
  if (value === null || n === 0) return `${kind}: nothing scored`;
  const beside = baseline ? ` (${baseline.name} ${baseline.value.toFixed(3)})` : '';
  return `${kind} ${metric} ${value.toFixed(3)}${beside}, n ${n}`;
}
