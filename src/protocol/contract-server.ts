/**
 * A small server with one tool for each behaviour a transport can get wrong.
 * It exists for the transport contract and for measurements: endpoint and host joined in one process.
 * Invariant: no clock but the caller's delays, no state but the list of calls that were aborted.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import type { Forward } from './call.js';
import { type FeatureServices, featureServer } from './contract-features.js';
import { defineServer, defineTool } from './define.js';
import { createEndpoint, type Endpoint } from './endpoint.js';
import { cancellationOf } from './host/cancellation.js';
import type { ToolContext } from './tool.js';
import { createToolHost, type HostedCall } from './tool-host.js';

/** What the tools of this server use: a record of the calls that saw their signal abort. */
export interface ContractServices extends FeatureServices {
  readonly aborted: string[];
}

const annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

const echo = defineTool({
  name: 'echo',
  title: 'Echo',
  description: 'Returns the text it was given, after a while if asked to.',
  input: z.object({ text: z.string(), delayMs: z.int().min(0).max(60_000).optional() }),
  output: z.object({ text: z.string(), client: z.string().nullable() }),
  annotations,
  combined: true,
  subject: ({ text }) => text.slice(0, 16),
  run: async ({ text, delayMs }, { call }: ToolContext<ContractServices>) => {
    if (delayMs !== undefined) await delay(delayMs);
    return { structured: { text, client: call.client?.name ?? null }, text };
  },
});

const count = defineTool({
  name: 'count',
  title: 'Count',
  description: 'Counts up and tells its progress.',
  input: z.object({ to: z.int().min(1).max(100) }),
  output: z.object({ counted: z.int() }),
  annotations,
  combined: true,
  run: async ({ to }, { progress }: ToolContext<ContractServices>) => {
    for (let i = 1; i <= to; i += 1) {
      progress(i, to, `step ${i}`);
      progress(i, to, 'does not grow: not sent');
      await delay(1);
    }
    return { structured: { counted: to }, text: `Counted to ${to}.` };
  },
});

const wait = defineTool({
  name: 'wait',
  title: 'Wait',
  description: 'Waits until it is cancelled.',
  input: z.object({ name: z.string() }),
  output: z.object({}),
  annotations,
  run: async ({ name }, { signal, services }: ToolContext<ContractServices>) => {
    await delay(60_000, undefined, { signal }).catch(() => services.aborted.push(name));
    return { structured: {}, text: 'Waited.' };
  },
});

const fail = defineTool({
  name: 'fail',
  title: 'Fail',
  description: 'Fails in the way it is asked to.',
  input: z.object({ how: z.enum(['registry', 'exception', 'schema', 'large']) }),
  output: z.object({ value: z.number() }),
  annotations,
  maxBytes: 4096,
  run: async ({ how }, _context: ToolContext<ContractServices>) => {
    if (how === 'registry') throw new LmcpError('LMCP_NO_COMMITS', 'There are no commits.');
    if (how === 'exception') throw new Error('secret detail of /home/user');
    if (how === 'schema') return { structured: { value: 'no number' as unknown as number }, text: '' };
    return { structured: { value: 1 }, text: 'x'.repeat(5000) };
  },
});

export const contractServer = defineServer<ContractServices>({
  name: 'contract',
  title: 'Contract',
  instructions: 'Tools that show how a transport behaves.',
  tools: [echo, count, wait, fail],
});

export const contractInfo = { name: 'learning-mcp', version: '0.0.0-contract', title: 'Learning MCP' };

export interface ContractRig {
  readonly endpoint: Endpoint;
  readonly services: ContractServices;
  /** Every call that was hosted, in the order of their ends. */
  readonly hosted: HostedCall[];
  /** What the host reported as its own fault. */
  readonly faults: unknown[];
}

/** Joins endpoint and hosts directly, as a single-threaded daemon would. */
export function contractRig(options: { pageSize?: number; now?: () => number } = {}): ContractRig {
  const services: ContractServices = {
    aborted: [],
    changed: (what, uri) =>
      endpoint.changed({ server: 'featured', workspace: 'w', what, ...(uri !== undefined && { uri }) }),
  };
  const hosted: HostedCall[] = [];
  const faults: unknown[] = [];
  const about = {
    info: contractInfo,
    onError: (error: unknown) => faults.push(error),
    ...(options.now && { now: options.now }),
  };
  const contract = createToolHost(contractServer, about);
  const featured = createToolHost(featureServer, about);
  const forward: Forward = async (request, sink, signal) => {
    const host = request.server === 'featured' ? featured : contract;
    const call = await host.call(request, services, sink, cancellationOf(signal));
    hosted.push(call);
    return call.response;
  };
  const servers = [contractServer, featureServer];
  const { pageSize } = options;
  const endpoint = createEndpoint({ servers, info: contractInfo, forward, ...(pageSize && { pageSize }) });
  return { endpoint, services, hosted, faults };
}
