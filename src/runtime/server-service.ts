/**
 * What a server thread answers: tool calls, queries, status, stop. The thread's entry gives it a link and a clock.
 * It exists apart from the thread so that tests run it in their own.
 * Invariant: a workspace is opened once, on its first use; no call waits for its import unless its tool says so, and then not for ever.
 */
import { LmcpError } from '../errors/index.js';
import { createToolHost, type ServerInfo } from '../protocol/index.js';
import type { CaptureBudget } from './capture-budget.js';
import type { DomainServer } from './domain-server.js';
import type { JournalClient } from './journal-client.js';
import type { GatewayMethods, Progress, ServerMethods } from './messages.js';
import { answer, type Handlers, type Peer } from './peer.js';
import { refold } from './refold.js';
import type { Services } from './services.js';
import { WorkspaceHost } from './workspace-host.js';

/** A workspace unused for so long is let go. */
const IDLE_MS = 15 * 60_000;

export interface ServerServiceOptions {
  readonly server: DomainServer;
  readonly info: ServerInfo;
  readonly journal: JournalClient;
  readonly budget: CaptureBudget;
  readonly now: () => number;
  /** The gateway, known only after the peer exists. */
  readonly gateway: () => Peer<GatewayMethods, ServerMethods>;
}

export function serverService(options: ServerServiceOptions): Handlers<ServerMethods> {
  const { server, info, journal, budget, now, gateway } = options;
  const log = (level: 'info' | 'warn' | 'error', text: string) => gateway().cast('log', { level, text });
  const host = createToolHost(server.surface, {
    info,
    onError: (error, tool) =>
      log('error', `${server.surface.name}.${tool}: ${error instanceof Error ? error.stack : error}`),
  });
  const open = new Map<string, Promise<WorkspaceHost>>();
  const used = new Map<string, number>();
  setInterval(() => evict(), IDLE_MS / 10).unref();

  /** Lets go of workspaces that nobody asked for a while; they come back from their snapshots. */
  function evict(): void {
    for (const [id, at] of used) {
      const opening = open.get(id);
      if (performance.now() - at < IDLE_MS || !opening) continue;
      void opening.then((host) => {
        if (host.learning) return;
        open.delete(id);
        used.delete(id);
        return host.stop();
      });
    }
  }

  const workspace = async (id: string, root?: string): Promise<WorkspaceHost> => {
    used.set(id, performance.now());
    let opening = open.get(id);
    if (!opening) {
      opening = openWorkspace(id, root);
      open.set(id, opening);
      opening.catch(() => open.delete(id));
    }
    const opened = await opening;
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
      job: async (request, signal, onProgress) => {
        const onNote = (meta: unknown) => onProgress?.(meta as Progress);
        return (await gateway().request('job', request, { signal, onNote })).meta;
      },
    });
    await opened.start();
    return opened;
  }

  const services = (host: WorkspaceHost): Services => ({
    workspace: host,
    now,
    ask: async (to, query, argument) =>
      (await gateway().request('ask', { server: to, workspace: host.id, query, argument })).meta,
    askAll: async (query, argument) =>
      (await gateway().request('askAll', { workspace: host.id, query, argument })).meta,
  });

  return {
    call: async (ask, { body, signal, note }) => {
      const opened = await workspace(ask.context.workspace, ask.context.root);
      opened.touch();
      const began = performance.now();
      const sink = { notify: (message: Uint8Array) => note(null, message) };
      const { response, outcome, context } = await host.call(
        { ...ask, body },
        services(opened),
        sink,
        signal,
      );
      const { tool, ok, subject } = outcome;
      const seconds = (performance.now() - began) / 1000;
      opened.capture({
        session: context.session,
        tool,
        ok,
        seconds,
        ...(subject === undefined ? {} : { subject }),
      });
      return answer(null, response);
    },

    query: async (ask) => {
      const opened = await workspace(ask.workspace, rootIn(ask.argument));
      if (ask.query === 'refold') {
        const { offset } = opened;
        const serving = opened.learners.status(true).learners;
        return answer({
          offset,
          serving,
          refolded: await refold({ journal, workspace: opened.id, learners: server.learners }, offset),
        });
      }
      const builtIn = await builtInQuery(opened, ask.query, ask.argument);
      if (builtIn !== undefined) return answer(builtIn);
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

    stop: async () => {
      await Promise.allSettled([...open.values()].map(async (opening) => (await opening).stop()));
      open.clear();
      return answer(null);
    },
  };
}

/** Queries every server answers: its scorecards, its learners' digests, and waiting until it is up to date. */
async function builtInQuery(host: WorkspaceHost, query: string, argument: unknown): Promise<unknown> {
  switch (query) {
    case 'scorecards':
      return host.learners.all().flatMap((learner) => learner.scorecards());
    case 'digests':
      return host.learners.status(true);
    case 'ready':
      await host.opened();
      return host.learners.status(false);
    case 'folded':
      await host.folded(Number(argument));
      return host.offset;
    case 'settled': {
      const { prediction, sequence, by } = argument as { prediction: string; sequence: number; by?: number };
      await host.folded(sequence);
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
