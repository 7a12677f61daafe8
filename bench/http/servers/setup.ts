/**
 * What a peer server is told at its start, and how it says where it listens.
 * It exists so that floor and peers answer the very bytes that the real tool answered.
 * Invariant: a peer listens on loopback, on a free port, and ends with its parent.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Setup {
  readonly tool: string;
  /** The result of the real tool for one of the requests that will be sent. */
  readonly result: SampleResult;
  /** The real answer, the id 100000000 in it. */
  readonly answer: string;
  /** Names of the arguments. */
  readonly argument: string;
}

export interface SampleResult {
  readonly content: { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent: Record<string, unknown>;
}

/** Waits for the setup, then listens with what `serve` makes of it. */
export function servePeer(serve: (setup: Setup) => Server | Promise<Server>): void {
  process.once('message', async (setup: Setup) => {
    const server = await serve(setup);
    server.keepAliveTimeout = 65_000;
    server.listen(0, '127.0.0.1', 4096, () =>
      process.send?.({ port: (server.address() as AddressInfo).port }),
    );
  });
  process.on('disconnect', () => process.exit());
}

/** The body, parsed. */
export function readJson(request: IncomingMessage, done: (value: unknown) => void): void {
  let first: Buffer | undefined;
  const more: Buffer[] = [];
  request.on('data', (chunk: Buffer) => {
    if (first === undefined) first = chunk;
    else more.push(chunk);
  });
  request.on('end', () =>
    done(
      JSON.parse(
        (more.length === 0 ? first : Buffer.concat([first ?? Buffer.alloc(0), ...more]))?.toString() ?? '',
      ),
    ),
  );
}
