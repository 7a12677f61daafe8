/**
 * The threads of an instance: journal, servers, pool, and the lines between them.
 * It exists so that the gateway can start, ask and stop them without knowing a worker.
 * Invariant: the journal is the last to end; a server thread's death costs only its own requests.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describeError, LmcpError } from '../errors/index.js';
import type { Forward, ServerInfo } from '../protocol/index.js';
import { captureMemory } from './capture-budget.js';
import type { Config } from './config.js';
import type { CatalogueEntry } from './domain-server.js';
import { JournalClient } from './journal-client.js';
import type {
  GatewayMethods,
  JobRequest,
  JournalMethods,
  JournalStatus,
  NoMethods,
  Progress,
  ServerMethods,
  ServerStatus,
} from './messages.js';
import { keyFile } from './paths.js';
import { answer, type Handlers } from './peer.js';
import { Pool } from './pool.js';
import { Thread } from './thread.js';

export interface ThreadsOptions {
  readonly data: string;
  readonly config: Config;
  readonly catalogue: readonly CatalogueEntry[];
  readonly info: ServerInfo;
  /** The root of a workspace's working tree, if one is attached. */
  readonly rootOf: (workspace: string) => string | null;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

type ServerThread = Thread<ServerMethods, GatewayMethods>;

const ENDING_MS = 10_000;

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #journalThread: Thread<JournalMethods, NoMethods>;
  readonly #servers = new Map<string, ServerThread>();
  readonly #pool: Pool;
  readonly #capture = captureMemory();
  readonly journal: JournalClient;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    const { config, data, log } = options;
    const onDeath = (name: string, reason: string) =>
      log('error', `${name} thread ended: ${reason}; it starts again when next asked`);
    this.#journalThread = new Thread<JournalMethods, NoMethods>({
      name: 'journal',
      entry: new URL('./journal-thread.js', import.meta.url),
      heapMb: config.memory.journal,
      data: () => ({ workerData: { data, encrypt: config.journal.encrypt }, transfer: [] }),
      handlers: {},
      onDeath: (name, reason) => {
        onDeath(name, reason);
        // Their lines ended with it: they start anew, from snapshot and tail, when they are next asked.
        for (const thread of this.#servers.values()) thread.restart();
        this.#pool.restart();
      },
    });
    this.journal = new JournalClient(() => this.#journalThread.peer());
    this.#pool = new Pool({
      threads: config.pool.threads,
      heapMb: config.memory.pool,
      keyFile: keyFile(data),
      journalPort: () => this.#journalPort(),
      log,
    });
    for (const entry of options.catalogue) this.#servers.set(entry.name, this.#serverThread(entry, onDeath));
  }

  /** Whether slow work is under way. */
  get busy(): boolean {
    return this.#pool.status.busy > 0;
  }

  /** Carries a client's call to the thread of its server. */
  readonly forward: Forward = async (call, sink, signal) => {
    const { body, ...ask } = call;
    const onNote = (_: unknown, message: Uint8Array) => sink.notify(message);
    return (await this.#server(call.server).peer().request('call', ask, { body, signal, onNote })).body;
  };

  /** Asks a server's thread one of its queries. */
  async query(server: string, workspace: string, query: string, argument: unknown = null): Promise<unknown> {
    return (await this.#server(server).peer().request('query', { workspace, query, argument })).meta;
  }

  /** Asks every server; one that fails is logged and left out. */
  async queryAll(
    workspace: string,
    query: string,
    argument: unknown = null,
  ): Promise<Record<string, unknown>> {
    const asked = [...this.#servers.keys()].map(
      async (name) => [name, await this.query(name, workspace, query, argument)] as const,
    );
    const settled = await Promise.allSettled(asked);
    for (const failed of settled) {
      if (failed.status === 'rejected')
        this.#options.log('warn', `query ${query}: ${describeError(failed.reason).message}`);
    }
    return Object.fromEntries(settled.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : [])));
  }

  /** Runs a job in the pool for the gateway itself. */
  job(request: JobRequest, signal: AbortSignal, onProgress: (progress: Progress) => void): Promise<unknown> {
    return this.#pool.run(request, signal, onProgress);
  }

  async status(): Promise<{
    journal: JournalStatus;
    servers: Record<string, ServerStatus | null>;
    pool: Pool['status'];
  }> {
    const servers: Record<string, ServerStatus | null> = {};
    for (const [name, thread] of this.#servers) {
      servers[name] = thread.running ? (await thread.peer().request('status', null)).meta : null;
    }
    return {
      journal: (await this.#journalThread.peer().request('status', null)).meta,
      servers,
      pool: this.#pool.status,
    };
  }

  /** Snapshots, then servers, then the journal. */
  async end(): Promise<void> {
    await this.#pool.end();
    const running = [...this.#servers.values()].filter((thread) => thread.running);
    await Promise.all(running.map((thread) => within(ENDING_MS, thread.peer().request('stop', null))));
    await Promise.all(running.map((thread) => thread.terminate()));
    await within(ENDING_MS, this.#journalThread.peer().request('close', null));
    await this.#journalThread.terminate();
  }

  #server(name: string): ServerThread {
    const thread = this.#servers.get(name);
    if (!thread) throw new LmcpError('LMCP_UNKNOWN_SERVER', `There is no server "${name}".`);
    return thread;
  }

  #serverThread(entry: CatalogueEntry, onDeath: (name: string, reason: string) => void): ServerThread {
    const { config } = this.#options;
    const limits: Readonly<Record<string, number>> = config.memory;
    return new Thread<ServerMethods, GatewayMethods>({
      name: entry.name,
      entry: new URL('./server-thread.js', import.meta.url),
      heapMb: limits[entry.name] ?? config.memory.learning,
      data: () => {
        const journal = this.#journalPort();
        const workerData = {
          module: entry.module.href,
          journal,
          captureMemory: this.#capture,
          captureLimit: config.capture.eventsPerSecond,
          info: this.#options.info,
        };
        return { workerData, transfer: [journal] };
      },
      handlers: this.#gatewayHandlers(),
      onDeath,
    });
  }

  #gatewayHandlers(): Handlers<GatewayMethods> {
    const { log, rootOf } = this.#options;
    return {
      job: async (request, { signal, note }) =>
        answer(await this.#pool.run(request, signal, (progress) => note(progress))),
      ask: async ({ server, workspace, query, argument }) =>
        answer(await this.query(server, workspace, query, argument)),
      askAll: async ({ workspace, query, argument }) =>
        answer(await this.queryAll(workspace, query, argument)),
      workspace: ({ id }) => answer({ root: rootOf(id) }),
      log: ({ level, text }) => {
        log(level, text);
        return answer(null);
      },
    };
  }

  /** A new line to the journal thread: one end goes there, the other is returned. */
  #journalPort(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#journalThread.hand(port1);
    return port2;
  }
}

/** Waits for an orderly end, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const timer = new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref());
  await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    timer,
  ]);
}
