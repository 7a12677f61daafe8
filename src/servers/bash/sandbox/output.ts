/**
 * Keeps the beginning and the end of a stream, and reads on past the cap.
 * It exists because a command that writes without end must neither fill our memory nor be stopped by a full pipe.
 * Invariant: at most `cap` bytes are kept; what was left out is counted in the text itself.
 */
import type { Readable } from 'node:stream';

export class BoundedText {
  readonly ended: Promise<void>;
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer = Buffer.alloc(0);
  #total = 0;
  readonly #half: number;

  constructor(stream: Readable, cap: number) {
    this.#half = Math.max(1, Math.floor(cap / 2));
    this.ended = new Promise((resolve) => {
      stream.once('end', () => resolve());
      stream.once('close', () => resolve());
    });
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get truncated(): boolean {
    return this.#total > this.#headBytes + this.#tail.length;
  }

  get text(): string {
    const head = Buffer.concat(this.#head).toString('utf8');
    const left = this.#total - this.#headBytes - this.#tail.length;
    const gap = left > 0 ? `\n[… ${left} bytes left out …]\n` : '';
    return head + gap + this.#tail.toString('utf8');
  }

  #take(chunk: Buffer): void {
    this.#total += chunk.length;
    const room = this.#half - this.#headBytes;
    const first = chunk.subarray(0, Math.max(0, room));
    if (first.length > 0) {
      this.#head.push(first);
      this.#headBytes += first.length;
    }
    const rest = chunk.subarray(first.length);
    if (rest.length > 0) this.#tail = Buffer.concat([this.#tail, rest]).subarray(-this.#half);
  }
}
