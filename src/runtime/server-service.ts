/**
 * What a server thread answers: tool calls, queries, status, stop. The thread's entry gives it a link and a clock.
 * It exists apart from the thread so that tests run it in their own.
 * Invariant: a workspace is opened once, on its first use; no call waits for its import unless its tool says so, and then not for ever.
 */
import { LmcpError } from '../errors/index.js';
import { type CallSink, createToolHost, type ServerInfo } from '../protocol/index.js';
import type { CaptureBudget } from './capture-budget.js';
import type { DomainServer } from './domain-server.js';
import type { JournalClient } from './journal-client.js';
import type { Changed, GatewayMethods, Progress, ServerMethods } from './messages.js';
import type { CountCall } from './metrics/index.js';
import { answer, type Handlers, type Incoming, type Peer } from './peer.js';
import type { Slowly } from './pulse.js';
import { refold } from './refold.js';
import type { Services } from './services.js';
import { versionQuery } from './versions/queries.js';
import { WorkspaceHost } from './workspace-host.js';

/** A workspace unused for so long is let go. */
const IDLE_MS = 15 * 60_000;
/** And for so long when the thread holds more memory than it may. */
const PRESSED_MS = 5_000;

export interface ServerServiceOptions {
  readonly server: DomainServer;
  readonly info: ServerInfo;
  /** Signs what a client must bring back; outlives the thread. */
  readonly stateKey: Uint8Array;
  /** Absolute. */
  readonly dataFolder: string;
  readonly journal: JournalClient;
  readonly budget: CaptureBudget;
  readonly now: () => number;
  /** Told of each finished call. */
  readonly onCall?: CountCall;
  /** Runs what may keep the thread busy for long, so that it is not taken for hung. */
  readonly slowly: Slowly;
  /** Makes the thread's beat. @param letGo lets go of what can be had again */
  readonly beat: (letGo: () => Promise<void>) => () => void;
  /** The gateway, known only after the peer exists. */
  readonly gateway: () => Peer<GatewayMethods, ServerMethods>;
}

export function serverService(options: ServerServiceOptions): Handlers<ServerMethods> {
  const { server, info, journal, budget, now, gateway } = options;
  const log = (level: 'info' | 'warn' | 'error', text: string) => gateway().cast('log', { level, text });
  const host = createToolHost(server.surface, {
    info,
    stateKey: options.stateKey,
    onError: (error, tool) =>
      log('error', `${server.surface.name}.${tool}: ${error instanceof Error ? error.stack : error}`),
  });
  const open = new Map<string, Promise<WorkspaceHost>>();
  /** Of them, those whose opening is over. */
  const opens = new Map<string, WorkspaceHost>();
  const used = new Map<string, number>();
  setInterval(() => void evict(), IDLE_MS / 10).unref();

  const beat = options.beat(() => evict(PRESSED_MS));

  /** Lets go of workspaces that nobody asked for a while; they come back from their snapshots. */
  async function evict(after = IDLE_MS): Promise<void> {
    const idle = [...used].filter(([, at]) => performance.now() - at >= after);
    const stopped = idle.map(async ([id]) => {
      const host = await open.get(id);
      if (!host || host.learning) return;
      open.delete(id);
      opens.delete(id);
      used.delete(id);
      await host.stop();
    });
    await Promise.allSettled(stopped);
  }

  /** An open workspace, without a promise. */
  const ready = (id: string, root: string | undefined): WorkspaceHost | undefined => {
    const opened = opens.get(id);
    if (opened === undefined) return undefined;
    used.set(id, performance.now());
    if (root !== undefined) opened.attach(root);
    return opened;
  };

  const workspace = async (id: string, root?: string): Promise<WorkspaceHost> => {
    used.set(id, performance.now());
    let opening = open.get(id);
    if (!opening) {
      opening = options.slowly(() => openWorkspace(id, root));
      open.set(id, opening);
      opening.catch(() => open.delete(id));
    }
    const opened = await opening;
    if (open.get(id) === opening) opens.set(id, opened);
    if (root !== undefined) opened.attach(root);
    return opened;
  };

  async function openWorkspace(id: string, from: string | undefined): Promise<WorkspaceHost> {
    const root = from ?? (await gateway().request('workspace', { id })).meta.root;
    const opened = new WorkspaceHost({
      id,
      root,
      server,
      journal,
      budget,
      now,
      log,
      slowly: options.slowly,
      job: async (request, signal, onProgress) => {
        const onNote = (meta: unknown) => onProgress?.(meta as Progress);
        return (await gateway().request('job', request, { signal, onNote })).meta;
      },
    });
    await opened.start();
    return opened;
  }

  const offered = new WeakMap<WorkspaceHost, Services>();
  const services = (host: WorkspaceHost): Services => {
    const known = offered.get(host);
    if (known !== undefined) return known;
    const made = servicesOf(host);
    offered.set(host, made);
    return made;
  };
  const servicesOf = (host: WorkspaceHost): Services => ({
    workspace: host,
    dataFolder: options.dataFolder,
    now,
    ask: async (to, query, argument) =>
      (await gateway().request('ask', { server: to, workspace: host.id, query, argument })).meta,
    changed: (what: Changed['what'], uri?: string) =>
      gateway().cast('changed', { workspace: host.id, what, ...(uri !== undefined && { uri }) }),
    job: async (module, name, argument) =>
      (await gateway().request('job', { module: module.href, name, workspace: host.id, argument })).meta,
    compact: () => journal.compact(host.id),
    backups: async () => (await gateway().request('backups', null)).meta,
    askAll: async (query, argument) =>
      (await gateway().request('askAll', { workspace: host.id, query, argument })).meta,
  });

  return {
    call: async (ask, incoming) => {
      const { workspace: id, root } = ask.context;
      const opened = ready(id, root) ?? (await workspace(id, root));
      opened.touch();
      const began = performance.now();
      const sink: CallSink = {
        notify: (message) => incoming.note(null, message),
        ask: async (method, params) => (await incoming.ask({ method, params })).body,
      };
      const { response, outcome, context } = await host.call(
        { ...ask, body: incoming.body },
        services(opened),
        sink,
        incoming,
      );
      const { tool, ok, subject } = outcome;
      const seconds = (performance.now() - began) / 1000;
      options.onCall?.(tool, seconds, outcome.code);
      // Reading a resource or looking after a task is no step of an agent's work.
      if (outcome.method !== 'tools/call' || server.unrecorded) return answer(null, response);
      opened.captureCall({
        session: context.session,
        tool,
        ok,
        seconds,
        ...(subject === undefined ? {} : { subject }),
        root,
        cwd: ask.context.cwd,
      });
      return answer(null, response);
    },

    query: async (ask, incoming) => {
      const opened = await workspace(ask.workspace, rootIn(ask.argument));
      if (ask.query === 'refold') {
        const source = { journal, workspace: opened.id, learners: server.learners };
        // Not in the middle of a moved head: what is known of versions and what serves belong together.
        await opened.folded(opened.learners.target, incoming.signal);
        return answer(
          await options.slowly(async () => {
            const { offset, learners: serving } = opened.learners.status(true);
            const offsets = new Map(serving.map((learner) => [learner.task, learner.offset]));
            const versions = opened.learners.history.through;
            return { offset, serving, refolded: await refold(source, { offset: offsets, versions }) };
          }),
        );
      }
      const builtIn = await builtInQuery(opened, ask, incoming, options.slowly);
      if (builtIn !== undefined) return answer(builtIn);
      const ofVersions = await versionQuery(opened.versions, ask, incoming.signal);
      if (ofVersions !== undefined) return answer(ofVersions);
      const query = server.queries[ask.query];
      if (!query)
        throw new LmcpError('LMCP_INTERNAL', `${server.surface.name} knows no query "${ask.query}".`);
      return answer(await query(ask.argument, services(opened)));
    },

    status: async () => {
      const settled = await Promise.allSettled([...open.values()]);
      const hosts = settled.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
      const workspaces = hosts.map((h) => ({
        id: h.id,
        fold: h.learners.status(false),
        learning: h.learning,
      }));
      return answer({ heapBytes: process.memoryUsage().heapUsed, workspaces });
    },

    open: async ({ workspace: id, root }) => {
      await workspace(id, root);
      return answer(null);
    },

    beat: () => {
      beat();
      return answer(null);
    },

    stop: async () => {
      await options.slowly(() =>
        Promise.allSettled([...open.values()].map(async (opening) => (await opening).stop())),
      );
      open.clear();
      opens.clear();
      return answer(null);
    },
  };
}

/** Queries every server answers: its scorecards, its learners' digests, and waiting until it is up to date. */
async function builtInQuery(
  host: WorkspaceHost,
  { query, argument }: { readonly query: string; readonly argument: unknown },
  incoming: Pick<Incoming, 'signal'>,
  slowly: Slowly,
): Promise<unknown> {
  // Only what keeps the processor busy is announced: one who merely waits must not keep a hung thread alive.
  switch (query) {
    case 'scorecards':
      return slowly(async () => host.learners.all().flatMap((learner) => learner.scorecards()));
    case 'digests':
      return slowly(async () => host.learners.status(true));
    case 'ready':
      await host.opened();
      return host.learners.status(false);
    case 'folded':
      await host.folded(Number(argument), incoming.signal);
      return host.offset;
    case 'settled': {
      const { prediction, sequence, by } = argument as { prediction: string; sequence: number; by?: number };
      await host.folded(sequence, incoming.signal);
      return host.learners.settledOf(prediction, by) ?? null;
    }
    case 'consumers':
      return host.learners
        .all()
        .map((learner) => ({ task: learner.task, consumes: learner.consumes, offset: host.offset }));
    case 'progress':
      return { learning: host.learning, offset: host.offset, target: host.learners.target };
    default:
      return undefined;
  }
}

/** A working tree that a query speaks of. */
function rootIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('root' in argument)) return undefined;
  return typeof argument.root === 'string' ? argument.root : undefined;
}
