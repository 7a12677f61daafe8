/**
 * Moves a learner's head: back to an earlier state, to another branch, or to the union of two.
 * It exists so that what was learned can be undone without a restart, and without touching the journal's past.
 * Invariant: the state is ready before the event is written, so the fold only takes it; a crash in between is finished by the next start.
 */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LmcpError } from '../../errors/index.js';
import { type Built, buildVersion, forgottenOf } from './build-version.js';
import { countEvents, sum } from './count-events.js';
import type { Version, VersionGraph } from './graph.js';
import { keepVersion, storedBase, storeState } from './keep-snapshot.js';
import { difference, equal, lastOf, type Ranges, union } from './ranges.js';
import type { Seat, SeatState } from './seat.js';
import type { VersionControl } from './version-control.js';

export interface Move {
  readonly learner: string;
  /** Where to; default, for a branch: the branch of that name, or the head. A merge's is the other branch. */
  readonly ref?: string | undefined;
  /** The branch to begin; a rollback's default is `rollback-<last sequence>`, a merge stays on its branch. */
  readonly branch?: string | undefined;
  readonly how: 'rollback' | 'branch' | 'merge';
}

export interface Moved {
  readonly learner: string;
  readonly branch: string;
  /** The snapshots nearest to the state left, and of the state taken; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  /** Last event that the state taken has folded. */
  readonly offset: number;
  /** Of the event that moved the head; 0 when nothing had to move. */
  readonly sequence: number;
  /** Events of the learner's types that are learned no more, and that are learned again or anew. */
  readonly undone: number;
  readonly regained: number;
  readonly ms: number;
  /** Whether the state had to be folded for lack of a sound snapshot. */
  readonly rebuilt: boolean;
  /** False: the state asked for is the one it has. */
  readonly moved: boolean;
}

/** Stands for the end of a head that goes on learning until the event that moves it. */
const UNTIL_THE_MOVE = Number.MAX_SAFE_INTEGER;

interface Plan {
  readonly target: Version;
  readonly branch: string;
  /** Where the tail of the present head begins, if the target is that head or holds it: it learns until the move. */
  readonly tail: number | null;
  /** The snapshots that a merge joins to the present head. */
  readonly merged?: readonly string[];
}

/** @throws LMCP_UNKNOWN_LEARNER, LMCP_UNKNOWN_VERSION, LMCP_AMBIGUOUS_VERSION, LMCP_BAD_NAME, LMCP_NAME_TAKEN */
export async function moveHead(control: VersionControl, move: Move): Promise<Moved> {
  const seat = control.seat(move.learner);
  return control.inTurn(seat, async () => {
    const began = performance.now();
    const graph = await control.graph(seat);
    const plan = planned(graph, move);
    const changes = await changed(control, seat, { before: graph.head, after: plan.target.folded });
    const answer = { learner: seat.task, offset: lastOf(plan.target.folded), ...changes };
    const ms = () => Math.round(performance.now() - began);
    const nothing = changes.undone + changes.regained === 0 && plan.branch === graph.branch;
    if (nothing || (move.how === 'rollback' && changes.undone + changes.regained === 0)) {
      const id = graph.version(graph.head).id;
      return {
        ...answer,
        branch: graph.branch,
        from: id,
        to: id,
        sequence: 0,
        ms: ms(),
        rebuilt: false,
        moved: false,
      };
    }
    const { from, state } = await ready(control, seat, plan);
    const to = state ? state.from.id : from;
    const rebuilt = state?.rebuilt ?? false;
    try {
      if (state) prepare(control, seat, state);
      const sequence = await written(control, seat, {
        ...plan,
        from: from ?? '',
        to: to ?? '',
        how: move.how,
      });
      await control.host.folded(sequence);
      return { ...answer, branch: plan.branch, from, to, sequence, ms: ms(), rebuilt, moved: true };
    } finally {
      control.host.prepare(seat.task, undefined);
    }
  });
}

/** Has the fold take this state, once: from then on it learns. */
function prepare(control: VersionControl, seat: Seat, state: Ready): void {
  const onTaken = (left: SeatState) => {
    control.host.prepare(seat.task, undefined);
    keepLeft(control, seat, left);
  };
  control.host.prepare(seat.task, { ...state, onTaken });
}

/** The state that was left has a way back without folding, but the answer does not wait for it. */
function keepLeft(control: VersionControl, seat: Seat, left: SeatState): void {
  const { source, host } = control;
  control.afterwards(seat, async () => {
    if (left.learned === 0 && (await storedBase(source, seat, left))) return;
    await storeState(source, { seat, versions: host.history.of(seat.task) }, () => left);
  });
}

function planned(graph: VersionGraph, { ref, branch, how }: Move): Plan {
  const tail = graph.lineage.from;
  switch (how) {
    case 'rollback': {
      if (ref === undefined) throw new LmcpError('LMCP_INVALID_PARAMS', 'A rollback needs a ref.');
      const target = graph.resolve(ref);
      return { target, branch: graph.newName(branch ?? unused(graph)), tail: null };
    }
    case 'branch': {
      const name = branch ?? ref;
      if (name === undefined) throw new LmcpError('LMCP_INVALID_PARAMS', 'A branch needs a name.');
      const at = branch === undefined ? undefined : ref;
      const known = graph.branches.get(name);
      if (known && at === undefined)
        return { target: graph.version(known), branch: name, tail: name === graph.branch ? tail : null };
      const target = graph.resolve(at ?? 'HEAD');
      return { target, branch: graph.newName(name), tail: equal(target.folded, graph.head) ? tail : null };
    }
    case 'merge': {
      if (ref === undefined) throw new LmcpError('LMCP_INVALID_PARAMS', 'A merge needs the other branch.');
      const other = graph.resolve(ref);
      const id = other.id ?? graph.nearest(other.folded)?.id;
      const target = graph.version(union(graph.head, other.folded));
      const name = branch === undefined ? graph.branch : graph.newName(branch);
      return { target, branch: name, tail, merged: id === undefined ? [] : [id] };
    }
  }
}

function unused(graph: VersionGraph): string {
  const name = `rollback-${lastOf(graph.head)}`;
  for (let n = 1; ; n += 1) {
    const tried = n === 1 ? name : `${name}-${n}`;
    if (!graph.branches.has(tried) && !graph.tags.has(tried)) return tried;
  }
}

async function changed(
  { source, host }: VersionControl,
  seat: Seat,
  { before, after }: { readonly before: Ranges; readonly after: Ranges },
): Promise<{ readonly undone: number; readonly regained: number }> {
  const counting = { types: seat.consumes, except: forgottenOf(seat, host.history) };
  const undone = sum(await countEvents(source, difference(before, after), counting));
  const regained = sum(await countEvents(source, difference(after, before), counting));
  return { undone, regained };
}

/** Makes the state that is taken; undefined when it is the one that is left, which is stored then. */
async function ready(
  { source, host }: VersionControl,
  seat: Seat,
  { target, merged }: Plan,
): Promise<{ readonly from: string | null; readonly state: Ready | undefined }> {
  if (equal(target.folded, seat.folded))
    return { from: (await keepVersion(source, seat, host.history)).id, state: undefined };
  const forgotten = forgottenOf(seat, host.history);
  const built = await buildVersion(source, { seat, forgotten }, target.folded);
  const base = await storedBase(source, seat);
  const from = base?.id ?? null;
  if (built.from && !built.rebuilt) return { from, state: { ...built, from: built.from } };
  const parents = merged ? [...(base ? [base.id] : []), ...merged] : built.from ? [built.from.id] : [];
  const versions = host.history.of(seat.task);
  const { id } = await storeState(source, { seat, versions }, () => ({ ...built, parents }));
  return { from, state: { ...built, from: { id, parents } } };
}

type Ready = Built & { readonly from: NonNullable<Built['from']> };

async function written(
  { source }: VersionControl,
  { task }: Seat,
  move: Plan & Pick<Move, 'how'> & { readonly from: string; readonly to: string },
): Promise<number> {
  const { target, tail, branch, from, to, how } = move;
  const whole = tail === null ? target.folded : union(target.folded, [[tail, UNTIL_THE_MOVE]]);
  const folded = whole.map(([first, last]) => ({ from: BigInt(first), to: BigInt(last) }));
  const value = { learner: task, fromSnapshot: from, toSnapshot: to, branch, folded, how };
  return source.journal.append(source.workspace, [
    { source: 'mcp', at: timestampFromMs(source.now()), data: { case: 'headMoved', value } },
  ]);
}
