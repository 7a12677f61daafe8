/**
 * A learner's versions as a table: head, branches, tags, snapshots with their parents and scorecards.
 * It exists for `models log`.
 * Invariant: a snapshot is listed once; a state whose snapshot is gone is named by its place in the journal.
 */
import type { ScorecardReport } from '../../learning/index.js';
import type { SnapshotInfo } from '../messages.js';
import type { VersionGraph } from './graph.js';
import { equal, lastOf, type Ranges } from './ranges.js';
import type { VersionControl } from './version-control.js';

export interface VersionRow {
  readonly id: string;
  readonly parents: readonly string[];
  readonly offset: number;
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  /** Bytes of the state. */
  readonly size: number;
  readonly branch?: string;
  readonly tags: readonly string[];
  readonly scorecard: readonly ScorecardReport[] | null;
}

export interface Versions {
  readonly learner: string;
  /** The branch that learns. */
  readonly branch: string;
  /** `id`: its newest snapshot; null before the first. */
  readonly head: { readonly id: string | null; readonly offset: number; readonly folded: Ranges };
  /** The active one first. */
  readonly branches: readonly {
    readonly name: string;
    readonly id: string | null;
    readonly offset: number;
    readonly active: boolean;
  }[];
  readonly tags: readonly { readonly name: string; readonly id: string | null; readonly offset: number }[];
  /** Newest first. */
  readonly snapshots: readonly VersionRow[];
}

/** Null when the learner is another server's. */
export async function listVersions(control: VersionControl, learner: string): Promise<Versions | null> {
  const seat = control.host.seat(learner);
  if (!seat) return null;
  const graph = await control.graphUpTo(seat);
  const tags = [...graph.tags].map(([name, folded]) => ({ name, ...stateOf(graph, folded) }));
  return {
    learner,
    branch: graph.branch,
    head: { ...stateOf(graph, graph.head), folded: graph.head },
    branches: [...graph.branches].map(([name, folded]) => ({
      name,
      ...stateOf(graph, folded),
      active: name === graph.branch,
    })),
    tags,
    snapshots: onceEach(graph).map((info) => rowOf(graph, info)),
  };
}

function stateOf(
  graph: VersionGraph,
  folded: Ranges,
): { readonly id: string | null; readonly offset: number } {
  return { id: graph.nearest(folded)?.id ?? null, offset: lastOf(folded) };
}

/** One place of each state: where the active branch has it, or its newest. */
function onceEach(graph: VersionGraph): SnapshotInfo[] {
  const chosen = new Map<string, SnapshotInfo>();
  for (const info of graph.snapshots) {
    const known = chosen.get(info.id);
    if (!known || (graph.branchOf(known) !== graph.branch && graph.branchOf(info) === graph.branch))
      chosen.set(info.id, info);
  }
  return [...chosen.values()];
}

function rowOf(graph: VersionGraph, info: SnapshotInfo): VersionRow {
  const branch = graph.branchOf(info);
  const { id, parents, offset, at, size, scorecard } = info;
  return {
    id,
    parents,
    offset,
    at,
    size,
    ...(branch === undefined ? {} : { branch }),
    tags: [...graph.tags].flatMap(([name, folded]) => (equal(folded, info.folded) ? [name] : [])),
    scorecard: Array.isArray(scorecard) ? (scorecard as ScorecardReport[]) : null,
  };
}
