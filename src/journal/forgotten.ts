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

/** What `eventsForgotten` events name. */
export interface Forgotten {
  readonly all: SequenceSet;
  /** What those after the event numbered `sequence` name; with types, those that concern a learner which consumes them. */
  after(sequence: number, consumes?: readonly string[]): SequenceSet;
}

interface Naming {
  /** Sequence of the event. */
  readonly by: number;
  readonly sequences: Float64Array;
  /** Empty: not told. */
  readonly types: readonly string[];
}

/** @param from of the first such event that is looked at */
export async function forgottenIn(journal: Pick<Journal, 'read'>, from = 1): Promise<Forgotten> {
  const named: Naming[] = [];
  for await (const { sequence: by, event } of journal.read({ types: ['eventsForgotten'], from })) {
    const { sequences = [], types = [] } = payloadOf(event, 'eventsForgotten') ?? {};
    named.push({ by, sequences: Float64Array.from(sequences, Number), types });
  }
  const sets = new Map<string, SequenceSet>();
  const after = (sequence: number, consumes?: readonly string[]) => {
    const key = JSON.stringify([sequence, consumes]);
    const later = () => named.filter((it) => it.by > sequence && concerns(it, consumes));
    const found = sets.get(key) ?? new SequenceSet(sequencesOf(later()));
    sets.set(key, found);
    return found;
  };
  return { all: after(0), after };
}

function concerns({ types }: Naming, consumes: readonly string[] | undefined): boolean {
  return consumes === undefined || types.length === 0 || types.some((type) => consumes.includes(type));
}

function sequencesOf(named: readonly Naming[]): Float64Array {
  const lists = named.map(({ sequences }) => sequences);
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
