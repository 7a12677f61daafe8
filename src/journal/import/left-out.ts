/**
 * What an import leaves out of a sound file, and why.
 * It exists because a file may come from another journal, may have been imported before, or may tell what was forgotten here.
 * Invariant: nothing is left out uncounted; an id is held at 64 bits of its hash (two ids fall together once in 10^7 journals of a
 * million events), so that ten million of them take 256 MB and not a gigabyte.
 */
import { createHash } from 'node:crypto';
import type { Event, EventType } from '../../proto/index.js';

/**
 * `otherJournal`: it names another journal's sequences or snapshots, which mean something else here. `held`: the journal, or an
 * earlier line, has an event with its id. `forgotten`: it was forgotten here.
 */
export type LeftOut = 'otherJournal' | 'held' | 'forgotten';

const ofAJournal: ReadonlySet<EventType> = new Set<EventType>([
  'headMoved',
  'modelTagged',
  'eventsForgotten',
]);

/** What the journal that is imported into knows; asked when the first line makes it necessary. */
export interface KnownEvents {
  /** Ids of all its events, those included whose payload is gone. */
  ids(): Promise<EventIds>;
  isForgotten(event: Event): boolean;
}

/** Why an event is left out; undefined when it is taken, and its id is then held. */
export async function leftOut(event: Event, known: KnownEvents | undefined): Promise<LeftOut | undefined> {
  if (event.data.case !== undefined && ofAJournal.has(event.data.case)) return 'otherJournal';
  if (!known) return undefined;
  if (known.isForgotten(event)) return 'forgotten';
  if (event.id === '') return undefined;
  return (await known.ids()).add(event.id) ? undefined : 'held';
}

/** Above this share of filled places the table doubles. */
const mostFilled = 0.6;

/** A set of event ids that only grows: 64 bits of SHA-256 each, open addressing. */
export class EventIds {
  #table = new BigUint64Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
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
  const mask = table.length - 1;
  let at = Number(hash & 0x1f_ffff_ffff_ffffn) & mask;
  for (let found = table[at]; found !== 0n; found = table[at]) {
    if (found === hash) return false;
    at = (at + 1) & mask;
  }
  table[at] = hash;
  return true;
}
