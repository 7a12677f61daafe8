/** The official clients, v2 in both revisions and v1, list and call every tool and check its structured content themselves. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { Client as V2, StreamableHTTPClientTransport as V2Http } from '@modelcontextprotocol/client';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { type ContractRig, contractRig } from './contract-server.js';
import { createHttpHandler, serveLines } from './index.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function address(rig: ContractRig): Promise<URL> {
  const handler = createHttpHandler({
    endpoint: rig.endpoint,
    token: 'secret',
    resolveWorkspace: async () => 'w',
  });
  const server = createServer(handler).listen(0, '127.0.0.1');
  closers.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => handler.close(),
  );
  await new Promise((resolve) => server.once('listening', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp/contract`);
}

const requestInit = { headers: { authorization: 'Bearer secret' } };
const about = { name: 'official', version: '1' };

/** The official Transport interface over a pair of streams, as the stdio transport frames it. */
function streamTransport(rig: ContractRig) {
  const input = new PassThrough();
  const output = new PassThrough();
  const view = rig.endpoint.view('contract')!;
  void serveLines({ view, context: { workspace: 'w', session: 's', transport: 'stdio' }, input, output });
  let buffered = '';
  const transport = {
    // biome-ignore lint/suspicious/noExplicitAny: both clients' message types fit.
    onmessage: undefined as ((message: any) => void) | undefined,
    onclose: undefined as (() => void) | undefined,
    start: async () => {
      output.setEncoding('utf8').on('data', (chunk: string) => {
        const lines = (buffered + chunk).split('\n');
        buffered = lines.pop() ?? '';
        for (const line of lines) transport.onmessage?.(JSON.parse(line));
      });
    },
    send: async (message: unknown) => void input.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      input.end();
      transport.onclose?.();
    },
  };
  return transport;
}

// biome-ignore lint/suspicious/noExplicitAny: v1 and v2 have the same methods, but not the same types.
type AnyClient = any;

const pin = { mode: { pin: '2026-07-28' } } as const;
const clients: Record<string, (rig: ContractRig) => Promise<AnyClient>> = {
  'v2 pinned to 2026-07-28 over HTTP': async (rig) => {
    const client = new V2(about, { versionNegotiation: pin });
    await client.connect(new V2Http(await address(rig), { requestInit }));
    return client;
  },
  'v2 that negotiates, over HTTP': async (rig) => {
    const client = new V2(about, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new V2Http(await address(rig), { requestInit }));
    return client;
  },
  'v2 with the handshake, over HTTP': async (rig) => {
    const client = new V2(about);
    await client.connect(new V2Http(await address(rig), { requestInit }));
    return client;
  },
  'v1 over HTTP': async (rig) => {
    const client = new V1(about);
    await client.connect(new V1Http(await address(rig), { requestInit }) as AnyClient);
    return client;
  },
  'v2 pinned to 2026-07-28 over streams': async (rig) => {
    const client = new V2(about, { versionNegotiation: pin });
    await client.connect(streamTransport(rig) as AnyClient);
    return client;
  },
  'v2 with the handshake, over streams': async (rig) => {
    const client = new V2(about);
    await client.connect(streamTransport(rig) as AnyClient);
    return client;
  },
  'v1 over streams': async (rig) => {
    const client = new V1(about);
    await client.connect(streamTransport(rig) as AnyClient);
    return client;
  },
};

for (const [name, connect] of Object.entries(clients))
  describe(name, () => {
    const modern = name.includes('2026') || name.includes('negotiates');
    const open = async () => {
      const rig = contractRig();
      const client = await connect(rig);
      closers.push(() => client.close());
      return { client, rig };
    };

    it('knows the server and lists its tools', async () => {
      const { client, rig } = await open();
      expect(client.getServerVersion()).toMatchObject({ name: 'learning-mcp' });
      expect(client.getInstructions()).toContain('how a transport behaves');
      const { tools } = await client.listTools();
      expect(tools.map((tool: AnyClient) => tool.name)).toEqual(['echo', 'count', 'wait', 'fail']);
      await client.callTool({ name: 'echo', arguments: { text: 'x' } });
      expect(rig.hosted.at(-1)?.context.client).toEqual(about);
      if (modern && client instanceof V2) expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    });

    it('calls tools, validates structured content, reads errors', async () => {
      const { client } = await open();
      await client.listTools();
      const ok = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
      expect(ok.structuredContent).toEqual({ text: 'hello', client: 'official' });
      for (const how of ['registry', 'exception', 'schema', 'large'])
        expect((await client.callTool({ name: 'fail', arguments: { how } })).isError).toBe(true);
      const wrong = await client.callTool({ name: 'echo', arguments: { txt: 'hello' } });
      expect(wrong.isError).toBe(true);
      expect(wrong.content[0].text).toContain('unknown field txt');
      await expect(client.callTool({ name: 'no_such', arguments: {} })).rejects.toMatchObject({
        code: -32602,
      });
    });

    it('follows progress and cancels', async () => {
      const { client, rig } = await open();
      const seen: number[] = [];
      const onprogress = ({ progress }: { progress: number }) => seen.push(progress);
      const call = { name: 'count', arguments: { to: 4 } };
      const counted = await (client instanceof V1
        ? client.callTool(call, undefined, { onprogress })
        : client.callTool(call, { onprogress }));
      expect(counted.structuredContent).toEqual({ counted: 4 });
      expect(seen).toEqual([1, 2, 3, 4]);

      const controller = new AbortController();
      const options = { signal: controller.signal };
      const wait = { name: 'wait', arguments: { name: 'official' } };
      const waiting =
        client instanceof V1 ? client.callTool(wait, undefined, options) : client.callTool(wait, options);
      setTimeout(() => controller.abort(), 50);
      await expect(waiting).rejects.toThrow();
      await expect.poll(() => rig.services.aborted).toEqual(['official']);
    });
  });
