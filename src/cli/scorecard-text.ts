/**
 * Scorecards as lines a person reads: what was learned, against which trivial predictor, and who answers.
 * It exists so that start, learn and status say the same thing in the same words.
 * Invariant: the model never stands without its baseline, its n and its interval.
 */
import type { ScorecardReport } from '../learning/index.js';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(1)}`;

/** One paragraph a scorecard. */
export function scorecardLines(report: ScorecardReport): string[] {
  const title = `${report.task} (${report.kind === 'live' ? 'answers that were served' : 'replayed history'})`;
  const value = report.metrics[report.model]?.[report.primary];
  if (report.n === 0 || value === undefined) return [`${title}: nothing scored yet`];
  const lines = [
    `${title}: ${report.primary} ${percent(value)} over ${report.n.toLocaleString('en')} questions`,
  ];
  if (report.baseline) {
    const interval = report.interval
      ? `, interval ${points(report.interval[0])} to ${points(report.interval[1])}`
      : '';
    const lift = report.lift === null ? '' : ` (lift ${points(report.lift)} points${interval})`;
    lines.push(`  best trivial predictor: ${report.baseline.name} ${percent(report.baseline.value)}${lift}`);
  }
  if (report.calibration)
    lines.push(
      `  calibration: expected error ${report.calibration.ece.toFixed(3)} over ${report.calibration.n.toLocaleString('en')}`,
    );
  lines.push(`  who answers: ${whoAnswers(report.mode)}`);
  return lines;
}

function whoAnswers(mode: ScorecardReport['mode']): string {
  switch (mode) {
    case 'learned':
      return 'the model: it beats every trivial predictor here';
    case 'baseline':
      return 'the trivial predictor: the model has not been shown to beat it here';
    case 'insufficient':
      return 'not decided: too little has been scored; until then the trivial predictor, where it knows anything';
  }
}
