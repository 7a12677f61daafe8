/**
 * Log-likelihoods or linear scores of labels as a distribution.
 * It exists because every scoring classifier ends the same way, and overflow is avoided in one place.
 * Invariant: probabilities and `other` sum to 1; `other` is the share of labels that gave way (all, while none is known).
 */
import type { Distribution } from '../../distribution.js';
import type { LabelSlots } from './label-slots.js';

/** The label that `toDistribution` gives the most, ties by code units; undefined while none is known. */
export function likeliest(labels: LabelSlots, scores: ArrayLike<number>): string | undefined {
  let top = -Infinity;
  for (let k = 0; k < scores.length; k++) top = Math.max(top, scores[k] ?? 0);
  let best: string | undefined;
  for (let k = 0; k < scores.length; k++) {
    const label = labels.labels[k] ?? '';
    // Scores this close are one probability.
    if (Math.exp((scores[k] ?? 0) - top) === 1 && (best === undefined || label < best)) best = label;
  }
  return best;
}

/** @param scores unnormalised log-probabilities by slot, finite; not changed */
export function toDistribution(labels: LabelSlots, scores: ArrayLike<number>): Distribution {
  const p = new Map<string, number>();
  if (labels.size === 0) return { p, other: 1 };
  let top = -Infinity;
  for (let k = 0; k < scores.length; k++) top = Math.max(top, scores[k] ?? 0);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) sum += Math.exp((scores[k] ?? 0) - top);
  const other = labels.forgotten;
  const scale = (1 - other) / sum;
  for (let k = 0; k < scores.length; k++)
    p.set(labels.labels[k] ?? '', Math.exp((scores[k] ?? 0) - top) * scale);
  return { p, other };
}
