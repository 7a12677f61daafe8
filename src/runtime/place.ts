/**
 * A call's place in its server's lane, which it lends to others while it waits for its client's answers.
 * It exists because people answer in minutes: calls that wait for one would otherwise hold up everybody's.
 * Invariant: the lane is left exactly as often as it was entered, in whatever order answers, abort and end come.
 */
import type { CallSink } from '../protocol/index.js';
import type { Lane } from './router.js';

export class Place {
  readonly #lane: Lane;
  readonly #session: string;
  readonly #signal: AbortSignal;
  /** Questions that are open. */
  #asked = 0;
  #held = true;
  #over = false;
  /** The way back into the lane, while the call waits for its turn there. */
  #back: { readonly turn: Promise<void>; readonly withdraw: () => void } | undefined;

  /** Of a call that was let in. @param signal the call's */
  constructor(lane: Lane, session: string, signal: AbortSignal) {
    this.#lane = lane;
    this.#session = session;
    this.#signal = signal;
  }

  /** The sink of a call that may ask; a question rejects with LMCP_OVERLOADED, too, when there is no way back after its answer. */
  around(sink: CallSink): CallSink {
    return {
      notify: (message) => sink.notify(message),
      ask: async (method, params) => {
        this.#asked += 1;
        this.#leave();
        try {
          return await sink.ask(method, params);
        } finally {
          this.#asked -= 1;
          await this.#return();
        }
      },
    };
  }

  /** The call is over, however it ended. */
  end(): void {
    this.#over = true;
    this.#back?.withdraw();
    this.#leave();
  }

  #leave(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#lane.leave(this.#session);
  }

  /** Resolves when the place is held again, or needed no more. */
  async #return(): Promise<void> {
    if (this.#held || this.#over || this.#asked > 0) return;
    this.#back ??= this.#enter();
    await this.#back.turn;
  }

  #enter(): { turn: Promise<void>; withdraw: () => void } {
    const withdrawal = new AbortController();
    const withdraw = () => withdrawal.abort();
    // The call's own signal is none that AbortSignal.any takes.
    if (this.#signal.aborted) withdraw();
    else this.#signal.addEventListener('abort', withdraw, { once: true });
    const enter = async () => {
      try {
        await this.#lane.enter(this.#session, 'interactive', withdrawal.signal);
        this.#held = true;
        // Meanwhile the call may have ended, or asked again.
        if (this.#over || this.#asked > 0) this.#leave();
      } finally {
        this.#back = undefined;
        this.#signal.removeEventListener('abort', withdraw);
      }
    };
    return { turn: enter(), withdraw };
  }
}
