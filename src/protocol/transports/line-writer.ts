/**
 * Writes messages as lines, those of one turn of the event loop in one write, and holds back the reading side while the
 * other end is slow.
 * It exists because a write costs more than most calls, and because a client that does not read must not make us buffer
 * its answers without bound.
 * Invariant: lines leave whole and in order, after `flush` or at the end of the turn; the source flows again only after
 * the sink drained.
 */
import type { Readable, Writable } from 'node:stream';

const newline = 0x0a;
/** What has gathered to this many bytes does not wait for the end of the turn. */
const gatherBytes = 64 * 1024;

export class LineWriter {
  readonly #sink: Writable;
  readonly #source: Readable;
  readonly #flush = () => this.flush();
  #lines: Uint8Array[] = [];
  #bytes = 0;
  #waiting = false;

  /** @param source is paused while `sink` is full. */
  constructor(sink: Writable, source: Readable) {
    this.#sink = sink;
    this.#source = source;
    sink.on('drain', () => {
      this.#waiting = false;
      source.resume();
    });
  }

  /** The bytes must not change before they are written. */
  write(line: Uint8Array): void {
    if (this.#lines.push(line) === 1) setImmediate(this.#flush);
    this.#bytes += line.length + 1;
    if (this.#bytes >= gatherBytes) this.flush();
  }

  /** Hands over what has gathered; before the sink is ended, this must be called. */
  flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    const gathered = Buffer.allocUnsafe(this.#bytes);
    this.#lines = [];
    this.#bytes = 0;
    if (!this.#sink.writable) return;
    let at = 0;
    for (const line of lines) {
      gathered.set(line, at);
      at += line.length;
      gathered[at] = newline;
      at += 1;
    }
    if (this.#sink.write(gathered) || this.#waiting) return;
    this.#waiting = true;
    this.#source.pause();
  }
}
