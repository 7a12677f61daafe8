/**
 * Cuts a byte stream into lines without ever holding more than one message's worth.
 * It exists so that a peer that never sends a newline cannot fill memory.
 * Invariant: a line is handed over complete and without its newline, or reported as too long exactly once.
 */
import { limits } from '../message.js';

const newline = 0x0a;
const carriageReturn = 0x0d;

export interface LineHandler {
  line(bytes: Buffer): void;
  /** A line exceeded the bound; its bytes are dropped up to the next newline. */
  tooLong(): void;
}

export class LineReader {
  readonly #handler: LineHandler;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;
  #skipping = false;

  constructor(handler: LineHandler, maxBytes: number = limits.bytes) {
    this.#handler = handler;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#add(chunk.subarray(start, end));
      this.#finish();
      start = end + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start));
  }

  /** The stream ended: a last line without newline counts. */
  end(): void {
    if (this.#length > 0) this.#finish();
  }

  #add(part: Buffer): void {
    if (this.#skipping) return;
    this.#length += part.length;
    if (this.#length > this.#maxBytes) {
      this.#skipping = true;
      this.#parts = [];
      this.#length = 0;
      this.#handler.tooLong();
    } else if (part.length > 0) this.#parts.push(part);
  }

  #finish(): void {
    const parts = this.#parts;
    const length = this.#length;
    this.#parts = [];
    this.#length = 0;
    if (this.#skipping) {
      this.#skipping = false;
      return;
    }
    const first = parts[0];
    if (first === undefined) return;
    const whole = parts.length === 1 ? first : Buffer.concat(parts, length);
    const line = whole[whole.length - 1] === carriageReturn ? whole.subarray(0, -1) : whole;
    if (line.length > 0) this.#handler.line(line);
  }
}
