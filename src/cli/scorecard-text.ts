/**
 * Scorecards as lines a person reads: what was learned, against which trivial predictor, and who answers.
 * It exists so that start, learn and status say the same thing in the same words.
 * Invariant: the model never stands without its baseline, its n and its interval; a suspect source is never left out.
 */
import { type ScorecardReport, suspicionSentence } from '../learning/index.js';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const points = (share: number) => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(1)}`;

/** One paragraph a scorecard. */
export function scorecardLines(report: ScorecardReport): string[] {
  const title = `${report.task} (${report.kind === 'live' ? 'answers that were served' : 'replayed history'})`;
  const value = report.metrics[report.model]?.[report.primary];
  if (report.n === 0 || value === undefined) return [`${title}: nothing scored yet`, ...receiptLines(report)];
  const lines = [
    `${title}: ${report.primary} ${percent(value)} over ${report.n.toLocaleString('en')} questions`,
  ];
  if (report.baseline)
    lines.push(
      `  best trivial predictor: ${report.baseline.name} ${percent(report.baseline.value)}${liftText(report)}`,
    );
  if (report.calibration)
    lines.push(
      `  calibration: expected error ${report.calibration.ece.toFixed(3)} over ${report.calibration.n.toLocaleString('en')}`,
    );
  if (report.drift) lines.push(`  changed ${day(report.drift.at)}: ${report.drift.what}`);
  lines.push(...receiptLines(report), ...sourceLines(report));
  lines.push(`  who answers: ${whoAnswers(report)}`);
  return lines;
}

/** The model's lift over one predictor, with its interval. */
function liftText({
  lift,
  interval,
  since,
}: {
  readonly lift: number | null;
  readonly interval: readonly [number, number] | null;
  readonly since?: number;
}): string {
  if (lift === null) return '';
  const within = interval ? `, interval ${points(interval[0])} to ${points(interval[1])}` : '';
  return ` (lift ${points(lift)} points${within}${since === undefined ? '' : ` since ${day(since)}`})`;
}

/** Where the served answers have gone, when any was served. */
function receiptLines({ receipts }: ScorecardReport): string[] {
  if (!receipts || Object.values(receipts).every((count) => count === 0)) return [];
  const [open, settled, expired, dropped] = [
    receipts.open,
    receipts.settled,
    receipts.expired,
    receipts.dropped,
  ].map((count) => Math.round(count).toLocaleString('en'));
  return [
    `  receipts: ${open} open, ${settled} settled, ${expired} expired unsettled, ${dropped} given up for newer ones`,
  ];
}

/** One line for all sources, and one for each that stands out; nothing when there is but one. */
function sourceLines({ sources = [], primary }: ScorecardReport): string[] {
  if (sources.length < 2) return [];
  const rows = sources.map(
    ({ source, n, value }) =>
      `${source === null ? 'others' : source || '(unnamed)'} ${value === null ? '–' : percent(value)} of ${n.toLocaleString('en')}`,
  );
  return [
    ...sources.flatMap((row) => suspicionSentence(row) ?? []).map((line) => `  ${line}`),
    `  ${primary} by source: ${rows.join(', ')}`,
  ];
}

/** A day, UTC; a time beyond what a date can hold is its last. */
function day(millis: number): string {
  return new Date(Math.min(8.64e15, Math.max(0, millis))).toISOString().slice(0, 10);
}

function whoAnswers({ mode, baseline, unbeaten }: ScorecardReport): string {
  switch (mode) {
    case 'learned':
      return 'the model: it beats every trivial predictor here';
    case 'baseline':
      return unbeaten && unbeaten.name !== baseline?.name
        ? `the trivial predictor: of all of them the model has not been shown to beat ${unbeaten.name}${liftText(unbeaten)}`
        : 'the trivial predictor: the model has not been shown to beat it here';
    case 'insufficient':
      return 'not decided: too little has been scored; until then the trivial predictor, where it knows anything';
  }
}
