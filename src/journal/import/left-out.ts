/**
 * What an import leaves out of a sound file, and why.
 * It exists because a file may come from another journal, may have been imported before, or may tell what was forgotten here.
 * Invariant: nothing is left out uncounted; an id is held at 64 bits of its hash (two ids fall together once in 10^7 journals of a
 * million events), so that ten million of them take 256 MB and not a gigabyte.
 */
import { createHash } from 'node:crypto';
import type { Event, EventType } from '../../proto/index.js';

/**
 * `otherJournal`: it tells of another journal's sequences, snapshots or losses, which mean something else here. `otherAudit`: it says
 * what another instance planned, was allowed and did. `otherReceipt`: a prediction that this journal did not make, or feedback on one:
 * it would count for scorecards of learners that never said it. `held`: the journal, or an earlier line, has an event with its id.
 * `forgotten`: it was forgotten here.
 */
export type LeftOut = 'otherJournal' | 'otherAudit' | 'otherReceipt' | 'held' | 'forgotten';

/** What an instance says of itself: of another one it is a claim that nothing here can check. */
const ofAnInstance: Readonly<Partial<Record<EventType, LeftOut>>> = {
  headMoved: 'otherJournal',
  modelTagged: 'otherJournal',
  eventsForgotten: 'otherJournal',
  captureDropped: 'otherJournal',
  planCreated: 'otherAudit',
  approvalGranted: 'otherAudit',
  actionStarted: 'otherAudit',
  actionFinished: 'otherAudit',
  predictionMade: 'otherReceipt',
};

/** What the journal that is imported into knows; asked when the first line makes it necessary. */
export interface KnownEvents {
  /** Ids of all its events, those included whose payload is gone. */
  ids(): Promise<EventIds>;
  /** Whether it holds the receipt of that prediction. */
  holdsReceipt(prediction: string): Promise<boolean>;
  isForgotten(event: Event): boolean;
}

/** Why an event is left out; undefined when it is taken, and its id is then held. */
export async function leftOut(event: Event, known: KnownEvents | undefined): Promise<LeftOut | undefined> {
  const other = await ofAnotherInstance(event, known);
  if (other !== undefined)
    return event.id !== '' && (await known?.ids())?.has(event.id) === true ? 'held' : other;
  if (!known) return undefined;
  if (known.isForgotten(event)) return 'forgotten';
  if (event.id === '') return undefined;
  return (await known.ids()).add(event.id) ? undefined : 'held';
}

async function ofAnotherInstance(
  { data }: Event,
  known: KnownEvents | undefined,
): Promise<LeftOut | undefined> {
  if (data.case === undefined) return undefined;
  if (data.case !== 'feedbackGiven') return ofAnInstance[data.case];
  return (await known?.holdsReceipt(data.value.prediction)) === true ? undefined : 'otherReceipt';
}

/** Above this share of filled places the table doubles. */
const mostFilled = 0.6;

/** A set of ids, of events or predictions, that only grows: 64 bits of SHA-256 each, open addressing. */
export class EventIds {
  #table = new BigUint64Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    const { found } = place(this.#table, hashOf(id));
    return found;
  }

  /** Whether it was not there before. */
  add(id: string): boolean {
    if (this.#size >= this.#table.length * mostFilled) this.#grow();
    const isNew = insert(this.#table, hashOf(id));
    if (isNew) this.#size += 1;
    return isNew;
  }

  #grow(): void {
    const table = new BigUint64Array(this.#table.length * 2);
    for (const hash of this.#table) if (hash !== 0n) insert(table, hash);
    this.#table = table;
  }
}

/** Zero marks a free place. */
function hashOf(id: string): bigint {
  return createHash('sha256').update(id).digest().readBigUInt64LE(0) || 1n;
}

function insert(table: BigUint64Array, hash: bigint): boolean {
  const { at, found } = place(table, hash);
  if (!found) table[at] = hash;
  return !found;
}

/** Where a hash is, or would go. */
function place(table: BigUint64Array, hash: bigint): { readonly at: number; readonly found: boolean } {
  const mask = table.length - 1;
  let at = Number(hash & 0x1f_ffff_ffff_ffffn) & mask;
  for (let held = table[at]; held !== 0n; held = table[at]) {
    if (held === hash) return { at, found: true };
    at = (at + 1) & mask;
  }
  return { at, found: false };
}
