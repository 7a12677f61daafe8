/**
 * A worker thread as its parent holds it: started on first use, started again when it dies, its peer always at hand.
 * It exists so that servers, journal and pool share one way of living and dying.
 * Invariant: requests in flight at a death end with LMCP_SERVER_DOWN; the next request finds a new thread.
 */
import { type MessagePort, Worker } from 'node:worker_threads';
import { LmcpError } from '../errors/index.js';
import type { Link } from './link.js';
import { type Handlers, type Methods, Peer } from './peer.js';
import { portLink } from './port-link.js';

export interface ThreadOptions<In extends Methods> {
  readonly name: string;
  /** The compiled entry. */
  readonly entry: URL;
  /** Heap limit in MiB. */
  readonly heapMb: number;
  /** Fresh for each start: message ports cannot be used twice. */
  readonly data: () => { workerData: unknown; transfer: readonly MessagePort[] };
  readonly handlers: Handlers<In>;
  readonly onDeath: (name: string, reason: string) => void;
}

export class Thread<Out extends Methods, In extends Methods> {
  readonly #options: ThreadOptions<In>;
  #worker: Worker | undefined;
  #peer: Peer<Out, In> | undefined;
  #ending = false;

  constructor(options: ThreadOptions<In>) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#peer !== undefined;
  }

  get name(): string {
    return this.#options.name;
  }

  /** The peer of the running thread; starts one when there is none. */
  peer(): Peer<Out, In> {
    if (this.#ending) throw new LmcpError('LMCP_SERVER_DOWN', `${this.#options.name} is being stopped.`);
    this.#peer ??= this.#start();
    return this.#peer;
  }

  /** Gives the thread one end of a channel; it arrives as a message that is a port, beside the frames. */
  hand(port: MessagePort): void {
    this.peer();
    this.#worker?.postMessage(port, [port]);
  }

  /** Ends the running thread; the next request starts another. */
  restart(): void {
    const worker = this.#worker;
    this.#peer = undefined;
    this.#worker = undefined;
    void worker?.terminate();
  }

  /** Ends the thread; whoever wants an orderly end asks the peer first. */
  async terminate(): Promise<void> {
    this.#ending = true;
    await this.#worker?.terminate();
  }

  #start(): Peer<Out, In> {
    const { name, entry, heapMb, data, handlers, onDeath } = this.#options;
    const { workerData, transfer } = data();
    const worker = new Worker(entry, {
      name,
      workerData,
      transferList: [...transfer],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stderr: false,
      stdout: false,
    });
    this.#worker = worker;
    const link: Link = portLink(worker);
    const peer = new Peer<Out, In>(link, handlers);
    let reason = '';
    worker.on('error', (error) => {
      reason = error.message;
    });
    worker.on('exit', (code) => {
      const replaced = this.#peer !== peer;
      if (!replaced) {
        this.#peer = undefined;
        this.#worker = undefined;
      }
      if (!this.#ending && !replaced) onDeath(name, reason || `exit code ${code}`);
    });
    return peer;
  }
}
