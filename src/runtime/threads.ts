/**
 * The threads of an instance: journal, servers, pool, and the lines between them.
 * It exists so that the gateway can start, ask and stop them without knowing a worker.
 * Invariant: the journal is the last to end; a server thread's death costs only its own requests.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describeError, LmcpError } from '../errors/index.js';
import type { Forward, ServerInfo } from '../protocol/index.js';
import { withAdmission } from './admission.js';
import { backupsOf } from './backups.js';
import { callCoding } from './call-codec.js';
import { captureDroppedIn, captureMemory } from './capture-budget.js';
import type { Config } from './config.js';
import type { CatalogueEntry } from './domain-server.js';
import { JournalClient } from './journal-client.js';
import type {
  Changed,
  GatewayMethods,
  JobRequest,
  JournalMethods,
  JournalStatus,
  NoMethods,
  Progress,
  ServerMethods,
  ServerStatus,
} from './messages.js';
import { type Figures, Monitor, watchThread } from './metrics/index.js';
import { keyFile } from './paths.js';
import { answer, type Handlers } from './peer.js';
import { Pool } from './pool.js';
import { RecentWorkspaces } from './recent-workspaces.js';
import { type Priority, Router } from './router.js';
import { Supervisor } from './supervisor.js';
import { Thread } from './thread.js';

export interface ThreadsOptions {
  readonly data: string;
  readonly config: Config;
  readonly catalogue: readonly CatalogueEntry[];
  readonly info: ServerInfo;
  /** 32 bytes that sign what clients must bring back unaltered, the same for every thread and start. */
  readonly stateKey: Uint8Array;
  /** The root of a workspace's working tree, if one is attached. */
  readonly rootOf: (workspace: string) => string | null;
  /** A server says that a list of its, or one resource, is not what it was. */
  readonly onChanged?: (server: string, change: Changed) => void;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

type ServerThread = Thread<ServerMethods, GatewayMethods>;

const ENDING_MS = 10_000;
const MIB = 2 ** 20;
/** A thread that does not say how it is within so long is shown as far as it is known from outside. */
const STATUS_MS = 1_000;
/** The session under which the gateway's own questions wait. */
const OWN_SESSION = 'lmcp';

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #journalThread: Thread<JournalMethods, NoMethods>;
  readonly #servers = new Map<string, ServerThread>();
  readonly #pool: Pool;
  readonly #capture = captureMemory();
  readonly #monitor: Monitor;
  readonly #router: Router;
  readonly #supervisor: Supervisor;
  readonly #recent = new Map<string, RecentWorkspaces>();
  readonly #stopProbe: () => void;
  readonly journal: JournalClient;
  /** Carries a client's call to the thread of its server, when it is its turn. */
  readonly forward: Forward;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    const { config, data, log } = options;
    const servers = options.catalogue.map(({ name, surface }) => {
      return { name, tools: surface.catalogue.tools.map((tool) => tool.name) };
    });
    const now = () => performance.now();
    this.#monitor = new Monitor({ enabled: config.monitor.enabled, servers, now });
    this.#stopProbe = watchThread(this.#monitor.thread('gateway', 0)).stop;
    this.#router = new Router(
      servers.map(({ name }) => name),
      { ...config.limits, now },
    );
    this.forward = withAdmission(this.#carry, { router: this.#router, monitor: this.#monitor, now });
    this.#supervisor = new Supervisor(config.supervisor);
    const onDeath = (name: string, reason: string, retryMs?: number) => {
      const again =
        retryMs === undefined ? 'when next asked' : retryMs === 0 ? 'at once' : `in ${retryMs} ms`;
      log('error', `${name} thread ended: ${reason}; it starts again ${again}`);
    };
    this.#journalThread = new Thread<JournalMethods, NoMethods>({
      name: 'journal',
      entry: new URL('./journal-thread.js', import.meta.url),
      heapMb: config.memory.journal,
      data: () => {
        const metrics = this.#monitor.thread('journal', config.memory.journal * MIB);
        return { workerData: { data, encrypt: config.journal.encrypt, metrics }, transfer: [] };
      },
      handlers: {},
      onDeath: (name, reason) => {
        onDeath(name, reason);
        // Their lines ended with it: they start anew, from snapshot and tail.
        for (const thread of this.#servers.values()) thread.restart('the journal did');
        this.#pool.restart();
      },
    });
    this.journal = new JournalClient(() => this.#journalThread.peer());
    this.#pool = new Pool({
      threads: config.pool.threads,
      heapMb: config.memory.pool,
      keyFile: keyFile(data),
      journalPort: () => this.#journalPort(),
      metrics: (seat) => this.#monitor.thread(`pool-${seat}`, config.memory.pool * MIB),
      onThread: (thread) => this.#supervisor.watch(thread),
      log,
    });
    for (const entry of options.catalogue) this.#servers.set(entry.name, this.#serverThread(entry, onDeath));
  }

  /** Whether slow work is under way. */
  get busy(): boolean {
    return this.#pool.status.busy > 0;
  }

  /** To the thread of its server. */
  readonly #carry: Forward = async (call, sink, signal) => {
    const { body, ...ask } = call;
    const { workspace, root } = call.context;
    this.#recent.get(call.server)?.use(workspace, root);
    this.#supervisor.stir();
    const onNote = (_: unknown, message: Uint8Array) => sink.notify(message);
    const onAsk = async (meta: unknown) => {
      const { method, params } = meta as { method: string; params: unknown };
      return answer(null, await sink.ask(method, params));
    };
    const options = { body, signal, onNote, onAsk };
    return (await this.#server(call.server).peer().request('call', ask, options)).body;
  };

  /** Every figure of every thread, read from memory: asks nobody. */
  figures(): Figures {
    const { threads, servers } = this.#monitor.read();
    const threadOf = (name: string) => (name === 'journal' ? this.#journalThread : this.#servers.get(name));
    return {
      enabled: this.#monitor.enabled,
      threads: new Map(
        [...threads].map(([name, reading]) => {
          const thread = threadOf(name);
          const running = thread?.running ?? (name === 'gateway' || this.#pool.names.includes(name));
          const restarts = thread?.history.restarts ?? 0;
          return [name, { ...reading, running, restarts, ring: thread?.ring }];
        }),
      ),
      servers,
      lanes: this.#router.status,
      pool: this.#pool.status,
      captureDropped: captureDroppedIn(this.#capture),
    };
  }

  /**
   * Asks a server's thread one of its queries. With a priority it waits its turn among the clients' calls; without one it does not:
   * what a running call asks must not wait for that call's own place.
   */
  async query(
    server: string,
    workspace: string,
    query: string,
    argument: unknown = null,
    priority?: Priority,
  ): Promise<unknown> {
    const lane = priority && this.#router.lane(server);
    const turn = lane?.enter(OWN_SESSION, priority ?? 'background');
    if (turn) await turn;
    try {
      this.#supervisor.stir();
      return (await this.#server(server).peer().request('query', { workspace, query, argument })).meta;
    } finally {
      lane?.leave(OWN_SESSION);
    }
  }

  /** Asks every server; one that fails is logged and left out. */
  async queryAll(
    workspace: string,
    query: string,
    argument: unknown = null,
    priority?: Priority,
  ): Promise<Record<string, unknown>> {
    const asked = [...this.#servers.keys()].map(
      async (name) => [name, await this.query(name, workspace, query, argument, priority)] as const,
    );
    const settled = await Promise.allSettled(asked);
    for (const failed of settled) {
      if (failed.status === 'rejected')
        this.#options.log('warn', `query ${query}: ${describeError(failed.reason).message}`);
    }
    return Object.fromEntries(settled.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : [])));
  }

  /** Backups taken of the data folder, newest first. */
  backups(): ReturnType<typeof backupsOf> {
    return backupsOf(this.#options.data);
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
      servers[name] = thread.running ? await statusOf(thread) : null;
    }
    return {
      journal: (await this.#journalThread.peer().request('status', null)).meta,
      servers,
      pool: this.#pool.status,
    };
  }

  /** Snapshots, then servers, then the journal. */
  async end(): Promise<void> {
    this.#stopProbe();
    this.#supervisor.end();
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
    const heapMb = limits[entry.name] ?? config.memory.learning;
    const recent = new RecentWorkspaces();
    this.#recent.set(entry.name, recent);
    const thread: ServerThread = new Thread<ServerMethods, GatewayMethods>({
      name: entry.name,
      entry: new URL('./server-thread.js', import.meta.url),
      heapMb,
      carrier: 'ring',
      coded: callCoding,
      prompt: true,
      beat: (peer) => peer.cast('beat', null),
      data: () => {
        const journal = this.#journalPort();
        const workerData = {
          module: entry.module.href,
          journal,
          captureMemory: this.#capture,
          captureLimit: config.capture.eventsPerSecond,
          info: this.#options.info,
          stateKey: this.#options.stateKey,
          dataFolder: this.#options.data,
          metrics: this.#monitor.thread(entry.name, heapMb * MIB),
        };
        return { workerData, transfer: [journal] };
      },
      handlers: this.#gatewayHandlers(entry.name),
      onDeath,
      onRevived: () => {
        for (const each of recent.list) thread.peer().cast('open', each);
      },
    });
    this.#supervisor.watch(thread);
    return thread;
  }

  #gatewayHandlers(server: string): Handlers<GatewayMethods> {
    const { log, rootOf, onChanged } = this.#options;
    return {
      changed: (change) => {
        onChanged?.(server, change);
        return answer(null);
      },
      job: async (request, { signal, note }) =>
        answer(await this.#pool.run(request, signal, (progress) => note(progress))),
      ask: async ({ server: other, workspace, query, argument }) =>
        answer(await this.query(other, workspace, query, argument)),
      askAll: async ({ workspace, query, argument }) =>
        answer(await this.queryAll(workspace, query, argument)),
      workspace: ({ id }) => answer({ root: rootOf(id) }),
      backups: () => answer(this.backups()),
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

/** What the thread itself says, when it says it soon, and what is known of it from outside. */
async function statusOf(thread: ServerThread): Promise<ServerStatus> {
  const asked = thread.peer().request('status', null);
  const report = await Promise.race([asked.catch(() => undefined), after(STATUS_MS)]);
  const memory = thread.pulse?.memory ?? { heapBytes: report?.meta.heapBytes ?? 0, externalBytes: 0 };
  return {
    heapBytes: memory.heapBytes,
    workspaces: [],
    ...report?.meta,
    memory: { ...memory, limitBytes: thread.limitBytes },
    ...thread.history,
  };
}

/** Waits for an orderly end, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    after(milliseconds),
  ]);
}

function after(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), milliseconds).unref());
}
