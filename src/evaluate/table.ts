/**
 * An evaluation as plain text for a terminal: every predictor beside the others, then what the figures rest on.
 * It exists so that a reader sees at once whether the learned model earned its place, and by how much.
 * Invariant: wording follows the gate; a model that does not win is never called better.
 */
import type { EvaluationResult, SelectiveCoverage } from './result.js';

function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(3);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
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

function verdict({ model, primary, baseline, lift, interval, mode, n }: EvaluationResult): string {
  if (n === 0) return 'Nothing was asked: no event of this task in the input.';
  if (!baseline || lift === null || !interval) return 'No baseline to compare with.';
  const points = (value: number) => `${value >= 0 ? '+' : '−'}${Math.abs(value * 100).toFixed(1)}`;
  const gap = `${points(lift)} points of ${primary} against ${baseline.name}, 95 % always-valid interval ${points(interval[0])} … ${points(interval[1])}`;
  if (mode === 'learned') return `${model} wins: ${gap}. It answers.`;
  if (mode === 'insufficient') return `Too few predictions for a verdict: ${gap}. Nobody answers yet.`;
  if (interval[1] < 0) return `${model} is worse: ${gap}. The baseline answers.`;
  return `${model} has not shown that it wins: ${gap}. The baseline answers.`;
}

function sizes({ sizes }: SelectiveCoverage): string {
  const said = (size: number) => (size === 1 ? 'with one label' : `with ${size} labels`);
  return sizes.map(({ size, answered }) => `${answered} ${said(size)}`).join(', ');
}

/** @returns lines joined by \n, without a final one */
export function renderTable(result: EvaluationResult): string {
  const { task, label, inputs, n, metrics, model, calibration, latency, selective, notes } = result;
  const columns = [...new Set(Object.values(metrics).flatMap((row) => Object.keys(row)))];
  const name = (predictor: string) =>
    predictor === model
      ? `${model} (learned)`
      : predictor === 'served'
        ? 'served (after the gate)'
        : predictor;
  const rows = Object.entries(metrics).map(([predictor, row]) => [
    name(predictor),
    ...columns.map((column) => figure(row[column])),
  ]);
  const lines = [
    `${task}${label ? ` (${label})` : ''} · ${n} predictions, each before its outcome · ${inputs.join(', ')}`,
    '',
    ...aligned([['predictor', ...columns], ...rows]),
    '',
    verdict(result),
  ];
  if (calibration)
    lines.push(`Calibration error (ECE, 10 bins): ${calibration.ece.toFixed(3)} over ${calibration.n}.`);
  if (selective)
    lines.push(
      selective.accuracy === null
        ? `At ${percent(selective.target)} wanted accuracy nothing could be answered.`
        : `Sure enough for ${percent(selective.target)}: ${percent(selective.coverage)} of the events (${sizes(selective)}), right in ${percent(selective.accuracy)}, at least ${percent(selective.lower ?? 0)} by Wilson (thresholds chosen online).`,
    );
  if (latency)
    lines.push(
      `Predict p50 ${latency.predictP50Us.toFixed(0)} µs, p99 ${latency.predictP99Us.toFixed(0)} µs; learn ${latency.learnMeanUs.toFixed(0)} µs mean.`,
    );
  return [...lines, ...notes].join('\n');
}
