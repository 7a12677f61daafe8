/**
 * The request heads that a connection has sent before, byte for byte, but for the digits of their content-length.
 * They exist because an agent sends the same head for life, and comparing it costs a fiftieth of parsing it.
 * Invariant: only a head that node:http parsed and the handler accepted is known; only its length may differ.
 */

/** Heads kept a connection: one a tool in turn. */
const kept = 8;
/** Bytes of a head that is kept, and of all that a connection keeps: four of the longest. */
const longest = 2048;
const keptBytes = 4 * longest;
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

  /** Heads that are kept. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * Keeps a copy of a head, its empty line included, unless it is kept already or too long; `lengthAt` is where the digits of
   * its content-length begin, 0 where it has none: such a head is not kept.
   */
  add(head: Buffer, lengthAt: number, value: T): void {
    if (lengthAt === 0 || head.length > longest) return;
    let end = lengthAt;
    while (isDigit(head[end])) end += 1;
    const [before, after] = [head.subarray(0, lengthAt), head.subarray(end)];
    if (this.#entries.some((entry) => entry.before.equals(before) && entry.after.equals(after))) return;
    const entries = [{ before: ownCopy(before), after: ownCopy(after), value }, ...this.#entries];
    let bytes = 0;
    this.#entries = entries.slice(0, kept).filter((entry) => {
      bytes += entry.before.length + entry.after.length;
      return bytes <= keptBytes;
    });
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

/** Bytes of their own: a slice would keep the whole block that it was cut from. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= 0x39;
}
