/**
 * A request's body in one buffer, bounded.
 * It exists so that no client can make the gateway hold more than one message of it.
 * Invariant: `done` is called once, or not at all when the client goes away in the middle: there is nobody to answer.
 */
import type { IncomingMessage } from 'node:http';
import { LmcpError } from '../../errors/index.js';

export type BodyDone = (error: LmcpError | undefined, body: Buffer) => void;

const nothing = Buffer.alloc(0);

/** Reads the body; refuses with LMCP_TOO_LARGE as soon as it is known to exceed `maxBytes`. */
export function readBody(request: IncomingMessage, maxBytes: number, done: BodyDone): void {
  const declared = request.headers['content-length'];
  if (declared !== undefined && Number(declared) > maxBytes) {
    done(tooLarge(maxBytes), nothing);
    return;
  }
  let first: Buffer | undefined;
  let rest: Buffer[] | undefined;
  let length = 0;
  let over = false;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (over) return;
    if (length > maxBytes) {
      over = true;
      rest = undefined;
      done(tooLarge(maxBytes), nothing);
    } else if (first === undefined) first = chunk;
    else if (rest === undefined) rest = [first, chunk];
    else rest.push(chunk);
  });
  request.on('end', () => {
    if (!over) done(undefined, rest === undefined ? (first ?? nothing) : Buffer.concat(rest, length));
  });
}

export function tooLarge(maxBytes: number): LmcpError {
  return new LmcpError('LMCP_TOO_LARGE', `The body exceeds ${maxBytes} bytes.`);
}
