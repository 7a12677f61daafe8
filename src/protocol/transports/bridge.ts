/**
 * The client half of the unix socket: what `lmcp stdio` runs between an agent's pipes and the daemon.
 * It exists so that an agent's MCP server is a process of a few megabytes that holds nothing.
 * Invariant: every request that went in gets a response out, an LMCP_SERVER_DOWN error if the daemon is gone.
 */
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { LmcpError } from '../../errors/index.js';
import { refuse } from '../answers.js';
import { idOf, type RequestId } from '../jsonrpc.js';
import { parseMessage } from '../message.js';
import { LineReader } from './line-reader.js';
import { LineWriter } from './line-writer.js';
import { type Preface, parsePrefaceReply } from './preface.js';

export interface BridgeOptions {
  /** The daemon's socket. */
  readonly path: string;
  readonly preface: Preface;
  readonly input: Readable;
  readonly output: Writable;
  /** How long connecting and the preface may take, in milliseconds; 10,000 when not given. */
  readonly openTimeoutMs?: number;
  /** How long answers may take after the input ended, in milliseconds; 30,000 when not given. */
  readonly drainTimeoutMs?: number;
}

/** Which side ended it. */
export type BridgeEnd = 'client-closed' | 'server-closed';

/**
 * Connects, then pipes until either side ends.
 *
 * @throws LMCP_NO_DAEMON when nothing answers, or the error the daemon refused with; nothing of `input` is lost then.
 */
export async function bridge(options: BridgeOptions): Promise<BridgeEnd> {
  const socket = await open(options);
  return pipe(options, socket);
}

function open({ path, preface, openTimeoutMs }: BridgeOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    const fail = (error: unknown) => {
      clearTimeout(timeout);
      socket.destroy();
      reject(error);
    };
    const gone = (cause?: unknown) =>
      fail(new LmcpError('LMCP_NO_DAEMON', `No daemon answers on ${path}.`, { cause }));
    const timeout = setTimeout(gone, openTimeoutMs ?? 10_000);
    const closed = () => gone();
    let received = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf(0x0a);
      if (end < 0) return;
      socket.pause();
      socket.off('data', onData).off('error', gone).off('end', closed);
      try {
        parsePrefaceReply(received.subarray(0, end));
      } catch (error) {
        fail(error);
        return;
      }
      clearTimeout(timeout);
      if (end + 1 < received.length) socket.unshift(received.subarray(end + 1));
      resolve(socket);
    };
    socket.on('data', onData).on('error', gone).on('end', closed);
    socket.write(`${JSON.stringify(preface)}\n`);
  });
}

function pipe({ input, output, drainTimeoutMs }: BridgeOptions, socket: Socket): Promise<BridgeEnd> {
  return new Promise((resolve) => {
    const waiting = new Set<RequestId>();
    const toDaemon = new LineWriter(socket, input);
    const toClient = new LineWriter(output, socket);
    let clientEnded = false;
    let drain: NodeJS.Timeout | undefined;
    let finished = false;
    const finish = () => {
      if (finished) return;
      finished = true;
      clearTimeout(drain);
      for (const id of waiting)
        toClient.write(refuse(id, 'LMCP_SERVER_DOWN', 'The daemon ended before it answered.'));
      socket.destroy();
      input.pause();
      const end = clientEnded ? 'client-closed' : 'server-closed';
      toClient.flush();
      if (output.writable) output.write('', () => resolve(end));
      else resolve(end);
    };

    const fromClient = new LineReader({
      line: (bytes) => {
        const message = parseMessage(bytes);
        if (message.kind === 'request') waiting.add(message.id);
        else if (message.kind === 'notification' && message.method === 'notifications/cancelled')
          waiting.delete(message.params?.requestId as RequestId);
        toDaemon.write(bytes);
      },
      tooLong: () => toClient.write(refuse(undefined, 'LMCP_TOO_LARGE', 'A line exceeds the bound.')),
    });
    const fromDaemon = new LineReader(
      {
        line: (bytes) => {
          const id = idOf(bytes);
          if (id !== undefined) waiting.delete(id);
          toClient.write(bytes);
        },
        tooLong: finish,
      },
      64 * 1024 * 1024,
    );

    input.on('data', (chunk: Buffer) => fromClient.push(chunk));
    const clientEnd = () => {
      if (clientEnded) return;
      clientEnded = true;
      fromClient.end();
      toDaemon.flush();
      socket.end();
      drain = setTimeout(finish, drainTimeoutMs ?? 30_000);
    };
    input.on('end', clientEnd).on('close', clientEnd).on('error', clientEnd);
    output.on('error', () => {
      clientEnded = true;
      finish();
    });
    socket.on('data', (chunk: Buffer) => fromDaemon.push(chunk));
    socket.on('end', finish).on('close', finish).on('error', finish);
    socket.resume();
  });
}
