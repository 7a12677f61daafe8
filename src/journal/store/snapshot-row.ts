/**
 * The row of a snapshot: what is known of a state, and the places in the journal where a learner had it.
 * It exists because a state is named by its content, and two lineages may come to the same one: each keeps a place of its own.
 * Invariant: a row of another format is never half read; of one lineage only the newest place is kept, and those of tags and branches.
 */
import { z } from 'zod';
import { LmcpError } from '../../errors/index.js';

/** Raised when an older version could misread a row. Rows before 2 knew no lineage: they are passed over, being a cache. */
export const rowVersion = 2;
/** So many lineages of one state are kept, the newest, beside those of tags and branches. */
const mostPlaces = 16;

/** Closed ranges `[from, to]` of sequences, ascending and apart. */
export type Ranges = readonly (readonly [from: number, to: number])[];

const count = z.int().min(0);
const placeSchema = z.object({
  offset: count,
  folded: z.array(z.tuple([count, count])),
  forgotten: count,
  parents: z.array(z.string()),
  at: z.number(),
  scorecard: z.json(),
});
const rowSchema = z.object({
  version: z.literal(rowVersion),
  learner: z.string(),
  modelVersion: z.string(),
  size: count,
  consumes: z.array(z.string()).optional(),
  places: z.array(placeSchema).min(1),
});

/** Where a learner had the state. */
export interface Place {
  /** Last journal sequence it had seen. */
  readonly offset: number;
  /** Sequences it had folded. */
  readonly folded: Ranges;
  /** Sequence of the last `eventsForgotten` it knew of; 0 for none. */
  readonly forgotten: number;
  readonly parents: readonly string[];
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  /** The scorecard at that time, any JSON; null when there was none. */
  readonly scorecard: unknown;
}

export interface SnapshotRow {
  readonly learner: string;
  readonly modelVersion: string;
  /** Bytes of the state. */
  readonly size: number;
  /** Types of events that the learner consumes; absent in rows of before this was told: any. */
  readonly consumes?: readonly string[] | undefined;
  /** Newest first. */
  readonly places: readonly Place[];
}

/** A row that a newer version wrote: it is left alone. */
export class NewerRow extends LmcpError {
  constructor(id: string, version: number) {
    const formats = `format ${version}; this one reads ${rowVersion}`;
    super(
      'LMCP_BAD_STATE',
      `Snapshot ${id.slice(0, 12)} was written by a newer version of lmcp (${formats}).`,
    );
  }
}

export function encodeRow(row: SnapshotRow): Uint8Array {
  return Buffer.from(JSON.stringify({ version: rowVersion, ...row }));
}

/** The row; undefined when it is an older version's or not one at all. @throws NewerRow (LMCP_BAD_STATE) */
export function decodeRow(bytes: Uint8Array, id: string): SnapshotRow | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
  const { version } = (raw ?? {}) as { readonly version?: unknown };
  if (typeof version === 'number' && version > rowVersion) throw new NewerRow(id, version);
  const parsed = rowSchema.safeParse(raw);
  return parsed.success ? parsed.data : undefined;
}

/**
 * The places of a state once it was had at one more. A later place of the same lineage takes the earlier one's, as does one that
 * knows of more forgetting; a place of another lineage stands beside it, as does one that is kept for a tag or a branch: there the
 * later place would be of no use. One that names no parent but its own state came back to it by a moved head: its ancestors are
 * those the state had before.
 * @param keep what places that must stay have folded
 */
export function withPlace(known: readonly Place[], place: Place, keep: readonly Ranges[]): readonly Place[] {
  const kept = new Set(keep.map((folded) => JSON.stringify(folded)));
  const stays = ({ folded }: Place) => kept.has(JSON.stringify(folded));
  const isExact = (it: Place) => JSON.stringify(it.folded) === JSON.stringify(place.folded);
  const isSame = (it: Place) => isExact(it) || (!stays(it) && lineageOf(it) === lineageOf(place));
  const isEnough = (it: Place) => isExact(it) || (isSame(it) && !stays(place));
  if (known.some((it) => isEnough(it) && isNewer(it, place))) return known;
  const before = known.find((it) => lineageOf(it) === lineageOf(place)) ?? known[0];
  const parents = place.parents.length > 0 ? place.parents : (before?.parents ?? []);
  const places = [...known.filter((it) => !isSame(it) || isNewer(it, place)), { ...place, parents }].sort(
    newestFirst,
  );
  const newest = new Set(places.filter((it) => !stays(it)).slice(0, mostPlaces));
  return places.filter((it) => stays(it) || newest.has(it));
}

export function newestFirst(one: Place, other: Place): number {
  return other.offset - one.offset || other.at - one.at;
}

/** What two places share when one is further along the other's tail: all but the end of the last range. */
function lineageOf({ folded }: Place): string {
  return JSON.stringify(folded.map((range, i) => (i === folded.length - 1 ? range[0] : range)));
}

function isNewer(one: Place, other: Place): boolean {
  return one.forgotten > other.forgotten || (one.forgotten === other.forgotten && one.offset > other.offset);
}
