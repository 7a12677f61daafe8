/**
 * Gives a version a name of its own.
 * It exists so that a state that was good is found again, and its snapshot is kept.
 * Invariant: a tag is an event that names ranges; it means the same when its snapshot is gone.
 */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { keepVersion } from './keep-snapshot.js';
import { lastOf } from './ranges.js';
import type { VersionControl } from './version-control.js';

export interface Tagging {
  readonly learner: string;
  readonly name: string;
  /** Default: the head. */
  readonly ref?: string | undefined;
}

export interface Tagged {
  readonly learner: string;
  readonly tag: string;
  /** Null where no snapshot of that state is stored. */
  readonly id: string | null;
  readonly offset: number;
  readonly sequence: number;
}

/** @throws LMCP_UNKNOWN_LEARNER, LMCP_UNKNOWN_VERSION, LMCP_AMBIGUOUS_VERSION, LMCP_BAD_NAME, LMCP_NAME_TAKEN, LMCP_TOO_MANY_NAMES */
export async function tagVersion(
  control: VersionControl,
  { learner, name, ref = 'HEAD' }: Tagging,
): Promise<Tagged> {
  const { source, host } = control;
  const seat = control.seat(learner);
  return control.inTurn(seat, async () => {
    const graph = await control.graph(seat);
    const tag = graph.newTag(name);
    const { id, folded } =
      ref === 'HEAD' ? await keepVersion(source, seat, host.history) : graph.resolve(ref);
    const ranges = folded.map(([from, to]) => ({ from: BigInt(from), to: BigInt(to) }));
    const value = { learner, tag, snapshot: id ?? '', folded: ranges };
    const sequence = await source.journal.append(source.workspace, [
      { source: 'mcp', at: timestampFromMs(source.now()), data: { case: 'modelTagged', value } },
    ]);
    await host.folded(sequence);
    return { learner, tag, id, offset: lastOf(folded), sequence };
  });
}
