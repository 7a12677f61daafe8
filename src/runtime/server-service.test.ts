/** What a server thread records: tool calls, unless its server says that they are no agent's work. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineServer, defineTool } from '../protocol/index.js';
import type { CaptureBudget } from './capture-budget.js';
import type { DomainServer } from './domain-server.js';
import type { JournalClient } from './journal-client.js';
import type { GatewayMethods, ServerMethods } from './messages.js';
import type { Incoming, Peer } from './peer.js';
import { serverService } from './server-service.js';
import type { Services } from './services.js';

const body = Buffer.from(
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'nod', arguments: {} } }),
);
const nod = defineTool({
  name: 'nod',
  title: 'Nod',
  description: 'Nods.',
  input: z.object({}),
  output: z.object({}),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async () => ({ structured: {}, text: 'yes' }),
});

async function notedBy(more: Pick<DomainServer, 'unrecorded'>): Promise<readonly string[]> {
  const noted: string[] = [];
  const journal: Partial<JournalClient> = {
    open: async () => ({ last: 0, cut: null }),
    read: () => new Promise(() => undefined),
    noteLater: (workspace) => void noted.push(workspace),
    flush: () => undefined,
  };
  const budget: Partial<CaptureBudget> = { admit: () => ({ kept: true, weight: 1 }), takeDropped: () => 0 };
  const gateway: Partial<Peer<GatewayMethods, ServerMethods>> = { cast: () => undefined };
  const surface = defineServer<Services>({ name: 's', title: 'S', instructions: 'Nods.', tools: [nod] });
  const service = serverService({
    server: { surface, learners: [], adapters: [], queries: {}, ...more },
    info: { name: 'n', title: 't', version: '1' },
    stateKey: new Uint8Array(32),
    dataFolder: '/data',
    journal: journal as JournalClient,
    budget: budget as CaptureBudget,
    now: () => 0,
    slowly: (work) => work(),
    beat: () => () => undefined,
    gateway: () =>
      ({ ...gateway, request: async () => ({ meta: { root: null } }) }) as unknown as Peer<
        GatewayMethods,
        ServerMethods
      >,
  });
  const incoming: Partial<Incoming> = { body, aborted: false, signal: new AbortController().signal };
  const context = { workspace: 'w', session: 'c', transport: 'http' } as const;
  const expect = { method: 'tools/call', name: 'nod' };
  const call = { server: 's', revision: '2025-11-25', expect, context } as const;
  const reply = await service.call(call, incoming as Incoming);
  if (!Buffer.from(reply.body).toString().includes('yes')) throw new Error('The call failed.');
  return noted;
}

it('records a call in its workspace', async () => {
  expect(await notedBy({})).toEqual(['w']);
});

it('records nothing of a server whose calls are no agent’s work', async () => {
  expect(await notedBy({ unrecorded: true })).toEqual([]);
});
