/**
 * Canonical bytes for learner state: a writer and a reader for snapshots.
 * They exist so that equal states give equal bytes, and damage or another version is an error instead of a wrong answer.
 * Invariant: what was written comes back exactly (floats bit for bit); every snapshot ends in a checksum of all before it.
 *
 * Layout: string tag, varint version, fields in the order they were written, u32 FNV-1a of everything before it.
 * Strings must be well-formed UTF-16 (a lone surrogate becomes U+FFFD), as protobuf strings are.
 */
import { LmcpError } from '../errors/index.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** 32-bit FNV-1a over bytes[0, end). Finds damage, not malice: the journal's hashes do that. */
function checksum(bytes: Uint8Array, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash >>> 0;
}

function bad(detail: string): LmcpError {
  return new LmcpError('LMCP_BAD_STATE', detail);
}

/** Code-unit order: the same on every machine and locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Writes one snapshot. `tag` names what it is, `version` its layout; the reader checks both. */
export class StateWriter {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(tag: string, version: number) {
    this.section(tag, version);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** Marks the start of a nested part, e.g. a model inside a learner. */
  section(tag: string, version: number): this {
    return this.string(tag).uint(version);
  }

  /** Non-negative safe integer as a varint: 1 byte below 128. */
  uint(value: number): this {
    if (!Number.isSafeInteger(value) || value < 0) throw bad(`Not an unsigned integer: ${value}`);
    this.#room(8);
    let rest = value;
    // Almost all are small, and 32-bit arithmetic is several times as fast.
    if (rest <= 0x7fffffff) {
      for (; rest >= 0x80; rest >>>= 7) this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      this.#bytes[this.#length++] = rest;
      return this;
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Integer of magnitude below 2^52, zig-zag varint. */
  int(value: number): this {
    return this.uint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  u32(value: number): this {
    this.#room(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  f64(value: number): this {
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  bool(value: boolean): this {
    return this.uint(value ? 1 : 0);
  }

  string(value: string): this {
    const { length } = value;
    // Paths and hashes are short and ASCII: in place, without an array for each.
    if (length < 0x80) {
      this.#room(length + 1);
      const bytes = this.#bytes;
      const at = this.#length + 1;
      let i = 0;
      for (let code = 0; i < length; i++) {
        code = value.charCodeAt(i);
        if (code >= 0x80) break;
        bytes[at + i] = code;
      }
      if (i === length) {
        bytes[at - 1] = length;
        this.#length = at + length;
        return this;
      }
    }
    return this.bytes(encoder.encode(value));
  }

  bytes(value: Uint8Array): this {
    this.uint(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** A list with its length first. The caller's order is kept: sort first where order is no part of the state. */
  list<T>(
    items: Iterable<T> & ({ readonly length: number } | { readonly size: number }),
    write: (item: T) => void,
  ): this {
    this.uint('length' in items ? items.length : items.size);
    for (const item of items) write(item);
    return this;
  }

  strings(values: readonly string[]): this {
    return this.list(values, (value) => this.string(value));
  }

  f64s(values: ArrayLike<number> & Iterable<number>): this {
    return this.list(values, (value) => this.f64(value));
  }

  /** A map whose insertion order is no part of the state: keys in code-unit order. */
  sorted<V>(map: ReadonlyMap<string, V>, write: (value: V, key: string) => void): this {
    const entries = [...map].sort((a, b) => byCodeUnit(a[0], b[0]));
    return this.list(entries, ([key, value]) => {
      this.string(key);
      write(value, key);
    });
  }

  /** The finished snapshot; the writer may go on and be finished again. */
  finish(): Uint8Array {
    const out = new Uint8Array(this.#length + 4);
    out.set(this.#bytes.subarray(0, this.#length));
    new DataView(out.buffer).setUint32(this.#length, checksum(out, this.#length), true);
    return out;
  }
}

/**
 * Reads one snapshot in the order it was written.
 * @throws LMCP_BAD_STATE on damage, truncation, another tag or another version
 */
export class StateReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at = 0;

  constructor(bytes: Uint8Array, tag: string, version: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length - 4;
    if (this.#end < 0 || this.#view.getUint32(this.#end, true) !== checksum(bytes, this.#end))
      throw bad(`The snapshot of ${tag} is damaged or truncated.`);
    this.section(tag, version);
  }

  #take(bytes: number): number {
    const at = this.#at;
    if (bytes > this.#end - at) throw bad('The snapshot ends too early.');
    this.#at += bytes;
    return at;
  }

  section(tag: string, version: number): void {
    const foundTag = this.string();
    const foundVersion = this.uint();
    if (foundTag !== tag) throw bad(`Expected a state of ${tag}, found one of ${foundTag.slice(0, 60)}.`);
    if (foundVersion === version) return;
    const newer = foundVersion > version ? ', written by a newer version of this program' : ', an older one';
    throw bad(`Expected ${tag} version ${version}, found version ${foundVersion}${newer}.`);
  }

  uint(): number {
    let value = 0;
    // Almost all are small, and 32-bit arithmetic is several times as fast.
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    for (let scale = 2 ** 28; scale <= 2 ** 49; scale *= 0x80) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
    }
    throw bad('An integer of the snapshot is too large.');
  }

  int(): number {
    const value = this.uint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  bool(): boolean {
    const value = this.uint();
    if (value > 1) throw bad('A flag of the snapshot is neither 0 nor 1.');
    return value === 1;
  }

  string(): string {
    try {
      return decoder.decode(this.#slice());
    } catch (cause) {
      if (cause instanceof LmcpError) throw cause;
      throw bad('A string of the snapshot is not UTF-8.');
    }
  }

  #slice(): Uint8Array {
    const length = this.uint();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  bytes(): Uint8Array {
    return this.#slice().slice();
  }

  list<T>(read: () => T): T[] {
    const length = this.uint();
    if (length > this.#end - this.#at) throw bad('A list of the snapshot is longer than the snapshot.');
    return Array.from({ length }, read);
  }

  strings(): string[] {
    return this.list(() => this.string());
  }

  f64s(): number[] {
    return this.list(() => this.f64());
  }

  sorted<V>(read: (key: string) => V): Map<string, V> {
    const entries = this.list((): [string, V] => {
      const key = this.string();
      return [key, read(key)];
    });
    return new Map(entries);
  }

  /** Checks that nothing is left over. */
  end(): void {
    if (this.#at !== this.#end) throw bad('The snapshot is longer than its contents.');
  }
}
