/**
 * How far the files of an evaluation are read, in bytes, and whether to stop.
 * It exists because how many events a file holds is only known at its end, while its size is known at once.
 * Invariant: what is told never falls; the last call says that all is done.
 */
import { statSync } from 'node:fs';
import type { OnRead } from './read-text.js';
import type { EvaluationRequest } from './result.js';

export class FileProgress {
  readonly #request: EvaluationRequest;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #total: number;
  #before = 0;

  constructor(request: EvaluationRequest) {
    this.#request = request;
    const sizes = (request.files ?? []).map((file): [string, number] => [
      file,
      statSync(file, { throwIfNoEntry: false })?.size ?? 0,
    ]);
    this.#sizes = new Map(sizes);
    this.#total = sizes.reduce((sum, [, size]) => sum + size, 0);
  }

  /** Tells of one file, the next in order. @throws the signal's reason, when it was told to stop */
  reader(file: string): OnRead {
    const before = this.#before;
    this.#before += this.#sizes.get(file) ?? 0;
    return (bytes) => {
      this.#request.signal?.throwIfAborted();
      this.#request.onProgress?.(before + bytes, this.#total);
    };
  }

  end(): void {
    this.#request.onProgress?.(this.#total, this.#total);
  }
}
