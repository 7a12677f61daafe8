/**
 * Writes messages as lines and holds back the reading side while the other end is slow.
 * It exists so that a client that does not read cannot make us buffer its answers without bound.
 * Invariant: one write a line, newline included; the source flows again only after the sink drained.
 */
import type { Readable, Writable } from 'node:stream';

const newline = Buffer.from('\n');

export class LineWriter {
  readonly #sink: Writable;
  readonly #source: Readable;
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

  write(line: Uint8Array): void {
    if (!this.#sink.writable) return;
    if (this.#sink.write(Buffer.concat([line, newline], line.length + 1)) || this.#waiting) return;
    this.#waiting = true;
    this.#source.pause();
  }
}
