/**
 * Writes the journal out as JSONL: one ProtoJSON event a line, in sequence.
 * It exists so that a user owns what was learned from: any range, readable with any tool, importable again.
 * Invariant: what was redacted stays redacted; sequences are not written, since an import gives new ones.
 */
import type { EventType } from '../../proto/index.js';
import { formatEventLine } from '../event-line.js';
import type { Journal } from '../journal.js';

export interface ExportProgress {
  readonly events: number;
  readonly total: number;
}

export interface ExportOptions {
  readonly journal: Pick<Journal, 'read' | 'lastSequence'>;
  readonly from?: number;
  readonly to?: number;
  readonly types?: readonly EventType[];
  /** Called every 1,000 events. */
  readonly onProgress?: (progress: ExportProgress) => void;
}

/** Lines with their line ends, gathered to chunks of about 64 KiB. @throws LMCP_JOURNAL_CORRUPT where the journal does. */
export async function* exportJsonl(options: ExportOptions): AsyncGenerator<string> {
  const { journal, onProgress, ...range } = options;
  const total = Math.max(
    0,
    Math.min(range.to ?? journal.lastSequence, journal.lastSequence) - (range.from ?? 1) + 1,
  );
  let chunk = '';
  let events = 0;
  for await (const { event } of journal.read(range)) {
    chunk += `${formatEventLine(event)}\n`;
    events += 1;
    if (events % 1000 === 0) onProgress?.({ events, total });
    if (chunk.length < 64 * 1024) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
  onProgress?.({ events, total });
}
