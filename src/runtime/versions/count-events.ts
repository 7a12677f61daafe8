/**
 * Counts events of some types in ranges of the journal, by type.
 * It exists because ranges are of all events, and what was learned or undone is some of them.
 * Invariant: nothing is decoded but the types; the thread is given back between batches.
 */
import type { EventType } from '../../proto/index.js';
import type { Forgotten } from './forgotten.js';
import { includes, indexAt, lastOf, type Ranges } from './ranges.js';
import type { VersionSource } from './version-source.js';

export async function countEvents(
  { journal, workspace }: Pick<VersionSource, 'journal' | 'workspace'>,
  ranges: Ranges,
  { types, except }: { readonly types: ReadonlySet<EventType>; readonly except?: Forgotten },
): Promise<ReadonlyMap<EventType, number>> {
  const counts = new Map<EventType, number>();
  for (let next = following(ranges, 1); next <= lastOf(ranges); ) {
    const events = await journal.read(workspace, next, { wait: false });
    if (events.last === undefined) break;
    for (const { sequence, type } of events.typesOf(types))
      if (includes(ranges, sequence) && !except?.has(sequence)) counts.set(type, (counts.get(type) ?? 0) + 1);
    next = following(ranges, events.last + 1);
  }
  return counts;
}

/** Whether there is any such event; reads no farther than the first. */
export async function anyEvent(
  { journal, workspace }: Pick<VersionSource, 'journal' | 'workspace'>,
  ranges: Ranges,
  { types, except }: { readonly types: ReadonlySet<EventType>; readonly except?: Forgotten },
): Promise<boolean> {
  for (let next = following(ranges, 1); next <= lastOf(ranges); ) {
    const events = await journal.read(workspace, next, { wait: false });
    if (events.last === undefined) return false;
    for (const { sequence } of events.typesOf(types))
      if (includes(ranges, sequence) && !except?.has(sequence)) return true;
    next = following(ranges, events.last + 1);
  }
  return false;
}

export function sum(counts: ReadonlyMap<EventType, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** The first sequence of the set that is not before this one; Infinity when there is none. */
function following(ranges: Ranges, sequence: number): number {
  if (includes(ranges, sequence)) return sequence;
  return ranges[indexAt(ranges, sequence) + 1]?.[0] ?? Number.POSITIVE_INFINITY;
}
