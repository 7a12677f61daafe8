/**
 * The file of predictions: what was said before each outcome, one JSON object a line.
 * It exists so that anybody can score us with a program of their own.
 * Invariant: lines are in the order of the events; the file is complete when `close` resolves.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { LmcpError } from '../errors/index.js';

export class PredictionFile {
  readonly #path: string;
  readonly #stream: WriteStream;
  #failure: Error | undefined;

  constructor(path: string) {
    this.#path = path;
    this.#stream = createWriteStream(path);
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  #check(): void {
    if (!this.#failure) return;
    throw new LmcpError('LMCP_DISK', `${this.#path} cannot be written: ${this.#failure.message}`, {
      cause: this.#failure,
    });
  }

  /** @throws LMCP_DISK when the file cannot be written */
  async write(line: object): Promise<void> {
    this.#check();
    if (!this.#stream.write(`${JSON.stringify(line)}\n`)) {
      await new Promise<void>((resolve) => {
        const go = () => {
          this.#stream.off('drain', go).off('error', go);
          resolve();
        };
        this.#stream.on('drain', go).on('error', go);
      });
      this.#check();
    }
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch(() => undefined);
    this.#check();
  }
}
