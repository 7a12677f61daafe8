/**
 * The signal of one call in the gateway: what AbortSignal offers its listeners, as a plain object.
 * It exists because making an AbortController costs 4 µs of CPU, a quarter of what node:http needs for a whole request.
 * Invariant: aborts once, tells each listener once. APIs that insist on a native signal (AbortSignal.any, fetch) refuse it;
 * a server thread makes a native one of its own.
 */

type Listener = Parameters<AbortSignal['addEventListener']>[1];

export class CallSignal implements AbortSignal {
  onabort: ((this: AbortSignal, event: Event) => unknown) | null = null;
  #aborted = false;
  #reason: unknown;
  #listeners: Set<Listener> | undefined;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Aborts; later calls do nothing. */
  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = new DOMException('The call was cancelled.', 'AbortError');
    this.dispatchEvent(new Event('abort'));
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  addEventListener(type: string, listener: Listener): void {
    if (type !== 'abort' || listener === null || this.#aborted) return;
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    if (listener !== null) this.#listeners?.delete(listener);
  }

  dispatchEvent(event: Event): boolean {
    const listeners = [...(this.#listeners ?? [])];
    this.#listeners = undefined;
    this.onabort?.(event);
    for (const listener of listeners) {
      if (typeof listener === 'function') listener(event);
      else listener.handleEvent(event);
    }
    return true;
  }
}
