/**
 * Two versions of a learner beside each other: what each has learned, how large it is, how it scored.
 * It exists for `models diff`, and to show what a move would cost.
 * Invariant: a state that is not stored is folded anew, off the answering path; nothing changes.
 */
import type { AnyLearner, ScorecardReport } from '../../learning/index.js';
import { buildVersion, forgottenOf } from './build-version.js';
import { countEvents, sum } from './count-events.js';
import type { Version, VersionGraph } from './graph.js';
import { difference, equal, lastOf, type Ranges } from './ranges.js';
import type { Seat } from './seat.js';
import type { VersionControl } from './version-control.js';

export interface ComparedState {
  readonly ref: string;
  readonly id: string | null;
  readonly offset: number;
  /** Bytes of the state. */
  readonly size: number;
  readonly scorecard: readonly ScorecardReport[];
}

export interface Compared {
  readonly a: ComparedState;
  readonly b: ComparedState;
  /** Events of the learner's types that only this one has learned. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Bytes, b − a. */
  readonly sizeDelta: number;
  readonly metrics: readonly MetricChange[];
}

export interface MetricChange {
  readonly kind: string;
  readonly predictor: string;
  readonly metric: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly delta: number | null;
}

/** @throws LMCP_UNKNOWN_LEARNER, LMCP_UNKNOWN_VERSION, LMCP_AMBIGUOUS_VERSION */
export async function compareVersions(
  control: VersionControl,
  { learner, a, b }: { readonly learner: string; readonly a: string; readonly b: string },
): Promise<Compared> {
  const seat = control.seat(learner);
  const graph = await control.graph(seat);
  const [versionA, versionB] = [graph.resolve(a), graph.resolve(b)];
  const rowA = { ref: a, ...(await stateOf(control, { seat, graph }, versionA)) };
  const rowB = { ref: b, ...(await stateOf(control, { seat, graph }, versionB)) };
  const except = forgottenOf(seat, control.host.history);
  const only = async (one: Ranges, other: Ranges) =>
    sum(await countEvents(control.source, difference(one, other), { types: seat.consumes, except }));
  return {
    a: rowA,
    b: rowB,
    onlyA: await only(versionA.folded, versionB.folded),
    onlyB: await only(versionB.folded, versionA.folded),
    sizeDelta: rowB.size - rowA.size,
    metrics: metricChanges(rowA.scorecard, rowB.scorecard),
  };
}

async function stateOf(
  { source, host }: VersionControl,
  { seat, graph }: { readonly seat: Seat; readonly graph: VersionGraph },
  { folded, id }: Version,
): Promise<Omit<ComparedState, 'ref'>> {
  const place = { id, offset: lastOf(folded) };
  const stored = graph.snapshots.find((info) => info.id === id);
  if (stored && Array.isArray(stored.scorecard))
    return { ...place, size: stored.size, scorecard: stored.scorecard as ScorecardReport[] };
  const measured = (learner: AnyLearner) =>
    source.slowly(async () => ({
      ...place,
      size: learner.snapshot().length,
      scorecard: learner.scorecards(),
    }));
  if (equal(folded, seat.folded)) return measured(seat.learner);
  const { learner } = await buildVersion(
    source,
    { seat, forgotten: forgottenOf(seat, host.history) },
    folded,
  );
  return measured(learner);
}

/** Every metric that either has, in the order they are told in. */
export function metricChanges(a: readonly ScorecardReport[], b: readonly ScorecardReport[]): MetricChange[] {
  const values = new Map<
    string,
    { kind: string; predictor: string; metric: string; a: number | null; b: number | null }
  >();
  for (const [side, reports] of [
    ['a', a],
    ['b', b],
  ] as const)
    for (const { kind, metrics } of reports)
      for (const [predictor, row] of Object.entries(metrics))
        for (const [metric, value] of Object.entries(row)) {
          const key = JSON.stringify([kind, predictor, metric]);
          const found = values.get(key) ?? { kind, predictor, metric, a: null, b: null };
          values.set(key, { ...found, [side]: value });
        }
  return [...values.values()].map((it) => ({
    ...it,
    delta: it.a === null || it.b === null ? null : it.b - it.a,
  }));
}
