/**
 * The trivial predictors of the next action: most frequent, after the last label, after the last two (Witten-Bell smoothed).
 * They exist so that the model is judged beside them on every step; being asked at each, they are worked out in one pass.
 * Invariant: the same rankings as `wittenBellRanking` gives on the same counts; nothing is learned here.
 *
 * p_k(y) = (c_k(y) + t_k · p_{k-1}(y)) / (n_k + t_k), t_k = labels met in the context (Witten and Bell 1991, method C).
 */
import type { Tally } from '../models/tally.js';
import type { VoterMemory } from '../models/voter-memory.js';
import { byProbability, type Ranked } from '../ranking.js';

/** The trivial predictors of this file, by rising order. */
export const baselineNames = ['most-frequent', 'order-1', 'order-2'] as const;
/** "ipam" (models/ipam.ts): of commands alone. */
export type BaselineName = (typeof baselineNames)[number] | 'ipam';

/** Labels of a context that are looked at, at least. */
const depth = 12;

export interface BaselineQuestion {
  readonly base: Tally;
  readonly memory: VoterMemory;
  /** Rows of the contexts "last label" and "last two labels"; -1 where new. */
  readonly rows: readonly [one: number, two: number];
  /** How many labels are wanted, best first. */
  readonly k: number;
  label(id: number): string | undefined;
}

/** Keeps the k best in order. */
function insert(best: Ranked[], entry: Ranked, k: number): void {
  const last = best[best.length - 1];
  if (best.length === k && (!last || byProbability(entry, last) >= 0)) return;
  let at = best.length;
  while (at > 0 && byProbability(entry, best[at - 1] ?? entry) < 0) at--;
  best.splice(at, 0, entry);
  if (best.length > k) best.pop();
}

export function rankBaselines({
  base,
  memory,
  rows,
  k,
  label,
}: BaselineQuestion): Readonly<Record<(typeof baselineNames)[number], readonly Ranked[]>> {
  const wanted = Math.max(k, depth);
  const ids = base.ids.slice(0, wanted);
  /** Candidates of each order: those of the lower ones, then its own. */
  const ends = [ids.length];
  for (const row of rows) {
    const start = row * memory.labels;
    const size = row < 0 ? 0 : Math.min(wanted, memory.sizes[row] ?? 0);
    for (let i = start; i < start + size; i++) {
      const id = memory.ids[i] ?? 0;
      if (!ids.includes(id)) ids.push(id);
    }
    ends.push(ids.length);
  }
  const mass = base.total + base.types;
  const first = ends[0] ?? 0;
  const p = ids.map((id, at) =>
    mass > 0 ? (at < first ? (base.counts[at] ?? 0) : base.count(id)) / mass : 0,
  );
  const names = ids.map((id) => label(id));
  const rankings = ends.map((end, order) => {
    const row = order === 0 ? -1 : (rows[order - 1] ?? -1);
    if (row >= 0) smooth(p, ids, memory, row);
    const best: Ranked[] = [];
    for (let at = 0; at < end; at++) {
      const name = names[at];
      const mine = p[at] ?? 0;
      if (name === undefined || (best.length === k && mine < (best[k - 1]?.p ?? 0))) continue;
      insert(best, { label: name, p: mine }, k);
    }
    return best;
  });
  const [zero = [], one = [], two = []] = rankings;
  return { 'most-frequent': zero, 'order-1': one, 'order-2': two };
}

/** Mixes the counts of one context into probabilities of the order below. */
function smooth(p: number[], ids: readonly number[], memory: VoterMemory, row: number): void {
  const types = memory.types[row] ?? 0;
  if (types === 0) return;
  const denominator = (memory.totals[row] ?? 0) + types;
  for (let at = 0; at < p.length; at++) p[at] = ((p[at] ?? 0) * types) / denominator;
  const start = row * memory.labels;
  for (let i = start; i < start + (memory.sizes[row] ?? 0); i++) {
    const at = ids.indexOf(memory.ids[i] ?? 0);
    if (at >= 0) p[at] = (p[at] ?? 0) + (memory.counts[i] ?? 0) / denominator;
  }
}
