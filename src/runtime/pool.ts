/**
 * The shared pool for slow work: a few threads, started when there is work, ended when there has been none for a while.
 * It exists so that a first index or a large parse never holds a thread that answers.
 * Invariant: one job a thread at a time; jobs wait in order; a thread that dies fails its own job only.
 */
import type { MessagePort } from 'node:worker_threads';
import { LmcpError } from '../errors/index.js';
import type { JobRequest, NoMethods, PoolMethods, Progress } from './messages.js';
import type { ThreadMetrics } from './metrics/index.js';
import { Thread } from './thread.js';

const IDLE_MS = 30_000;

export interface PoolOptions {
  readonly threads: number;
  readonly heapMb: number;
  readonly keyFile: string;
  /** Gives a new port to the journal thread. */
  readonly journalPort: () => MessagePort;
  /** What the thread in that seat (1, 2 …) writes its figures to. */
  readonly metrics: (seat: number) => ThreadMetrics;
  /** Told of each thread made; returns how it is told that the thread is not used any more. */
  readonly onThread: (thread: PoolThread) => () => void;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

export type PoolThread = Thread<PoolMethods, NoMethods>;

interface Seat {
  readonly thread: PoolThread;
  readonly forget: () => void;
  readonly number: number;
  busy: boolean;
  idle: NodeJS.Timeout | undefined;
}

interface Waiting {
  readonly take: (seat: Seat) => void;
  readonly refuse: (error: LmcpError) => void;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #seats: Seat[] = [];
  readonly #queue: Waiting[] = [];
  #ending = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get status(): { readonly busy: number; readonly waiting: number; readonly threads: number } {
    return {
      busy: this.#seats.filter((s) => s.busy).length,
      waiting: this.#queue.length,
      threads: this.#seats.length,
    };
  }

  /** Names of the threads there are. */
  get names(): readonly string[] {
    return this.#seats.map(({ thread }) => thread.name);
  }

  async run(
    request: JobRequest,
    signal: AbortSignal,
    onProgress: (progress: Progress) => void,
  ): Promise<unknown> {
    const seat = await this.#seat(signal);
    try {
      const onNote = (meta: unknown) => onProgress(meta as Progress);
      return (await seat.thread.peer().request('run', request, { signal, onNote })).meta;
    } finally {
      this.#release(seat);
    }
  }

  /** Ends what runs; its jobs fail, and later ones find new threads. */
  restart(): void {
    for (const seat of this.#seats) seat.thread.restart('the journal did');
  }

  async end(): Promise<void> {
    this.#ending = true;
    for (const waiting of this.#queue.splice(0))
      waiting.refuse(new LmcpError('LMCP_SERVER_DOWN', 'The pool is being stopped.'));
    for (const seat of this.#seats) clearTimeout(seat.idle);
    await Promise.all(this.#seats.map((seat) => seat.thread.terminate()));
  }

  #seat(signal: AbortSignal): Promise<Seat> {
    if (this.#ending) return Promise.reject(new LmcpError('LMCP_SERVER_DOWN', 'The pool is being stopped.'));
    const free = this.#seats.find((seat) => !seat.busy) ?? this.#grow();
    if (free) return Promise.resolve(take(free));
    return new Promise((resolve, reject) => {
      const entry: Waiting = { take: (seat) => resolve(take(seat)), refuse: reject };
      this.#queue.push(entry);
      signal.addEventListener('abort', () => {
        const at = this.#queue.indexOf(entry);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(new LmcpError('LMCP_CANCELLED', 'Cancelled while it waited for the pool.'));
      });
    });
  }

  #grow(): Seat | undefined {
    const { threads, heapMb, journalPort, keyFile, metrics, onThread, log } = this.#options;
    if (this.#seats.length >= threads) return undefined;
    let number = 1;
    while (this.#seats.some((seat) => seat.number === number)) number += 1;
    const thread = new Thread<PoolMethods, NoMethods>({
      name: `pool-${number}`,
      entry: new URL('./pool-thread.js', import.meta.url),
      heapMb,
      carrier: 'ring',
      beat: (peer) => peer.cast('beat', null),
      data: () => {
        const journal = journalPort();
        return { workerData: { journal, keyFile, metrics: metrics(number) }, transfer: [journal] };
      },
      handlers: {},
      onDeath: (name, reason) => log('warn', `${name} ended: ${reason}`),
    });
    const seat: Seat = { thread, forget: onThread(thread), number, busy: false, idle: undefined };
    this.#seats.push(seat);
    return seat;
  }

  #release(seat: Seat): void {
    seat.busy = false;
    const next = this.#queue.shift();
    if (next) {
      next.take(seat);
      return;
    }
    seat.idle = setTimeout(() => {
      if (seat.busy) return;
      this.#seats.splice(this.#seats.indexOf(seat), 1);
      seat.forget();
      void seat.thread.terminate();
    }, IDLE_MS);
    seat.idle.unref();
  }
}

function take(seat: Seat): Seat {
  clearTimeout(seat.idle);
  seat.busy = true;
  return seat;
}
