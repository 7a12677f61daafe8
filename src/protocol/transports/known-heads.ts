/**
 * The request heads that a connection has sent before, byte for byte, but for the digits of their content-length.
 * They exist because an agent sends the same head for life, and comparing it costs a fiftieth of parsing it.
 * Invariant: only a head that node:http parsed and the handler accepted is known; only its length may differ.
 */

/** Heads kept a connection: one a tool in turn. */
const kept = 8;
/** Longest content-length taken here; longer bodies come in more than one read anyway. */
const digits = 6;
const zero = 0x30;

export interface Known<T> {
  readonly value: T;
  readonly body: Buffer;
}

interface Entry<T> {
  readonly before: Buffer;
  readonly after: Buffer;
  readonly value: T;
}

export class KnownHeads<T> {
  #entries: Entry<T>[] = [];

  /** Keeps a head, its empty line included; `lengthAt` is where the digits of its content-length begin. */
  add(head: Buffer, lengthAt: number, value: T): void {
    let after = lengthAt;
    while (isDigit(head[after])) after += 1;
    const entry = { before: head.subarray(0, lengthAt), after: head.subarray(after), value };
    this.#entries = [entry, ...this.#entries.slice(0, kept - 1)];
  }

  /** The whole request in `bytes`, when it is exactly one and its head is known. */
  find(bytes: Buffer): Known<T> | undefined {
    for (const { before, after, value } of this.#entries) {
      let at = before.length;
      if (bytes.length < at || bytes.compare(before, 0, at, 0, at) !== 0) continue;
      let length = 0;
      while (isDigit(bytes[at]) && at - before.length < digits) {
        length = length * 10 + (bytes[at] ?? 0) - zero;
        at += 1;
      }
      const end = at + after.length;
      if (bytes.length !== end + length || at === before.length) continue;
      if (bytes.compare(after, 0, after.length, at, end) === 0) return { value, body: bytes.subarray(end) };
    }
    return undefined;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= 0x39;
}
