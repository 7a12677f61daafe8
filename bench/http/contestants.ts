/**
 * The servers that are compared, each in its own process on a free port, all up for the whole run.
 * It exists so that rounds can alternate between them within seconds.
 * Invariant: all get the same bytes but for what their revision demands.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchDaemon, ended } from '../rig/daemon.js';
import { firstId, type Template, templateOf } from './load/template.js';
import type { SampleResult, Setup } from './servers/setup.js';
import type { LoadTool } from './tools.js';

export interface Contestant {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly templates: readonly Template[];
}

const stateless = '2026-07-28';
const accept = 'application/json, text/event-stream';
const meta = {
  'io.modelcontextprotocol/protocolVersion': stateless,
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Requests of 2026-07-28, as a client of that revision sends them. */
export function statelessTemplates(
  tool: LoadTool,
  target: { port: number; token: string; paths: readonly string[] },
): Template[] {
  const headers = {
    authorization: `Bearer ${target.token}`,
    accept,
    'mcp-protocol-version': stateless,
    'mcp-method': 'tools/call',
    'mcp-name': tool.name,
  };
  return tool.arguments(target.paths).map((args) =>
    templateOf({ path: tool.path, port: target.port }, headers, {
      jsonrpc: '2.0',
      id: firstId,
      method: 'tools/call',
      params: { name: tool.name, arguments: args, _meta: meta },
    }),
  );
}

/** One call of 2026-07-28 as a line for stdio. */
export function stdioCall(tool: string, id: string, args: Record<string, unknown>): string {
  const params = { name: tool, arguments: args, _meta: meta };
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
}

function handshakeTemplates(
  tool: LoadTool,
  target: { port: number; paths: readonly string[]; session: string | undefined },
): Template[] {
  const headers = {
    accept,
    'mcp-protocol-version': '2025-11-25',
    ...(target.session === undefined ? {} : { 'mcp-session-id': target.session }),
  };
  return tool.arguments(target.paths).map((args) =>
    templateOf({ path: tool.path, port: target.port }, headers, {
      jsonrpc: '2.0',
      id: firstId,
      method: 'tools/call',
      params: { name: tool.name, arguments: args },
    }),
  );
}

const statelessPeers: Readonly<Record<string, { entry: string; arguments: readonly string[] }>> = {
  floor: { entry: 'floor', arguments: [] },
  'sdk-v2': { entry: 'sdk-v2', arguments: [] },
  'sdk-v2-lean': { entry: 'sdk-v2', arguments: ['lean'] },
};
const serverNames = [...Object.keys(statelessPeers), 'sdk-v1', 'sdk-v1-stateful'];

export class Contestants {
  readonly #children: ChildProcess[] = [];
  readonly #tool: LoadTool;
  readonly #daemon: BenchDaemon;

  constructor(tool: LoadTool, daemon: BenchDaemon) {
    this.#tool = tool;
    this.#daemon = daemon;
  }

  /** Starts one; `ours` is the daemon. */
  async start(name: string): Promise<Contestant> {
    const { token, pid, port, repository } = this.#daemon;
    const { paths } = repository;
    const target = { token, paths };
    if (name === 'ours')
      return { name, pid, port, templates: statelessTemplates(this.#tool, { ...target, port }) };
    const modern = statelessPeers[name];
    if (modern !== undefined) {
      const peer = await this.#peer(modern.entry, modern.arguments);
      return { name, ...peer, templates: statelessTemplates(this.#tool, { ...target, port: peer.port }) };
    }
    if (name !== 'sdk-v1' && name !== 'sdk-v1-stateful')
      throw new Error(`No server ${name}; there are ours, ${serverNames.join(', ')}.`);
    const stateful = name === 'sdk-v1-stateful';
    const peer = await this.#peer('sdk-v1', stateful ? ['stateful'] : []);
    const session = stateful ? await openSession(peer.port) : undefined;
    return { name, ...peer, templates: handshakeTemplates(this.#tool, { ...peer, paths, session }) };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => ended(child)));
  }

  async #peer(entry: string, args: readonly string[]): Promise<{ port: number; pid: number }> {
    const setup = await this.#setup();
    const child = fork(fileURLToPath(new URL(`./servers/${entry}.js`, import.meta.url)), [...args]);
    this.#children.push(child);
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message: { port: number }) => resolve(message.port));
      child.once('exit', (code) => reject(new Error(`${entry} ended with ${code}.`)));
      child.send(setup);
    });
    return { port, pid: child.pid ?? 0 };
  }

  /** What ours answers, for the others to answer too. */
  async #setup(): Promise<Setup> {
    const args = this.#tool.arguments(this.#daemon.repository.paths)[0] ?? {};
    const answer = await askOurs(this.#daemon, this.#tool, args);
    const { result } = JSON.parse(answer) as { result: SampleResult };
    return { tool: this.#tool.name, result, answer, argument: Object.keys(args)[0] ?? '' };
  }
}

/** One real call; the answer's text. @throws when it is no good result */
export async function askOurs(
  { url, token }: BenchDaemon,
  tool: LoadTool,
  args: Record<string, unknown>,
): Promise<string> {
  const response = await fetch(new URL(tool.path, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept,
      'mcp-protocol-version': stateless,
      'mcp-method': 'tools/call',
      'mcp-name': tool.name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: firstId,
      method: 'tools/call',
      params: { name: tool.name, arguments: args, _meta: meta },
    }),
  });
  const text = await response.text();
  const { result } = JSON.parse(text) as { result?: { isError?: boolean; structuredContent?: unknown } };
  if (result?.structuredContent === undefined || result.isError === true)
    throw new Error(`${tool.name} answered ${response.status} ${text.slice(0, 500)}`);
  return text;
}

async function openSession(port: number): Promise<string> {
  const send = (body: object, more: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...more },
      body: JSON.stringify({ jsonrpc: '2.0', ...body }),
    });
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  };
  const opened = await send({ id: 1, method: 'initialize', params }, {});
  await opened.text();
  const session = opened.headers.get('mcp-session-id');
  if (session === null) throw new Error(`No session: ${opened.status}`);
  const ready = await send({ method: 'notifications/initialized' }, { 'mcp-session-id': session });
  await ready.text();
  return session;
}
