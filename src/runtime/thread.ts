/**
 * A worker thread as its parent holds it: started on first use, started again when it dies, its peer always at hand.
 * It exists so that servers, journal and pool share one way of living and dying.
 * Invariant: requests in flight at a death end with LMCP_SERVER_DOWN and the reason. A thread that dies again and again starts again
 * later and later; until then requests fail at once and say when to try again.
 */
import { type MessagePort, Worker } from 'node:worker_threads';
import { LmcpError } from '../errors/index.js';
import { type CodedMethod, type Handlers, type Methods, Peer } from './peer.js';
import { portLink } from './port-link.js';
import { PulseView, pulseMemory } from './pulse.js';
import { type RestartDelay, restartDelay } from './restart-delay.js';
import { type RingEnd, ringEnds, ringLink, ringOccupancy, spinHere } from './ring-link.js';
import type { Watched } from './supervisor.js';

/** Between two tries to start again when what a thread needs is down. */
const AGAIN_MS = 250;

/** What a thread is given by its parent beside its own workerData. */
export interface ThreadLines {
  /** Its end of the rings; absent where the parent's port carries the frames. */
  readonly line?: RingEnd;
  readonly pulse: SharedArrayBuffer;
  readonly limitBytes: number;
}

export interface ThreadOptions<Out extends Methods, In extends Methods> {
  readonly name: string;
  /** The compiled entry. */
  readonly entry: URL;
  /** Limit in MiB: of the heap by V8, of heap and what is beside it by the supervisor. */
  readonly heapMb: number;
  /** What carries the frames; a port when not given. */
  readonly carrier?: 'ring' | 'port';
  readonly coded?: () => CodedMethod;
  /** For the supervisor (see `Watched`): whether it must answer at once, and how it is asked for a beat. */
  readonly prompt?: boolean;
  readonly beat?: (peer: Peer<Out, In>) => void;
  /** Fresh for each start: message ports cannot be used twice. */
  readonly data: () => { workerData: object; transfer: readonly MessagePort[] };
  readonly handlers: Handlers<In>;
  /** `retryMs`: when it starts again; undefined when that waits for the next request. */
  readonly onDeath: (name: string, reason: string, retryMs?: number) => void;
  /** Told of each start after a death or restart: what was in use can be made ready. Its presence makes a dead thread start at once. */
  readonly onRevived?: () => void;
}

/** The last death, for status. */
export interface Death {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason: string;
}

interface Made<Out extends Methods, In extends Methods> {
  readonly worker: Worker;
  readonly peer: Peer<Out, In>;
  readonly pulse: PulseView;
  readonly ring: RingEnd | undefined;
}

export class Thread<Out extends Methods, In extends Methods> implements Watched {
  readonly #options: ThreadOptions<Out, In>;
  #current: Made<Out, In> | undefined;
  /** Started ahead, while the current one is suspected to hang. */
  #spare: Made<Out, In> | undefined;
  #ending = false;
  #restarts = 0;
  #lastDeath: Death | null = null;
  #delay: RestartDelay = restartDelay();
  /** Until when it stays down, on the monotonic clock. */
  #downUntil = 0;
  #reviving: NodeJS.Timeout | undefined;

  constructor(options: ThreadOptions<Out, In>) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#current !== undefined;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Requests it has not answered. */
  get pending(): number {
    return this.#current?.peer.pending ?? 0;
  }

  /** Grows with every frame of the running thread. */
  get received(): number {
    return this.#current?.peer.received ?? 0;
  }

  /** The running thread's pulse. */
  get pulse(): PulseView | undefined {
    return this.#current?.pulse;
  }

  /** How full the rings to and from the running thread are, 0 to 1; undefined where a port carries the frames. */
  get ring(): { readonly in: number; readonly out: number } | undefined {
    const ring = this.#current?.ring;
    return ring && ringOccupancy(ring);
  }

  get limitBytes(): number {
    return this.#options.heapMb * 2 ** 20;
  }

  get prompt(): boolean {
    return this.#options.prompt ?? false;
  }

  poke(): void {
    if (this.#current) this.#options.beat?.(this.#current.peer);
  }

  /** Starts its successor ahead: it may be needed in a moment. */
  prepare(): void {
    if (this.#current && !this.#spare && !this.#ending) this.#spare = this.#make();
  }

  /** The successor is not needed after all. */
  calm(): void {
    void this.#spare?.worker.terminate();
    this.#spare = undefined;
  }

  /** How often it was started again, and why the last time. */
  get history(): { readonly restarts: number; readonly lastDeath: Death | null } {
    return { restarts: this.#restarts, lastDeath: this.#lastDeath };
  }

  /** The peer of the running thread; starts one when there is none. @throws LMCP_SERVER_DOWN while it stays down */
  peer(): Peer<Out, In> {
    return this.#current?.peer ?? this.#start();
  }

  /** Gives the thread one end of a channel; it arrives as a message that is a port, beside the frames. */
  hand(port: MessagePort): void {
    this.peer();
    this.#current?.worker.postMessage(port, [port]);
  }

  /** Ends the running thread for a reason of its own: it counts as a death. */
  stop(reason: string): void {
    this.#died(this.#let(), reason);
  }

  /** Ends the running thread for no fault of its own; it starts again as after a death. */
  restart(why: string): void {
    // Its lines ended as well.
    this.calm();
    const peer = this.#let();
    if (!peer) return;
    peer.close(down(`${this.name} is being restarted: ${why}`, 0));
    this.#revive(0);
  }

  /** Ends the thread for good; whoever wants an orderly end asks the peer first. */
  async terminate(): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#reviving);
    await Promise.all([this.#current?.worker.terminate(), this.#spare?.worker.terminate()]);
  }

  /** Lets go of the running thread and ends it, however busy it is. */
  #let(): Peer<Out, In> | undefined {
    const made = this.#current;
    this.#current = undefined;
    void made?.worker.terminate();
    return made?.peer;
  }

  #start(): Peer<Out, In> {
    const { name } = this.#options;
    if (this.#ending) throw new LmcpError('LMCP_SERVER_DOWN', `${name} is being stopped.`);
    const wait = this.#downUntil - performance.now();
    if (wait > 0) throw down(`${name} failed too often: ${this.#lastDeath?.reason ?? ''}.`, Math.ceil(wait));
    this.#current = this.#spare ?? this.#make();
    this.#spare = undefined;
    return this.#current.peer;
  }

  #make(): Made<Out, In> {
    const { name, entry, heapMb, carrier, data, handlers, coded } = this.#options;
    const { workerData, transfer } = data();
    const [near, far] = carrier === 'ring' ? ringEnds() : [];
    const pulse = pulseMemory();
    const lines: ThreadLines = { pulse, limitBytes: this.limitBytes, ...(far && { line: far }) };
    const worker = new Worker(entry, {
      name,
      workerData: { ...workerData, ...lines },
      transferList: far ? [...transfer, far.port] : [...transfer],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stderr: false,
      stdout: false,
    });
    const link = near ? ringLink(near, { closedByOwner: true, spin: spinHere }) : portLink(worker);
    const peer = new Peer<Out, In>(link, handlers, coded?.());
    const made: Made<Out, In> = { worker, peer, pulse: new PulseView(pulse), ring: near };
    let reason = '';
    worker.on('error', (error: Error & { code?: string }) => {
      const heap = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reason = heap ? `its heap grew past ${heapMb} MiB` : error.message;
    });
    worker.on('exit', (code) => {
      if (this.#spare === made) this.#spare = undefined;
      if (this.#current === made && !this.#ending) this.stop(reason || `exit code ${code}`);
      made.peer.close();
    });
    return made;
  }

  #died(peer: Peer<Out, In> | undefined, reason: string): void {
    if (!peer) return;
    const { name, onDeath, onRevived } = this.#options;
    this.#lastDeath = { at: Date.now(), reason };
    const wait = this.#delay(performance.now());
    this.#downUntil = performance.now() + wait;
    peer.close(down(`${name} was stopped: ${reason}.`, wait));
    onDeath(name, reason, onRevived && wait);
    this.#revive(wait);
  }

  #revive(wait: number): void {
    this.#restarts += 1;
    const { onRevived } = this.#options;
    if (!onRevived) return;
    const begin = () => {
      if (this.#ending || this.#current) return;
      try {
        this.peer();
        onRevived();
      } catch {
        // What it needs (the journal's thread) is down itself.
        this.#reviving = setTimeout(begin, AGAIN_MS);
        this.#reviving.unref();
      }
    };
    clearTimeout(this.#reviving);
    if (wait === 0) begin();
    else this.#reviving = setTimeout(begin, Math.ceil(wait) + 1);
    this.#reviving?.unref();
  }
}

function down(detail: string, retryAfterMs: number): LmcpError {
  return new LmcpError('LMCP_SERVER_DOWN', detail, { data: { retryAfterMs } });
}
