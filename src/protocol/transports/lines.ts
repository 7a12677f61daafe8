/**
 * MCP over any pair of byte streams, one message a line: what stdio and the unix socket share (transports/stdio).
 * It exists so that both have one state machine, and both revisions work on either.
 * Invariant: when the input ends, running calls may still answer for a while (a killed client and one that only closed its
 * writing side look the same); then, or when the output breaks, they are aborted.
 */
import type { Readable, Writable } from 'node:stream';
import { refuse } from '../answers.js';
import type { Outlet } from '../asks.js';
import type { CallContext } from '../call.js';
import type { View } from '../endpoint.js';
import { parseMessage } from '../message.js';
import { Peer, type Reply } from '../peer.js';
import { LineReader } from './line-reader.js';
import { LineWriter } from './line-writer.js';

export interface LinesOptions {
  readonly view: View;
  readonly context: CallContext;
  readonly input: Readable;
  readonly output: Writable;
  /** How long running calls may take once the input ended, in milliseconds; 30,000 when not given. */
  readonly drainTimeoutMs?: number;
  /** Bytes that were read from `input` already. */
  readonly head?: Buffer;
}

/**
 * Serves one client until its input ends and its calls have answered, or its output breaks.
 * Ends `output`; never rejects.
 */
export function serveLines(options: LinesOptions): Promise<void> {
  return new Promise((resolve) => {
    const { input, output, head } = options;
    const writer = new LineWriter(output, input);
    const peer = new Peer(options.view, options.context, (message) => writer.write(message));
    let ended = false;
    let drain: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(drain);
      peer.close();
      writer.flush();
      if (output.writable) output.end();
      resolve();
    };
    const settle = () => {
      if (!ended) return;
      peer.mute();
      if (peer.inFlight === 0) finish();
      else drain ??= setTimeout(finish, options.drainTimeoutMs ?? 30_000);
    };
    const outlet: Outlet = {
      notify: (message) => writer.write(message),
      deliver: (message) => {
        writer.write(message);
        return output.writable;
      },
    };
    const send = (reply: Reply) => {
      if (reply !== undefined) writer.write(reply);
      settle();
    };
    const reader = new LineReader({
      line: (bytes) => {
        const reply = peer.handle(parseMessage(bytes), bytes, outlet);
        if (reply instanceof Promise) void reply.then(send);
        else if (reply !== undefined) writer.write(reply);
      },
      tooLong: () => writer.write(refuse(undefined, 'LMCP_TOO_LARGE', 'A line exceeds the bound.')),
    });
    input.on('data', (chunk: Buffer) => reader.push(chunk));
    input.on('end', () => {
      reader.end();
      ended = true;
      settle();
    });
    input.on('error', finish);
    input.on('close', () => {
      ended = true;
      settle();
    });
    output.on('error', finish);
    output.on('close', finish);
    if (head !== undefined) reader.push(head);
    input.resume();
  });
}
