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
  /** One is all there is, nearly always. */
  #first: Listener | null = null;
  #more: Set<Listener> | undefined;

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
    if (this.#first === null || this.#first === listener) {
      this.#first = listener;
      return;
    }
    this.#more ??= new Set();
    this.#more.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    if (listener === null) return;
    if (this.#first === listener) this.#first = null;
    else this.#more?.delete(listener);
  }

  dispatchEvent(event: Event): boolean {
    const listeners = [this.#first, ...(this.#more ?? [])];
    this.#first = null;
    this.#more = undefined;
    this.onabort?.(event);
    for (const listener of listeners) {
      if (typeof listener === 'function') listener(event);
      else listener?.handleEvent(event);
    }
    return true;
  }
}
