/** The handler behind its front: calls of clients that flood and leave end, and no request outlives its answer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { envelope } from '../contract-client.js';
import { contractRig } from '../contract-server.js';
import { createHttpHandler } from './http.js';
import { frontHttpServer } from './http-front.js';

const rig = contractRig();
const handler = createHttpHandler({
  endpoint: rig.endpoint,
  token: undefined,
  resolveWorkspace: () => 'w',
});
const seen: WeakRef<IncomingMessage>[] = [];
const server = createServer((request, response) => {
  seen.push(new WeakRef(request));
  handler(request, response);
});
server.keepAliveTimeout = 65_000;
const front = frontHttpServer(server);
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  handler.close();
  server.closeAllConnections();
  server.close();
});

/** A call of the tool that waits until it is aborted; without a name it is refused at once. */
function call(args: object): string {
  const params = { name: 'wait', arguments: args, _meta: envelope };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  return `POST /mcp/contract HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: wait\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** A connection that has sent the head of that call once and got its answer. */
async function known() {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  socket.write(call({}));
  await expect.poll(() => text, { timeout: 10_000 }).toContain('"jsonrpc"');
  return socket;
}

it('ends the calls and connections of clients that send more than is held, and leave', async () => {
  const sockets = await Promise.all(Array.from({ length: 10 }, known));
  for (const [i, socket] of sockets.entries()) socket.write(call({ name: `flood${i}` }));
  await expect.poll(() => front.active, { timeout: 10_000 }).toBe(10);
  const junk = Buffer.alloc(200 * 1024, 0x78);
  for (const socket of sockets) socket.end(junk);
  await expect.poll(() => front.active, { timeout: 10_000 }).toBe(0);
  await expect.poll(() => rig.services.aborted.length, { timeout: 10_000 }).toBe(10);
  await expect
    .poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))), {
      timeout: 10_000,
    })
    .toBe(0);
});

it('keeps the head of a request, not the request', async () => {
  const socket = await known();
  const request = seen.at(-1);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const isGone = async () => {
    await sleep(5);
    collect();
    return request?.deref() === undefined;
  };
  await expect.poll(isGone, { timeout: 10_000 }).toBe(true);
  socket.write(call({ name: 'again' }));
  await expect.poll(() => front.active, { timeout: 10_000 }).toBe(1);
  socket.destroy();
  await expect.poll(() => front.active, { timeout: 10_000 }).toBe(0);
});
