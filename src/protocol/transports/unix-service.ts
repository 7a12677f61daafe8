/**
 * A connection of the unix socket that names a service instead of speaking MCP: one JSON line in, one JSON line out, closed.
 * It exists for clients that live for one question, such as an agent's hook: a handshake would cost more than the answer.
 * Invariant: nothing is written before the question has come whole; what goes wrong is told by a code of the registry.
 */
import type { Socket } from 'node:net';
import { LmcpError } from '../../errors/index.js';
import { limits } from '../message.js';
import { LineReader } from './line-reader.js';

/** What a service makes of the line's value. @throws LmcpError to refuse */
export type LineService = (request: unknown) => Promise<unknown>;

export interface ServiceReply {
  readonly ok: true;
  /** Package version of the daemon. */
  readonly version: string;
  readonly result: unknown;
}

export interface OneLineOptions {
  readonly services: Readonly<Record<string, LineService>> | undefined;
  readonly name: string;
  readonly version: string;
  /** How long the line may take, in milliseconds; 5,000 when not given. */
  readonly timeoutMs: number | undefined;
  readonly socket: Socket;
  /** Bytes that came with the preface. */
  readonly head: Buffer;
}

/** @throws LmcpError to be told to the client: no such service, no JSON, too long, too late, or what the service threw */
export async function serveOneLine(options: OneLineOptions): Promise<void> {
  const { services, name, version, timeoutMs = 5000, socket, head } = options;
  const service = services !== undefined && Object.hasOwn(services, name) ? services[name] : undefined;
  if (service === undefined) throw new LmcpError('LMCP_UNKNOWN_SERVICE', unknownService(name, services));
  const request = parse(await oneLine(socket, head, timeoutMs));
  const result = await service(request);
  const reply: ServiceReply = { ok: true, version, result };
  socket.end(`${JSON.stringify(reply)}\n`);
  socket.destroySoon();
}

function unknownService(name: string, services: object | undefined): string {
  const names = Object.keys(services ?? {}).join(', ');
  return `No service "${name.slice(0, 100)}"; there ${names === '' ? 'is none' : `are ${names}`}.`;
}

function oneLine(socket: Socket, head: Buffer, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      act();
    };
    const lines = new LineReader({
      line: (bytes) => settle(() => resolve(bytes)),
      tooLong: () =>
        settle(() =>
          reject(new LmcpError('LMCP_TOO_LARGE', `A question is longer than ${limits.bytes} bytes.`)),
        ),
    });
    const onData = (chunk: Buffer) => lines.push(chunk);
    const onEnd = () =>
      settle(() =>
        reject(new LmcpError('LMCP_INVALID_REQUEST', 'The connection ended before its line did.')),
      );
    const timer = setTimeout(
      () => settle(() => reject(new LmcpError('LMCP_INVALID_REQUEST', 'No question came in time.'))),
      timeoutMs,
    );
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
    lines.push(head);
    socket.resume();
  });
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    throw new LmcpError('LMCP_PARSE', 'The question is no JSON.');
  }
}
