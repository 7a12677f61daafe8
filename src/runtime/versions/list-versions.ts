/**
 * A learner's versions as a table: head, branches, tags, snapshots with their parents and scorecards.
 * It exists for `models log`.
 * Invariant: an id is of the very state it stands beside; a state that has no snapshot is named by its place in the journal.
 */
import type { ScorecardReport } from '../../learning/index.js';
import type { SnapshotInfo } from '../messages.js';
import { forgottenOf } from './build-version.js';
import { anyEvent } from './count-events.js';
import type { VersionGraph } from './graph.js';
import { difference, lastOf, type Ranges } from './ranges.js';
import type { Seat } from './seat.js';
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

/** A state that has a name, but no snapshot: it is folded when it is asked for. */
export interface UnstoredRow {
  readonly offset: number;
  /** The nearest snapshot on its way. */
  readonly parent: string | null;
  readonly head: boolean;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
}

export interface Versions {
  readonly learner: string;
  /** The branch that learns. */
  readonly branch: string;
  /** `id`, here and below: a snapshot of that very state; null when there is none. */
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
  /** The farthest first. */
  readonly unstored: readonly UnstoredRow[];
}

/** Null when the learner is another server's. */
export async function listVersions(control: VersionControl, learner: string): Promise<Versions | null> {
  const seat = control.host.seat(learner);
  if (!seat) return null;
  const graph = await control.graphUpTo(seat);
  const placed = await placesOf(control, seat, graph);
  const place = (folded: Ranges) => ({ id: placed(folded).id, offset: lastOf(folded) });
  const branches = [...graph.branches].map(([name, folded]) => ({
    name,
    ...place(folded),
    active: name === graph.branch,
  }));
  const tags = [...graph.tags].map(([name, folded]) => ({ name, ...place(folded) }));
  return {
    learner,
    branch: graph.branch,
    head: { ...place(graph.head), folded: graph.head },
    branches,
    tags,
    snapshots: onceEach(graph).map((info) => rowOf(graph, info, tags)),
    unstored: unstoredOf(graph, placed),
  };
}

interface Place {
  /** Of the very state. */
  readonly id: string | null;
  readonly nearest: string | null;
}

/** Where each named state is stored: also where nothing that the learner consumes lies between the snapshot and it. */
async function placesOf(
  { source, host }: VersionControl,
  seat: Seat,
  graph: VersionGraph,
): Promise<(folded: Ranges) => Place> {
  const places = new Map<string, Place>();
  const seen = { types: seat.consumes, except: forgottenOf(seat, host.history) };
  for (const folded of [graph.head, ...graph.branches.values(), ...graph.tags.values()]) {
    const key = JSON.stringify(folded);
    if (places.has(key)) continue;
    const nearest = graph.nearest(folded);
    const same = nearest && !(await anyEvent(source, difference(folded, nearest.folded), seen));
    places.set(key, { id: same ? nearest.id : null, nearest: nearest?.id ?? null });
  }
  return (folded) => places.get(JSON.stringify(folded)) ?? { id: null, nearest: null };
}

function unstoredOf(graph: VersionGraph, placed: (folded: Ranges) => Place): readonly UnstoredRow[] {
  const rows = new Map<string, UnstoredRow>();
  for (const [kind, names] of [
    ['branches', graph.branches],
    ['tags', graph.tags],
  ] as const)
    for (const [name, folded] of names) {
      const { id, nearest } = placed(folded);
      if (id !== null) continue;
      const key = JSON.stringify(folded);
      const row = rows.get(key) ?? {
        offset: lastOf(folded),
        parent: nearest,
        head: key === JSON.stringify(graph.head),
        branches: [],
        tags: [],
      };
      rows.set(key, { ...row, [kind]: [...row[kind], name] });
    }
  return [...rows.values()].sort((a, b) => b.offset - a.offset);
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

function rowOf(graph: VersionGraph, info: SnapshotInfo, named: Versions['tags']): VersionRow {
  const branch = graph.branchOf(info);
  const { id, parents, offset, at, size, scorecard } = info;
  return {
    id,
    parents,
    offset,
    at,
    size,
    ...(branch === undefined ? {} : { branch }),
    tags: named.flatMap((tag) => (tag.id === id ? [tag.name] : [])),
    scorecard: Array.isArray(scorecard) ? (scorecard as ScorecardReport[]) : null,
  };
}
