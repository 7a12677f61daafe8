/**
 * What happens after the disk refused a write: refuse at once for a while, and try by itself whether it takes writes again.
 * It exists so that a journal on a full disk is read-only for as long as the disk is full, and no restart is needed after.
 * Invariant: one attempt at a time, ever more seldom (doubling, at most `longestMs` apart); none once it works or is stopped.
 */
import type { LmcpError } from '../errors/index.js';
import type { FileLayer } from './files/layer.js';

export interface RecoveryOptions {
  /** Milliseconds. */
  readonly clock: () => number;
  /** First pause before an attempt; for so long appends are refused without trying. */
  readonly retryMs: number;
  readonly longestMs: number;
  /** Resolves when the disk took a write. */
  readonly attempt: () => Promise<void>;
  /** Called after an attempt that went well. */
  readonly onRecovered: () => void;
  /** What an attempt was refused with, as callers see it. */
  readonly describe: (error: unknown) => LmcpError;
}

export class Recovery {
  #error: LmcpError | undefined;
  #refuseUntil = 0;
  #pause = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly options: RecoveryOptions) {}

  /** Why the disk refused, while it does. */
  get error(): LmcpError | undefined {
    return this.#error;
  }

  /** The error for a call that would only meet the same refusal; undefined when it is worth a try. */
  get refusal(): LmcpError | undefined {
    return this.options.clock() < this.#refuseUntil ? this.#error : undefined;
  }

  /** The disk refused. */
  failed(error: LmcpError): void {
    const { clock, retryMs, longestMs } = this.options;
    this.#error = error;
    this.#refuseUntil = clock() + retryMs;
    this.#pause = Math.min(Math.max(this.#pause * 2, retryMs), longestMs);
    this.#schedule();
  }

  /** The disk took a write. */
  succeeded(): void {
    this.#error = undefined;
    this.#pause = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#try(), this.#pause).unref();
  }

  async #try(): Promise<void> {
    try {
      await this.options.attempt();
    } catch (error) {
      if (this.#error && !this.#stopped) this.failed(this.options.describe(error));
      return;
    }
    // A caller's own append may have been faster.
    if (!this.#error || this.#stopped) return;
    this.succeeded();
    this.options.onRecovered();
  }
}

/** Writes and syncs so many bytes to a file of its own in that folder, and removes it. Rejects as the disk does. */
export async function probeDisk(files: FileLayer, directory: string, bytes: number): Promise<void> {
  const path = `${directory}/PROBE`;
  const file = await files.open(path, 'append');
  try {
    await file.write(new Uint8Array(bytes).fill(0x5a), 0);
    await file.datasync();
  } finally {
    await file.close();
    await files.remove(path);
  }
}
