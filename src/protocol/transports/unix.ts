/**
 * The daemon's unix socket: a preface, then lines.
 * It exists so that twenty agents' thin bridges share one daemon.
 * Invariant: no MCP byte is read before the preface is accepted; a connection that sends none is closed in time.
 */
import { chmod } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { isLmcpError, LmcpError } from '../../errors/index.js';
import type { CallContext } from '../call.js';
import type { Endpoint, View } from '../endpoint.js';
import { serveLines } from './lines.js';
import { encodePrefaceReply, type Preface, parsePreface, prefaceBytes, refusal } from './preface.js';
import { type LineService, serveOneLine } from './unix-service.js';

/** What the daemon knows of a connection once it has read the preface. */
export type Opened = Pick<CallContext, 'workspace'> &
  Partial<Pick<CallContext, 'cwd' | 'session' | 'transport'>>;

export interface UnixOptions {
  readonly endpoint: Endpoint;
  /** Path of the socket; its folder must be private to the user. */
  readonly path: string;
  /** Package version, told to every client. */
  readonly version: string;
  /** Resolves the workspace. @throws LmcpError to refuse, e.g. for another version or no repository. */
  open(preface: Preface): Promise<Opened>;
  /** What a preface may name as its `service`; none when not given. */
  readonly services?: Readonly<Record<string, LineService>>;
  /** How long a client may take to send its preface, in milliseconds; 5,000 when not given. */
  readonly prefaceTimeoutMs?: number;
  /** How long calls may run on after their client ended, in milliseconds; 30,000 when not given. */
  readonly drainTimeoutMs?: number;
}

export interface UnixListener {
  readonly path: string;
  /** Open connections. */
  readonly connections: number;
  /** Stops listening and ends all connections. */
  close(): Promise<void>;
}

/**
 * Listens.
 *
 * @throws LMCP_DATA_LOCKED when another process listens there.
 */
export async function serveUnix(options: UnixOptions): Promise<UnixListener> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    readPreface(options, socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.path, resolve);
  }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new LmcpError('LMCP_DATA_LOCKED', `The socket ${options.path} exists already.`, { cause: error });
  });
  await chmod(options.path, 0o600);
  return {
    path: options.path,
    get connections() {
      return sockets.size;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readPreface(options: UnixOptions, socket: Socket): void {
  const refuseWith = (error: unknown) => {
    const shown = isLmcpError(error)
      ? error
      : new LmcpError('LMCP_INTERNAL', 'The connection could not be opened.');
    socket.end(encodePrefaceReply(refusal(shown)));
    socket.destroySoon();
  };
  const timeout = setTimeout(
    () => refuseWith(new LmcpError('LMCP_INVALID_REQUEST', 'No preface came in time.')),
    options.prefaceTimeoutMs ?? 5000,
  );
  const stop = () => {
    clearTimeout(timeout);
    socket.off('data', onData);
    socket.off('close', stop);
    socket.pause();
  };
  let received = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    const end = received.indexOf(0x0a);
    if (end < 0 && received.length <= prefaceBytes) return;
    stop();
    if (end < 0 || end > prefaceBytes)
      refuseWith(new LmcpError('LMCP_INVALID_REQUEST', 'The preface is too long.'));
    else accept(options, socket, received.subarray(0, end), received.subarray(end + 1)).catch(refuseWith);
  };
  socket.on('data', onData);
  socket.on('close', stop);
  socket.on('end', () => {
    if (received.indexOf(0x0a) < 0) socket.destroy();
  });
}

async function accept(options: UnixOptions, socket: Socket, line: Buffer, head: Buffer): Promise<void> {
  const preface = parsePreface(line);
  if (preface.service !== undefined) {
    const { services, version, prefaceTimeoutMs } = options;
    await serveOneLine({
      services,
      name: preface.service,
      version,
      timeoutMs: prefaceTimeoutMs,
      socket,
      head,
    });
    return;
  }
  const view = viewFor(options.endpoint, preface.server);
  const opened = await options.open(preface);
  if (!socket.writable) return;
  socket.write(encodePrefaceReply({ ok: true, version: options.version, pid: process.pid }));
  const context: CallContext = { session: preface.session, transport: 'unix', ...opened };
  const drain = options.drainTimeoutMs === undefined ? {} : { drainTimeoutMs: options.drainTimeoutMs };
  await serveLines({ view, context, input: socket, output: socket, head, ...drain });
  socket.destroySoon();
}

function viewFor(endpoint: Endpoint, server: string | undefined): View {
  const view = endpoint.view(server);
  if (view !== undefined) return view;
  throw new LmcpError(
    'LMCP_UNKNOWN_SERVER',
    `No server "${server}"; there are ${endpoint.servers.join(', ')}.`,
  );
}
