/**
 * A learner's stored snapshots by what they have folded.
 * It exists because a list of versions asks for the snapshot of each of many names.
 * Invariant: a question costs what its ranges are many, not what the snapshots are many.
 */
import type { SnapshotInfo } from '../messages.js';
import { cut, lastOf, type Ranges } from './ranges.js';

export class SnapshotIndex {
  /** What a state has folded, but for where its last range ends → such snapshots, the farthest first. */
  readonly #byWay = new Map<string, SnapshotInfo[]>();
  readonly #byId = new Map<string, SnapshotInfo>();
  readonly #byFolded = new Map<string, SnapshotInfo>();

  /** @param snapshots newest first */
  constructor(snapshots: readonly SnapshotInfo[]) {
    for (const info of snapshots) {
      const way = wayOf(info.folded);
      const along = this.#byWay.get(way);
      if (along) along.push(info);
      else this.#byWay.set(way, [info]);
      if (!this.#byId.has(info.id)) this.#byId.set(info.id, info);
      const folded = JSON.stringify(info.folded);
      if (!this.#byFolded.has(folded)) this.#byFolded.set(folded, info);
    }
    for (const along of this.#byWay.values()) along.sort((a, b) => lastOf(b.folded) - lastOf(a.folded));
  }

  byId(id: string): SnapshotInfo | undefined {
    return this.#byId.get(id);
  }

  /** The newest of exactly this state. */
  exactly(folded: Ranges): SnapshotInfo | undefined {
    return this.#byFolded.get(JSON.stringify(folded));
  }

  /** The farthest that is a prefix of this. */
  nearest(folded: Ranges): SnapshotInfo | undefined {
    for (let ranges = folded; ; ranges = cut(folded, (ranges.at(-1)?.[0] ?? 1) - 1)) {
      const along = this.#byWay.get(wayOf(ranges)) ?? [];
      const found = along[firstUpTo(along, lastOf(ranges))];
      if (found || ranges.length === 0) return found;
    }
  }
}

function wayOf(folded: Ranges): string {
  const last = folded.at(-1);
  return last === undefined ? '' : JSON.stringify([...folded.slice(0, -1), last[0]]);
}

/** Index of the first that ends at or before a sequence; their number when none does. */
function firstUpTo(along: readonly SnapshotInfo[], last: number): number {
  let low = 0;
  let high = along.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lastOf(along[middle]?.folded ?? []) <= last) high = middle;
    else low = middle + 1;
  }
  return low;
}
