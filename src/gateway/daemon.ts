/**
 * One instance: threads, endpoint, HTTP and socket, put together and taken apart in order.
 * It exists as the only place that knows all the parts.
 * Invariant: it listens only after the lock is held and the token is written; it ends only after the journal has closed.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeError, LmcpError } from '../errors/index.js';
import { loadHashKey, nodeFiles, takeLock } from '../journal/index.js';
import {
  createEndpoint,
  createHttpHandler,
  type Endpoint,
  frontHttpServer,
  hardenHttpServer,
  serveUnix,
} from '../protocol/index.js';
import {
  approvalTokenFile,
  type CatalogueEntry,
  type Config,
  keyFile,
  makePrivate,
  socketPath,
  Threads,
  tokenFile,
} from '../runtime/index.js';
import { lockView, thisProcess } from '../runtime/process-identity.js';
import { catalogue } from '../servers/index.js';
import { createApi } from './api/index.js';
import { removeDaemonFile, writeDaemonFile } from './daemon-file.js';
import { checkDataFormat } from './data-format.js';
import { forwardTo, openWorkspaceOf } from './forward.js';
import { hookService } from './hook.js';
import { HookFolders } from './hook-folders.js';
import { IdleWatch } from './idle-watch.js';
import { lastWords } from './last-words.js';
import type { Log } from './logging.js';
import { createRateLimit } from './rate-limit.js';
import { Workspaces } from './workspaces.js';

export interface DaemonOptions {
  readonly data: string;
  readonly config: Config;
  readonly version: string;
  /** Folder whose repository serves clients that name none. */
  readonly repo: string;
  readonly port: number;
  /** Given by the user, else kept in the data folder. */
  readonly token?: string;
  readonly log: Log;
  /** The servers; those of this package when not given. */
  readonly catalogue?: readonly CatalogueEntry[];
  /** The one server whose endpoint asks for no token, and which in turn reaches no repository; none when not given. */
  readonly openServer?: string;
}

export interface Daemon {
  readonly url: string;
  readonly socket: string;
  readonly token: string;
  readonly workspaces: Workspaces;
  readonly threads: Threads;
  /** Resolves when the daemon has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(reason: string): Promise<void>;
}

/** @throws LMCP_DATA_LOCKED, LMCP_DATA_VERSION, LMCP_PORT_IN_USE */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { data, config, version, log, openServer } = options;
  makePrivate(data);
  const unlock = await takeLock(nodeFiles, data, {
    process: lockView(),
    random: (size) => new Uint8Array(randomBytes(size)),
  });
  try {
    checkDataFormat(data);
    const token = options.token ?? keptToken(tokenFile(data));
    const approvalToken = keptToken(approvalTokenFile(data));
    const workspaces = new Workspaces(data);
    const info = { name: 'learning-mcp', title: 'Learning MCP', version };
    const rootOf = (id: string) => workspaces.rootOf(id);
    const servers = options.catalogue ?? catalogue;
    const threads = new Threads({
      data,
      config,
      catalogue: servers,
      info,
      stateKey: await stateKeyOf(data),
      rootOf,
      log,
      onChanged: (server, change) => endpoint.changed({ server, ...change }),
    });
    const endpoint = createEndpoint({
      servers: servers.map((entry) => entry.surface),
      info,
      forward: forwardTo({ threads, workspaces, info, openServer }),
      resolveWorkspace: async (hint, server) =>
        server !== undefined && server === openServer
          ? openWorkspaceOf(server)
          : (await workspaces.resolve(hint)).id,
    });
    try {
      return await listen({ ...options, token, approvalToken, workspaces, threads, endpoint, unlock });
    } catch (error) {
      await threads.end();
      throw error;
    }
  } catch (error) {
    await unlock();
    throw error;
  }
}

interface Parts extends DaemonOptions {
  readonly token: string;
  readonly approvalToken: string;
  readonly workspaces: Workspaces;
  readonly threads: Threads;
  readonly endpoint: Endpoint;
  readonly unlock: () => Promise<void>;
}

async function listen(parts: Parts): Promise<Daemon> {
  const { data, config, version, token, approvalToken, workspaces, threads, endpoint, log } = parts;
  const admit = createRateLimit(config.limits, () => performance.now());
  const mcp = createHttpHandler({
    endpoint,
    token,
    admit,
    resolveWorkspace: (hint) => hint ?? '',
    ...(parts.openServer !== undefined && { openServer: parts.openServer }),
  });
  let ended: () => void = () => undefined;
  const whenEnded = new Promise<void>((resolve) => {
    ended = resolve;
  });
  let stopping: Promise<void> | undefined;
  const api = createApi({
    token,
    approvalToken,
    version,
    workspaces,
    threads,
    startedAt: Date.now(),
    stopping: () => stopping !== undefined,
    stop: () => void stop('asked to'),
  });
  let used = (): void => undefined;
  let exchanges = 0;
  // Slow senders are ended at most this much after their time is over (milliseconds).
  const http = createServer({ connectionsCheckingInterval: 2_000 }, (request, response) => {
    used();
    exchanges += 1;
    response.once('close', () => {
      exchanges -= 1;
      used();
    });
    if (request.url?.startsWith('/mcp')) mcp(request, response);
    else
      api(request, response).catch((error: unknown) => log('error', `api: ${describeError(error).message}`));
  });
  hardenHttpServer(http);
  const front = frontHttpServer(http, { onUse: () => used() });
  const url = await bind(http, parts.port);
  await workspaces.useAsDefault(parts.repo);
  const socket = socketPath(data);
  rmSync(socket, { force: true });
  const folders = new HookFolders({ workspaces, now: () => performance.now() });
  const hook = hookService({ threads, folders, log });
  const unix = await serveUnix({
    endpoint,
    path: socket,
    version,
    open: async ({ repo, cwd, session }) => ({
      workspace: repo ?? cwd ?? '',
      session,
      ...(cwd !== undefined && { cwd }),
    }),
    services: {
      hook: (request) => {
        used();
        return hook(request);
      },
    },
  }).catch((error: unknown) => {
    http.close();
    throw error;
  });
  const idle = new IdleWatch({
    after: config.gateway.idleMinutes * 60_000,
    busy: () => unix.connections > 0 || exchanges > 0 || front.active > 0 || threads.busy,
    // Monotonic: a laptop that slept was not idle.
    now: () => performance.now(),
    onIdle: () => void stop('nobody used it'),
  });
  used = () => idle.touch();
  writeDaemonFile(data, {
    ...thisProcess(),
    version,
    url,
    socket,
    token,
    startedAt: new Date().toISOString(),
  });
  log('info', `listening on ${url}`);

  function stop(reason: string): Promise<void> {
    stopping ??= (async () => {
      log('info', `stopping: ${reason}`);
      idle.stop();
      removeDaemonFile(data);
      endpoint.close();
      await unix.close();
      http.close();
      http.closeAllConnections();
      await threads.end();
      await parts.unlock();
      log('info', 'stopped');
      ended();
    })();
    return stopping;
  }
  lastWords(log, () => stop('a mistake of ours'));
  return { url, socket, token, workspaces, threads, ended: whenEnded, stop };
}

function bind(http: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new LmcpError('LMCP_PORT_IN_USE', `Port ${port} is taken.`) : error);
    });
    http.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(http.address() as AddressInfo).port}`));
  });
}

/** A token of this data folder: made once, 0600. */
function keptToken(path: string): string {
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim();
    if (kept.length >= 32) return kept;
  }
  const token = randomBytes(32).toString('base64url');
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  chmodSync(path, 0o600);
  return token;
}

/** Derived from the data folder's key, so that a question asked before a restart can be answered after it. */
async function stateKeyOf(data: string): Promise<Uint8Array> {
  const key = await loadHashKey(nodeFiles, keyFile(data), (size) => new Uint8Array(randomBytes(size)));
  return new Uint8Array(hkdfSync('sha256', key, '', 'lmcp request state', 32));
}
