/**
 * An evaluation as plain text for a terminal: every predictor beside the others, then what the figures rest on.
 * It exists so that a reader sees at once whether the learned model earned its place, and by how much.
 * Invariant: wording follows the gate; a model that does not win is never called better.
 */
import type { EvaluationResult, SelectiveCoverage, SureOfSize } from './result.js';

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(3);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}

/** Rounded down: a bound is never stated better than it is. */
function atLeast(value: number): string {
  return `${(Math.floor(value * 1000) / 10).toFixed(1)} %`;
}

/** Columns padded to their widest cell; the first left, the others right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** " on 2026-08-18" for a time that is known. */
function on(at: number): string {
  return at > 0 ? ` on ${new Date(at).toISOString().slice(0, 10)}` : '';
}

/** Hundredths with their sign; none where nothing is left after rounding. */
function points(value: number): string {
  const figure = Math.abs(value * 100).toFixed(1);
  return figure === '0.0' ? figure : `${value > 0 ? '+' : '−'}${figure}`;
}

type Judged = Pick<
  EvaluationResult,
  'model' | 'primary' | 'baseline' | 'lift' | 'interval' | 'since' | 'mode' | 'n'
>;

function verdict({ model, primary, baseline, lift, interval, since, mode, n }: Judged): string {
  if (n === 0) return 'Nothing was asked: the input holds nothing that this task asks about.';
  if (!baseline || lift === null || !interval) return 'No baseline to compare with.';
  const gap = `${points(lift)} points of ${primary} against ${baseline.name}, 95 % always-valid interval ${points(interval[0])} … ${points(interval[1])}${since === undefined ? '' : `, since the lift changed${on(since)}`}`;
  if (mode === 'learned') return `${model} wins: ${gap}. It answers.`;
  if (mode === 'insufficient') return `Too few predictions for a verdict: ${gap}. Nobody answers yet.`;
  // The best baseline may be beaten while another, since a change, is not yet.
  if (interval[0] > 0)
    return `${model} leads: ${gap}, but has not shown that it beats every baseline. The baseline answers.`;
  if (interval[1] < 0) return `${model} is worse: ${gap}. The baseline answers.`;
  return `${model} has not shown that it wins: ${gap}. The baseline answers.`;
}

/** What was answered, and how well: single labels first, then the larger answers by themselves, which select less. */
function sure({ target, sizes }: SelectiveCoverage, of = ''): string[] {
  const told = ({ coverage, answered, accuracy, lower }: SureOfSize) =>
    `${percent(coverage)} of the events (${count(answered)}), right in ${percent(accuracy ?? 0)}, at least ${atLeast(lower ?? 0)} by Wilson`;
  const single = sizes.find(({ size }) => size === 1);
  const larger = sizes.filter(({ size, answered }) => size > 1 && answered > 0);
  return [
    single && single.answered > 0
      ? `Sure enough for ${percent(target)}${of}: one label at ${told(single)} (thresholds chosen online).`
      : `At ${percent(target)} wanted accuracy no single label could be answered${of}.`,
    ...larger.map((size) => `  one of ${size.size} labels at another ${told(size)}.`),
  ];
}

/** What a question gets that comes before the step, when its time is not known. */
function askedAhead({ ahead, primary, n }: EvaluationResult): string[] {
  if (!ahead || n === 0) return [];
  const { predictor, calibration, selective } = ahead;
  return [
    '',
    verdict({ ...ahead, model: predictor, primary, n }),
    ...(calibration ? [`Its calibration error: ${calibration.ece.toFixed(3)}.`] : []),
    ...(selective ? sure(selective, ', asked ahead') : []),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en');
}

/** Microseconds with two figures below ten. */
function micros(us: number): string {
  return us < 10 ? us.toFixed(1) : us.toFixed(0);
}

/** Who told the outcomes, where there are several: a source whose outcomes do not fit the others' is named. */
function bySource({ sources = [], primary }: EvaluationResult): string[] {
  if (sources.length < 2) return [];
  const rows = sources.map(({ source, n, value, baseline, suspect, overall }) => [
    source ?? 'all others',
    count(n),
    figure(value ?? undefined),
    figure(baseline ?? undefined),
    suspect
      ? 'does not fit the others'
      : overall.lower
        ? `agrees less with the ${overall.by === 'baseline' ? 'trivial predictors' : 'model'}`
        : '',
  ]);
  return [...aligned([['source of the outcomes', 'n', primary, 'best baseline', ''], ...rows]), ''];
}

/** @returns lines joined by \n, without a final one */
export function renderTable(result: EvaluationResult): string {
  const { task, label, inputs, n, metrics, model, calibration, drift, latency, selective, notes } = result;
  const columns = [...new Set(Object.values(metrics).flatMap((row) => Object.keys(row)))];
  const name = (predictor: string) =>
    predictor === model || predictor === result.ahead?.predictor
      ? `${predictor} (learned)`
      : predictor === 'served'
        ? 'served (after the gate)'
        : predictor;
  const rows = Object.entries(metrics).map(([predictor, row]) => [
    name(predictor),
    ...columns.map((column) => figure(row[column])),
  ]);
  const lines = [
    `${task}${label ? ` (${label})` : ''} · ${count(n)} ${n === 1 ? 'prediction' : 'predictions'}, each before its outcome · ${inputs.join(', ')}`,
    '',
    ...(n === 0 ? [] : [...aligned([['predictor', ...columns], ...rows]), '']),
    ...bySource(result),
    verdict(result),
  ];
  if (calibration)
    lines.push(
      `Calibration error (ECE, 10 bins): ${calibration.ece.toFixed(3)} over ${count(calibration.n)}.`,
    );
  if (n > 0)
    lines.push(
      drift
        ? `Last change noticed${on(drift.at)}: ${drift.what}.`
        : 'No change of accuracy, calibration or lift was noticed.',
    );
  if (selective) lines.push(...sure(selective));
  if (latency && n > 0)
    lines.push(
      `Predict p50 ${micros(latency.predictP50Us)} µs, p99 ${micros(latency.predictP99Us)} µs; learn ${micros(latency.learnMeanUs)} µs mean.`,
    );
  return [...lines, ...askedAhead(result), ...notes].join('\n');
}
