/** A front must be invisible: the same requests, however they are cut and joined, get the same answers as from bare node:http. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { frontHttpServer, rememberHead } from './http-front.js';
import type { HttpResponse } from './http-reply.js';

interface Seen {
  /** Requests that node:http parsed. */
  parsed: number;
  /** Requests that were served by their head. */
  again: number;
  gone: number;
}

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.closeAllConnections();
});

/** Answers with the path and the body; "slow" in a body waits, "stream" is answered in chunks, a path /no is not remembered. */
function start(front: boolean, keepAliveTimeout = 5000): { server: Server; seen: Seen; port: () => number } {
  const seen: Seen = { parsed: 0, again: 0, gone: 0 };
  const serve = async (request: IncomingMessage, body: string, response: HttpResponse) => {
    response.on('close', () => {
      if (!response.writableFinished) seen.gone += 1;
    });
    const slow = /slow(\d+)/.exec(body);
    if (slow) await sleep(Number(slow[1]));
    if (response.destroyed) return;
    const text = `${request.url} ${body}`;
    if (body.includes('stream')) {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write(Buffer.from(text.slice(0, 3)));
      response.end(Buffer.from(text.slice(3)));
    } else {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) });
      response.end(text, 'latin1');
    }
  };
  const server = createServer((request, response) => {
    seen.parsed += 1;
    if (request.url !== '/no')
      rememberHead(request, (body, reply) => {
        seen.again += 1;
        void serve(request, body.toString('latin1'), reply);
      });
    let body = '';
    request.setEncoding('latin1').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => void serve(request, body, response));
  });
  server.keepAliveTimeout = keepAliveTimeout;
  if (front) frontHttpServer(server);
  server.listen(0, '127.0.0.1');
  open.push(server);
  return { server, seen, port: () => (server.address() as AddressInfo).port };
}

function post(body: string, path = '/a', more = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${more}Content-Length: ${body.length}\r\nX-After: 1\r\n\r\n${body}`;
}

/** Everything the server sent until it said what is waited for, or closed. */
class Talk {
  readonly socket: Socket;
  received = '';
  closed = false;
  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.closed = true;
    });
  }
  async until(text: string, times = 1): Promise<void> {
    for (const end = Date.now() + 10_000; this.received.split(text).length - 1 < times; await sleep(2))
      if (Date.now() > end) throw new Error(`waited for ${times} × ${text}, got ${this.received}`);
  }
  async untilClosed(): Promise<void> {
    for (const end = Date.now() + 10_000; !this.closed; await sleep(2))
      if (Date.now() > end) throw new Error('waited for the end');
  }
}

describe('a front', () => {
  it('serves a head it has seen without parsing it, whatever the length of its body', async () => {
    const { server, seen, port } = start(true);
    await once(server, 'listening');
    const talk = new Talk(port());
    for (const body of ['one', 'a longer body', '{"third":3}']) {
      talk.socket.write(post(body));
      await talk.until(`/a ${body}`);
    }
    expect(seen).toMatchObject({ parsed: 1, again: 2 });
    expect(talk.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
    talk.socket.destroy();
  });

  it('lets node:http judge every other head, and one that was not accepted each time', async () => {
    const { server, seen, port } = start(true);
    await once(server, 'listening');
    const talk = new Talk(port());
    for (const [path, more] of [
      ['/a', ''],
      ['/b', ''],
      ['/a', 'X-More: 1\r\n'],
      ['/no', ''],
      ['/no', ''],
    ] as const) {
      const before = talk.received.split(`${path} body`).length;
      talk.socket.write(post('body', path, more));
      await talk.until(`${path} body`, before);
    }
    expect(seen).toMatchObject({ parsed: 5, again: 0 });
    talk.socket.write(`X${post('body').slice(1)}`);
    await talk.until('400 Bad Request');
  });

  it('does not know a head of a connection that is about to end', async () => {
    const { server, seen, port } = start(true);
    await once(server, 'listening');
    const talk = new Talk(port());
    talk.socket.write(post('x', '/a', 'Connection: close\r\n'));
    await talk.untilClosed();
    expect(talk.received).toContain('/a x');
    expect(seen.again).toBe(0);
  });

  it('tells a call of its client’s end, be it of one side only', async () => {
    const { server, seen, port } = start(true);
    await once(server, 'listening');
    const leaving = new Talk(port());
    leaving.socket.write(post('first'));
    await leaving.until('/a first');
    leaving.socket.write(post('slow10000'));
    for (const end = Date.now() + 5000; seen.again === 0 && Date.now() < end; ) await sleep(2);
    leaving.socket.destroy();
    for (const end = Date.now() + 5000; seen.gone === 0 && Date.now() < end; ) await sleep(2);
    expect(seen).toMatchObject({ again: 1, gone: 1 });

    const half = new Talk(port());
    half.socket.write(post('first'));
    await half.until('/a first');
    half.socket.end(post('slow10000'));
    await half.untilClosed();
    expect(seen).toMatchObject({ again: 2, gone: 2 });
  });

  it('ends an idle connection, but not one whose call takes longer', async () => {
    const { server, seen, port } = start(true, 200);
    await once(server, 'listening');
    const talk = new Talk(port());
    talk.socket.write(post('first'));
    await talk.until('/a first');
    talk.socket.write(post('slow700'));
    await talk.until('/a slow700');
    expect(seen.again).toBe(1);
    await talk.untilClosed();
  });

  describe('however requests are cut and joined', () => {
    let fronted: ReturnType<typeof start>;
    let bare: ReturnType<typeof start>;
    beforeAll(async () => {
      fronted = start(true);
      bare = start(false);
      open.splice(0);
      await Promise.all([once(fronted.server, 'listening'), once(bare.server, 'listening')]);
    });
    afterAll(() => {
      fronted.server.closeAllConnections();
      bare.server.closeAllConnections();
    });

    it('gives what bare node:http gives', async () => {
      const request = fc.record({
        body: fc.constantFrom('', 'a', 'bb', 'slow3', 'stream', 'stream slow2', 'x'.repeat(3000)),
        path: fc.constantFrom('/a', '/a', '/a', '/b', '/no'),
        pause: fc.constantFrom(true, true, true, false),
      });
      const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
      await fc.assert(
        fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), cuts, async (requests, at) => {
          const [ours, theirs] = await Promise.all(
            [fronted, bare].map((one) => conversation(one.port(), requests, at)),
          );
          expect(ours).toEqual(theirs);
        }),
        { numRuns: 150 },
      );
      expect(fronted.seen.again).toBeGreaterThan(50);
      expect(fronted.seen.again + fronted.seen.parsed).toBe(bare.seen.parsed);
    });
  });
});

/** Sends all requests, cut at shares of the whole, waiting for the answer before a request that says so; the bodies that came back. */
async function conversation(
  port: number,
  requests: readonly { body: string; path: string; pause: boolean }[],
  cuts: readonly number[],
): Promise<string[]> {
  const talk = new Talk(port);
  let pending = '';
  let sent = 0;
  const send = async () => {
    const places = [...cuts.map((share) => Math.floor(share * pending.length)), pending.length].sort(
      (a, b) => a - b,
    );
    let from = 0;
    for (const to of places) {
      if (to > from) {
        talk.socket.write(pending.slice(from, to), 'latin1');
        await sleep(1);
      }
      from = to;
    }
    pending = '';
    await talk.until('HTTP/1.1 200', sent);
  };
  for (const { body, path, pause } of requests) {
    if (pause && pending !== '') await send();
    pending += post(body, path);
    sent += 1;
  }
  await send();
  talk.socket.end();
  await talk.untilClosed();
  return bodiesOf(talk.received);
}

/** Status and body of each answer. */
function bodiesOf(text: string): string[] {
  const bodies: string[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end).toLowerCase();
    rest = rest.slice(end + 4);
    let body = '';
    const length = /content-length: (\d+)/.exec(head);
    if (length) {
      body = rest.slice(0, Number(length[1]));
      rest = rest.slice(body.length);
    } else {
      for (;;) {
        const line = rest.indexOf('\r\n');
        const size = Number.parseInt(rest.slice(0, line), 16);
        body += rest.slice(line + 2, line + 2 + size);
        rest = rest.slice(line + 4 + size);
        if (size === 0) break;
      }
    }
    bodies.push(`${head.slice(0, 12)} ${body}`);
  }
  return bodies;
}
