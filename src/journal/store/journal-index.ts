/**
 * The journal's index over a store: type → sequences, subject → sequences, receipt → sequence, and which segments are sealed.
 * It exists so that `read({ types })` touches the blocks it needs and no others.
 * Invariant: all rows up to `sequence` are there, none beyond it; the state row is written in the same batch as the rows it speaks of.
 *
 * Rows of one flush are gathered: one key a type or subject, its value the ascending sequences as varint differences. So an
 * index row costs about a byte an event, and a flush a few writes.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventType } from '../../proto/index.js';
import type { Store, StoreOperation } from './store.js';
import { subjectKey } from './subjects.js';

const version = 1;
const stateKey = 'index/state';
/** Rows gathered before they are written without being asked for. Bounds what a restart has to catch up, and memory. */
const flushAt = 512;
/** Rows removed in one transaction: the thread serves others between two. */
const keysAtOnce = 1000;

export interface IndexState {
  /** Up to here every event is indexed. */
  readonly sequence: number;
  /** Hash (hex) of the block that ends there. */
  readonly hash: string;
}

export class JournalIndex {
  #pending = new Map<string, number[]>();
  #count = 0;
  #state: IndexState;
  #flushing: Promise<void> = Promise.resolve();
  #broken = false;
  #mending = false;
  #next: IndexState;

  private constructor(
    private readonly store: Store,
    private readonly journalId: string,
    state: IndexState,
  ) {
    this.#state = state;
    this.#next = state;
  }

  /** Opens the index of that journal; one that is unreadable, of another version or another journal is emptied. */
  static async open(store: Store, journalId: string): Promise<{ index: JournalIndex; rebuilt: boolean }> {
    const found = readState(store, journalId);
    if (found) return { index: new JournalIndex(store, journalId, found), rebuilt: false };
    const index = new JournalIndex(store, journalId, { sequence: 0, hash: '' });
    await index.reset();
    return { index, rebuilt: true };
  }

  /** What is written. */
  get state(): IndexState {
    return this.#state;
  }

  /** Adds the rows of one acknowledged block; `keys[i]` are those of event `first + i`. */
  add(first: number, keys: readonly (readonly string[])[], hash: string): void {
    // A block may be caught up with before its own commit comes to say so.
    if (this.#broken || first <= this.#next.sequence) return;
    keys.forEach((rows, i) => {
      for (const row of rows) {
        const list = this.#pending.get(row);
        if (list) list.push(first + i);
        else this.#pending.set(row, [first + i]);
      }
    });
    this.#count += keys.length;
    this.#next = { sequence: first + keys.length - 1, hash };
    if (this.#count >= flushAt) void this.flush();
  }

  /**
   * Writes what is gathered; never rejects. When the store refuses, the index stays at its `state` until the journal is opened
   * again: readers scan what lies beyond it, so answers stay right and memory stays bounded.
   */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  /**
   * After the store refused: has what is missing added by `catchUp`, until the index has reached `last`. What is appended meanwhile
   * is found by the next round. Does nothing to an index that is whole.
   */
  async mend(
    last: () => number,
    catchUp: (index: Pick<JournalIndex, 'state' | 'add' | 'flush'>) => Promise<number>,
  ): Promise<void> {
    if (!this.#broken || this.#mending) return;
    this.#mending = true;
    try {
      const own = new JournalIndex(this.store, this.journalId, this.#state);
      while (own.state.sequence < last()) {
        if ((await catchUp(own)) === 0 || own.#broken) return;
      }
      this.#state = own.#state;
      this.#next = own.#state;
      this.#broken = false;
    } finally {
      this.#mending = false;
    }
  }

  /** Sequences of a row within a range, ascending. Flush first to see everything. */
  *sequences(row: string, from: number, to: number): Iterable<number> {
    const start = `${row}/`;
    let skipTo = start;
    for (const { key } of this.store.range({
      start,
      end: `${row}/${digits(from + 1)}`,
      reverse: true,
      limit: 1,
    }))
      skipTo = key;
    for (const { key, value } of this.store.range({ start: skipTo, end: `${row}/${digits(to + 1)}` })) {
      for (const sequence of unpack(value, Number.parseInt(key.slice(start.length), 36))) {
        if (sequence > to) return;
        if (sequence >= from) yield sequence;
      }
    }
  }

  /** Makes all rows anew, from `catchUp`; readers scan meanwhile. */
  async rebuild(last: () => number, catchUp: Parameters<JournalIndex['mend']>[1]): Promise<void> {
    this.#broken = true;
    await this.#flushing;
    this.#forget();
    await this.#empty();
    await this.mend(last, catchUp);
  }

  /** Has the store's file written anew at its next opening: freed pages keep the rows that were removed. */
  vacuum(): Promise<void> {
    return this.store.vacuum();
  }

  /** A small note under `note/…`, e.g. about a sealed segment. */
  note(name: string): unknown {
    try {
      const value = this.store.get(`note/${name}`);
      return value && JSON.parse(Buffer.from(value).toString('utf8'));
    } catch {
      return undefined;
    }
  }
  async setNote(name: string, value: unknown): Promise<void> {
    await this.store.write([{ put: `note/${name}`, value: Buffer.from(JSON.stringify(value)) }]);
  }

  /** Removes all rows and notes; snapshots, which verify themselves, stay unless the store cannot even be listed. */
  async reset(): Promise<void> {
    this.#broken = false;
    this.#forget();
    await this.#empty();
  }

  #forget(): void {
    this.#pending = new Map();
    this.#count = 0;
    this.#state = { sequence: 0, hash: '' };
    this.#next = this.#state;
  }

  async #empty(): Promise<void> {
    try {
      for (const prefix of ['index', 'note', 'receipt', 'subject', 'type']) {
        for (let keys = this.#keys(prefix); keys.length > 0; keys = this.#keys(prefix)) {
          await this.store.write(keys.map((remove) => ({ remove })));
          await nextTurn();
        }
      }
    } catch {
      await this.store.clear();
    }
  }

  #keys(prefix: string): string[] {
    const range = { start: `${prefix}/`, end: `${prefix}0`, limit: keysAtOnce };
    return [...this.store.range(range)].map(({ key }) => key);
  }

  async #write(): Promise<void> {
    if (this.#count === 0) return;
    const rows = this.#pending;
    const state = this.#next;
    this.#pending = new Map();
    this.#count = 0;
    const operations: StoreOperation[] = [];
    for (const [row, sequences] of rows)
      operations.push({ put: `${row}/${digits(sequences[0] ?? 0)}`, value: pack(sequences) });
    const written = { version, journal: this.journalId, ...state };
    operations.push({ put: stateKey, value: Buffer.from(JSON.stringify(written)) });
    try {
      await this.store.write(operations);
      this.#state = state;
    } catch {
      this.#broken = true;
      this.#pending = new Map();
      this.#count = 0;
    }
  }
}

/** The row of a type. */
export function typeRow(type: EventType): string {
  return `type/${type}`;
}
export function subjectRow(subject: string): string {
  return `subject/${subjectKey(subject)}`;
}
export function receiptRow(prediction: string): string {
  return `receipt/${subjectKey(prediction)}`;
}

function readState(store: Store, journalId: string): IndexState | undefined {
  try {
    const bytes = store.get(stateKey);
    if (!bytes) return undefined;
    const found = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<IndexState> & {
      version?: number;
      journal?: string;
    };
    if (found.version !== version || found.journal !== journalId) return undefined;
    if (typeof found.sequence !== 'number' || typeof found.hash !== 'string') return undefined;
    return { sequence: found.sequence, hash: found.hash };
  } catch {
    return undefined;
  }
}

function digits(sequence: number): string {
  return sequence.toString(36).padStart(11, '0');
}

/** All but the first (it is in the key), as varint differences. */
function pack(sequences: readonly number[]): Uint8Array {
  const out: number[] = [];
  for (let i = 1; i < sequences.length; i += 1) {
    let rest = (sequences[i] ?? 0) - (sequences[i - 1] ?? 0);
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
    out.push(rest);
  }
  return Uint8Array.from(out);
}

function* unpack(bytes: Uint8Array, first: number): Iterable<number> {
  let sequence = first;
  yield sequence;
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) {
      sequence += value;
      yield sequence;
      value = 0;
      scale = 1;
    }
  }
}
