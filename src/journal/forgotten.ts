/**
 * Compaction of a whole journal: which events were forgotten, and which segments still hold them.
 * It exists apart from the rewriting of one segment, which knows nothing of an open journal.
 * Invariant: only sealed segments are rewritten; the catalogue names a rewritten one only once it has the old one's place on disk.
 */
import { payloadOf } from '../proto/index.js';
import type { Catalogue } from './catalogue.js';
import { type CompactOptions, compactSegment } from './compact.js';
import type { CompactReport, Journal } from './journal.js';

/** @param roll seals the last segment. */
export async function compactForgotten(
  journal: Pick<Journal, 'read'>,
  options: Omit<CompactOptions, 'forgotten'> & { readonly catalogue: Catalogue },
  roll: () => Promise<void>,
): Promise<CompactReport> {
  const forgotten = new Set<number>();
  for await (const { event } of journal.read({ types: ['eventsForgotten'] }))
    for (const sequence of payloadOf(event, 'eventsForgotten')?.sequences ?? [])
      forgotten.add(Number(sequence));
  const report = { segments: 0, events: 0, freedBytes: 0 };
  if (forgotten.size === 0) return report;
  const { segments } = options.catalogue;
  const holds = ({ first, last }: { readonly first: number; readonly last: number }) =>
    [...forgotten].some((sequence) => sequence >= first && sequence <= last);
  const active = segments.at(-1);
  if (active && holds(active)) await roll();
  for (const segment of segments.slice(0, -1)) {
    if (segment.size === 0 || !holds(segment)) continue;
    const compacted = await compactSegment(segment, { ...options, forgotten });
    if (!compacted) continue;
    segments[segments.indexOf(segment)] = compacted.segment;
    report.segments += 1;
    report.events += compacted.events;
    report.freedBytes += segment.size - compacted.segment.size;
  }
  return report;
}
