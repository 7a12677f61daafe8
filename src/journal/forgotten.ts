/**
 * What a journal was told to forget, and the compaction that takes it off the disk.
 * It exists apart from the rewriting of one segment, which knows nothing of an open journal.
 * Invariant: only sealed segments are rewritten; the catalogue names a rewritten one only once it has the old one's place on disk.
 */
import { payloadOf } from '../proto/index.js';
import type { Catalogue } from './catalogue.js';
import { type CompactOptions, compactSegment } from './compact.js';
import type { CompactReport, Journal } from './journal.js';
import { SequenceSet } from './sequence-set.js';

/** What `eventsForgotten` events name: all of it, or by those after the event numbered `sequence` alone. */
export interface Forgotten {
  readonly all: SequenceSet;
  after(sequence: number): SequenceSet;
}

export async function forgottenIn(journal: Pick<Journal, 'read'>): Promise<Forgotten> {
  const named: { readonly by: number; readonly sequences: Float64Array }[] = [];
  for await (const { sequence: by, event } of journal.read({ types: ['eventsForgotten'] })) {
    const sequences = payloadOf(event, 'eventsForgotten')?.sequences ?? [];
    named.push({ by, sequences: Float64Array.from(sequences, Number) });
  }
  const sets = new Map<number, SequenceSet>();
  const after = (sequence: number) => {
    const found = sets.get(sequence) ?? new SequenceSet(laterThan(named, sequence));
    sets.set(sequence, found);
    return found;
  };
  return { all: after(0), after };
}

function laterThan(
  named: readonly { readonly by: number; readonly sequences: Float64Array }[],
  sequence: number,
): Float64Array {
  const lists = named.filter(({ by }) => by > sequence).map(({ sequences }) => sequences);
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** @param roll seals the last segment. */
export async function compactForgotten(
  options: CompactOptions & { readonly catalogue: Catalogue },
  roll: () => Promise<void>,
): Promise<Omit<CompactReport, 'aside'>> {
  const { forgotten, catalogue } = options;
  const { segments } = catalogue;
  const report = { segments: 0, events: 0, freedBytes: 0 };
  const active = segments.at(-1);
  if (active && forgotten.meets([[active.first, active.last]])) await roll();
  for (const segment of segments.slice(0, -1)) {
    if (segment.size === 0 || !forgotten.meets([[segment.first, segment.last]])) continue;
    const compacted = await compactSegment(segment, options);
    if (!compacted) continue;
    segments[segments.indexOf(segment)] = compacted.segment;
    report.segments += 1;
    report.events += compacted.events;
    report.freedBytes += segment.size - compacted.segment.size;
  }
  return report;
}
