/**
 * Ends a daemon that nobody uses: no request and no connected bridge for the configured time.
 * It exists so that nothing of ours stays behind on a user's machine.
 * Invariant: while a bridge is connected the daemon stays, however silent.
 */
export interface IdleOptions {
  /** Milliseconds without use; 0 means never. */
  readonly after: number;
  /** Whether somebody is connected right now. */
  readonly busy: () => boolean;
  readonly now: () => number;
  readonly onIdle: () => void;
}

/** How much later than `after` the end may come. */
const SHARE = 20;

export class IdleWatch {
  readonly #options: IdleOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #usedAt: number;

  constructor(options: IdleOptions) {
    this.#options = options;
    this.#usedAt = options.now();
    if (options.after > 0) this.#timer = setInterval(() => this.#look(), Math.max(10, options.after / SHARE));
  }

  /** Something was asked. */
  touch(): void {
    this.#usedAt = this.#options.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { after, busy, now, onIdle } = this.#options;
    if (busy()) this.touch();
    if (now() - this.#usedAt < after) return;
    this.stop();
    onIdle();
  }
}
