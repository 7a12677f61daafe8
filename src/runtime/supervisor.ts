/**
 * Watches the threads: one that hangs, or holds more memory than it may, is stopped, and so starts again.
 * It exists so that a tool's endless loop or leak costs its own server half a second, and the others nothing.
 * Invariant: no thread is stopped for being slow while it starts, says that it is busy, or is not given the processor; nor because
 * this thread was late, or the machine slept.
 */
import { readFileSync } from 'node:fs';
import type { PulseView } from './pulse.js';

/** A thread as the supervisor sees it. */
export interface Watched {
  readonly name: string;
  /** The running thread's pulse; undefined while there is none. */
  readonly pulse: PulseView | undefined;
  /** Requests it has not answered. */
  readonly pending: number;
  /** Grows with every frame it sends. A thread that answers lives, though a long queue may stand before its next beat. */
  readonly received: number;
  /** Whether it must answer at once; the pool may be silent for as long as its job takes. */
  readonly prompt: boolean;
  readonly limitBytes: number;
  /** Asks for a beat. */
  poke(): void;
  /** It may have to be replaced soon: a successor can be started ahead. */
  prepare(): void;
  /** It does not. */
  calm(): void;
  /** Stops the thread; whoever waits for it is told the reason. */
  stop(reason: string): void;
}

export interface SupervisorOptions {
  /** A thread with work that does not beat for so long, while it burns processor time, hangs. Milliseconds; 0: no silence counts. */
  readonly hangMs: number;
  /** So long may it take when it starts, when it said so, or when it waits without using the processor. Milliseconds; 0: for ever. */
  readonly slowMs: number;
  /** Monotonic, milliseconds. */
  readonly now?: () => number;
  /** Processor time of a thread of this process, in milliseconds; undefined where that cannot be had. */
  readonly cpuMs?: (task: number) => number | undefined;
}

/** Between two looks while there is work, and while there is none. */
const BUSY_MS = 40;
const IDLE_MS = 1_000;
/** Letting go may take so long, in milliseconds of this thread's looking. */
const LETTING_GO_MS = 1_500;

interface Seen {
  pulse: PulseView;
  beats: number;
  received: number;
  /** Since the last beat, in milliseconds that this thread was there to see. */
  silent: number;
  /** Processor time at the first silent look. */
  cpu: number | undefined;
  letting: number;
  suspected: boolean;
}

export class Supervisor {
  readonly #options: Required<SupervisorOptions>;
  readonly #watched = new Map<Watched, Seen | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #looked: number;
  #busy = false;
  #ended = false;

  constructor(options: SupervisorOptions) {
    this.#options = { now: () => performance.now(), cpuMs: threadCpuMs, ...options };
    this.#looked = this.#options.now();
  }

  /** Returns how to watch it no more. */
  watch(thread: Watched): () => void {
    this.#watched.set(thread, undefined);
    this.stir();
    return () => this.#watched.delete(thread);
  }

  /** A thread got work: looks more often from now on. Cheap while that is so already. */
  stir(): void {
    if (this.#ended || this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    this.look();
    this.#arm();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** One look at all of them. */
  look(): void {
    const now = this.#options.now();
    // A longer pause than asked for is this thread's own lateness, or the machine's sleep: nobody was silent in it.
    const passed = Math.min(now - this.#looked, 2 * BUSY_MS);
    this.#looked = now;
    for (const thread of [...this.#watched.keys()]) this.#lookAt(thread, passed);
  }

  #arm(): void {
    this.#timer = setTimeout(
      () => {
        this.look();
        this.#busy = [...this.#watched.keys()].some(({ pending }) => pending > 0);
        if (!this.#ended) this.#arm();
      },
      this.#busy ? BUSY_MS : IDLE_MS,
    );
    this.#timer.unref();
  }

  #lookAt(thread: Watched, passed: number): void {
    const { pulse } = thread;
    if (!pulse) {
      this.#watched.set(thread, undefined);
      return;
    }
    let seen = this.#watched.get(thread);
    if (seen?.pulse !== pulse) {
      seen = {
        pulse,
        beats: pulse.beats,
        received: thread.received,
        silent: 0,
        cpu: undefined,
        letting: 0,
        suspected: false,
      };
      this.#watched.set(thread, seen);
      thread.poke();
      return;
    }
    const reason = this.#holdsTooMuch(thread, seen, passed) ?? this.#hangs(thread, seen, passed);
    if (reason === undefined) return;
    this.#watched.set(thread, undefined);
    thread.stop(reason);
  }

  #hangs(thread: Watched, seen: Seen, passed: number): string | undefined {
    const { pulse } = seen;
    const { hangMs, slowMs, cpuMs } = this.#options;
    const { beats } = pulse;
    const { received } = thread;
    if (beats !== seen.beats || received !== seen.received) {
      if (beats !== seen.beats) thread.poke();
      if (seen.suspected) thread.calm();
      Object.assign(seen, { beats, received, silent: 0, cpu: undefined, suspected: false });
      return undefined;
    }
    if (hangMs === 0 || !thread.prompt || thread.pending === 0) return undefined;
    seen.silent += passed;
    const used = cpuMs(pulse.task);
    seen.cpu ??= used;
    const starting = beats === 0;
    if (!starting && !pulse.patient && used !== undefined && seen.cpu !== undefined) {
      // The first silent look was up to two looks after the last beat.
      const burnt = used - seen.cpu + 2 * BUSY_MS;
      if (Math.min(seen.silent, burnt) >= hangMs) return unanswered(thread, seen);
      if (!seen.suspected && Math.min(seen.silent, burnt) >= hangMs / 2) {
        seen.suspected = true;
        thread.prepare();
      }
    }
    if (slowMs === 0 || seen.silent < slowMs) return undefined;
    return starting ? `it did not start within ${Math.round(seen.silent)} ms` : unanswered(thread, seen);
  }

  #holdsTooMuch({ limitBytes }: Watched, seen: Seen, passed: number): string | undefined {
    const { heapBytes, externalBytes } = seen.pulse.memory;
    if (heapBytes + externalBytes <= limitBytes) {
      seen.letting = 0;
      return undefined;
    }
    seen.letting += passed;
    const far = heapBytes + externalBytes > 1.5 * limitBytes;
    if (seen.pulse.lettingGo && !far && seen.letting < LETTING_GO_MS) return undefined;
    return held(heapBytes, externalBytes, limitBytes);
  }
}

/** Near its limit a thread is silent because it collects garbage without end: then that is the reason. */
function unanswered({ limitBytes }: Watched, { silent, pulse }: Seen): string {
  const { heapBytes, externalBytes } = pulse.memory;
  const why =
    heapBytes + externalBytes > limitBytes / 2 ? `, while ${held(heapBytes, externalBytes, limitBytes)}` : '';
  return `it did not answer for ${Math.round(silent)} ms${why}`;
}

function held(heapBytes: number, externalBytes: number, limitBytes: number): string {
  return `it held ${mebibytes(heapBytes)} MiB of heap and ${mebibytes(externalBytes)} MiB beside it, and may hold ${mebibytes(limitBytes)}`;
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}

/** Linux tells what each thread used; elsewhere only a long silence counts. */
function threadCpuMs(task: number): number | undefined {
  if (task === 0) return undefined;
  try {
    return Number(readFileSync(`/proc/self/task/${task}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}
