/**
 * What a user would have been given: the gate's choice at each event, scored beside the predictors it chooses from.
 * It exists because a model that wins in the end may not have answered at first.
 * Invariant: an event at which nobody answered counts as a miss; events weigh what they weigh on the scorecard.
 */
import type { ScorecardReport } from '../learning/index.js';
import type { EvaluationResult } from './result.js';

export class Served {
  readonly #sums: Map<string, number>;
  #weight = 0;

  constructor(metrics: readonly string[]) {
    this.#sums = new Map(metrics.map((metric) => [metric, 0]));
  }

  /** @param scores metric → what the answer given scored, in [0, 1]; a metric left out is 0 @param weight of the event */
  observe(scores: Readonly<Record<string, number>>, weight = 1): void {
    this.#weight += weight;
    for (const [metric, sum] of this.#sums) this.#sums.set(metric, sum + weight * (scores[metric] ?? 0));
  }

  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([metric, sum]) => [metric, sum / (this.#weight || 1)]));
  }
}

type Told =
  | 'n'
  | 'model'
  | 'primary'
  | 'metrics'
  | 'baseline'
  | 'lift'
  | 'interval'
  | 'since'
  | 'calibration'
  | 'drift'
  | 'sources'
  | 'mode';

/** The part of a result that the scorecard and the gate's choices tell. */
export function fromScorecard(report: ScorecardReport, served: Served): Pick<EvaluationResult, Told> {
  const { n, model, primary, baseline, lift, interval, since, calibration, drift, sources, mode } = report;
  const metrics = n === 0 ? report.metrics : { ...report.metrics, served: served.means() };
  return {
    n,
    model,
    primary,
    metrics,
    baseline,
    lift,
    interval,
    calibration,
    drift,
    mode,
    ...(since === undefined ? {} : { since }),
    ...(sources === undefined ? {} : { sources }),
  };
}
