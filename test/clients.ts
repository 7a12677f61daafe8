/**
 * The official clients, connected to a daemon as a user's agent would be.
 * They exist as the oracle: what they accept is the protocol.
 */
import { Client as V2, StreamableHTTPClientTransport as V2Http } from '@modelcontextprotocol/client';
import { StdioClientTransport as V2Stdio } from '@modelcontextprotocol/client/stdio';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as V1Http } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { main, type Sandbox, type Started } from './daemon.js';

/** What the tests need of any of the clients. */
export interface AnyClient {
  listTools(): Promise<{
    tools: { name: string; inputSchema: object; outputSchema?: object; annotations?: object }[];
  }>;
  callTool(call: {
    name: string;
    arguments: object;
  }): Promise<{ structuredContent?: unknown; isError?: boolean; content?: unknown }>;
  close(): Promise<void>;
}

const about = { name: 'official', version: '1' };
const pin = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;

interface Target {
  readonly sandbox: Sandbox;
  readonly daemon: Started;
  readonly repo: string;
  readonly server?: string;
}

const stdioOf = ({ sandbox, repo, server }: Omit<Target, 'daemon'>) => ({
  command: process.execPath,
  args: [main, 'stdio', ...(server ? [server] : []), '--repo', repo],
  env: Object.fromEntries(
    Object.entries(sandbox.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ),
  stderr: 'inherit' as const,
});

const httpOf = ({ daemon, server }: Target) => new URL(server ? `/mcp/${server}` : '/mcp', daemon.url);
const headers = ({ daemon }: Target) => ({
  requestInit: { headers: { authorization: `Bearer ${daemon.token}` } },
});

/** The one cast: the official classes are wider than what the tests use. */
const as = (client: unknown) => client as AnyClient;

export const connectors: Record<string, (target: Target) => Promise<AnyClient>> = {
  'v2, 2026-07-28, HTTP': async (target) => {
    const client = new V2(about, pin);
    await client.connect(new V2Http(httpOf(target), headers(target)));
    return as(client);
  },
  'v2, handshake, HTTP': async (target) => {
    const client = new V2(about);
    await client.connect(new V2Http(httpOf(target), headers(target)));
    return as(client);
  },
  'v2, 2026-07-28, stdio': async (target) => {
    const client = new V2(about, pin);
    await client.connect(new V2Stdio(stdioOf(target)));
    return as(client);
  },
  'v1, HTTP': async (target) => {
    const client = new V1(about);
    // biome-ignore lint/suspicious/noExplicitAny: v1's own types disagree under exactOptionalPropertyTypes.
    await client.connect(new V1Http(httpOf(target), headers(target)) as any);
    return as(client);
  },
  'v1, stdio': async (target) => as(await v1Stdio(target)),
};

export async function v1Stdio(target: Omit<Target, 'daemon'>): Promise<V1> {
  const client = new V1(about);
  await client.connect(new V1Stdio(stdioOf(target)));
  return client;
}

/** Calls a tool and checks its structured content against the schema the server lists. */
export async function callChecked(
  client: AnyClient,
  name: string,
  args: object,
): Promise<Record<string, unknown>> {
  const { tools } = await client.listTools();
  const tool = tools.find((it) => it.name === name);
  expect(tool, `tool ${name} is listed`).toBeDefined();
  const result = await client.callTool({ name, arguments: args });
  expect(result.isError ?? false, JSON.stringify(result.content)).toBe(false);
  const validate = new Ajv2020({ strict: false, formats: { 'date-time': true } }).compile(
    tool?.outputSchema ?? {},
  );
  expect(validate(result.structuredContent), JSON.stringify(validate.errors)).toBe(true);
  return result.structuredContent as Record<string, unknown>;
}
