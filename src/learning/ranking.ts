/**
 * Scores of a ranked answer against what came true, and the one ordering of ranked labels.
 * It exists so that every room means the same by hit@k and ties are broken the same way everywhere.
 * Invariant: ties in probability are broken by the label's code units, never by insertion order.
 */
import { byCodeUnit } from './state-codec.js';

/** A label with its probability. */
export interface Ranked {
  readonly label: string;
  readonly p: number;
}

/** Falling probability, then rising label. */
export function byProbability(a: Ranked, b: Ranked): number {
  return b.p - a.p || byCodeUnit(a.label, b.label);
}

/** The k most probable labels, best first. One pass with a short sorted list: O(n + hits·k), no full sort. */
export function topK(items: Iterable<readonly [string, number]>, k: number): Ranked[] {
  const best: Ranked[] = [];
  if (k <= 0) return best;
  for (const [label, p] of items) {
    const last = best[best.length - 1];
    if (best.length === k && last && (p < last.p || (p === last.p && label >= last.label))) continue;
    if (best.length === k) best.pop();
    const entry = { label, p };
    let at = best.length;
    while (at > 0 && byProbability(entry, best[at - 1] ?? entry) < 0) at--;
    best.splice(at, 0, entry);
  }
  return best;
}

/** Position of the label from 0, or -1. */
export function rankOf(ranked: readonly Ranked[], label: string): number {
  return ranked.findIndex((item) => item.label === label);
}

/** hit@k for each k: 1 when the rank (from 0; -1 = absent) is below k, e.g. { "top-1": 0, "top-3": 1 }. */
export function hits(rank: number, ks: readonly number[]): Record<string, number> {
  return Object.fromEntries(ks.map((k) => [`top-${k}`, rank >= 0 && rank < k ? 1 : 0]));
}
