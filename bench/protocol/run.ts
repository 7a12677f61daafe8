/**
 * How many messages a second one core carries in process: parsing alone, the tool host alone, and whole requests through a
 * connection's state, by method and revision. Bar: 100,000 messages a second, i.e. under 10 µs each.
 * It exists so that the figures in documents can be printed again.
 * Invariant: the measured path is the served path; the tools are trivial, so that what is left is the protocol; an answer
 * that is an error ends the bench.
 */
import type { Outlet } from '../../src/protocol/asks.js';
import type { CallSink } from '../../src/protocol/call.js';
import { contractRig } from '../../src/protocol/contract-server.js';
import { parseMessage } from '../../src/protocol/message.js';
import { Peer } from '../../src/protocol/peer.js';
import { machine, machineText } from '../rig/machine.js';

const outlet: Outlet = { notify: () => undefined, deliver: () => true };
const sink: CallSink = {
  notify: () => undefined,
  ask: () => Promise.reject(new Error('Nobody is asked here.')),
};
const context = { workspace: 'w', session: 's', transport: 'internal' } as const;
const rounds = 7;
const calls = 40_000;
const bar = 100_000;

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const echo = { name: 'echo', arguments: { text: 'hello' } };

/** Requests of each revision that a peer answers. */
const requests: readonly { revision: '2026-07-28' | '2025-11-25'; method: string; params: object }[] = [
  { revision: '2026-07-28', method: 'tools/call', params: echo },
  { revision: '2025-11-25', method: 'tools/call', params: echo },
  { revision: '2026-07-28', method: 'tools/list', params: {} },
  { revision: '2025-11-25', method: 'tools/list', params: {} },
  { revision: '2026-07-28', method: 'server/discover', params: {} },
  { revision: '2025-11-25', method: 'ping', params: {} },
];

function bytesOf(method: string, params: object): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
}

/** Best of several rounds, in messages a second: the others shared the core with something else. */
async function best(once: () => unknown, reset: () => void): Promise<number> {
  let fastest = 0;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    for (let i = 0; i < calls; i += 1) await once();
    fastest = Math.max(fastest, (calls * 1000) / (performance.now() - start));
    reset();
  }
  return Math.round(fastest);
}

export async function run(options: { json: boolean }): Promise<object> {
  const rig = contractRig();
  const reset = () => {
    rig.hosted.length = 0;
  };
  const view = rig.endpoint.view();
  if (view === undefined) throw new Error('The combined view is always there.');
  const { signal } = new AbortController();
  const body = bytesOf('tools/call', { ...echo, _meta: meta });
  const expect = { method: 'tools/call', name: 'echo' };
  const call = { server: 'contract', revision: '2026-07-28', body, expect, context } as const;
  const perSecond: Record<string, number> = {
    'parse alone': await best(() => parseMessage(body), reset),
    'tool host alone': await best(() => view.forward(call, sink, signal), reset),
  };
  for (const { revision, method, params } of requests) {
    const peer = new Peer(view, context, () => undefined);
    const bytes = bytesOf(method, revision === '2026-07-28' ? { ...params, _meta: meta } : params);
    const ask = (message: Buffer) => peer.handle(parseMessage(message), message, outlet);
    if (revision === '2025-11-25') {
      const clientInfo = { name: 'bench', version: '1' };
      await ask(bytesOf('initialize', { protocolVersion: revision, capabilities: {}, clientInfo }));
    }
    const answer = Buffer.from((await ask(bytes)) ?? []).toString();
    if (!answer.startsWith('{"jsonrpc":"2.0","result":')) throw new Error(`${method} answered ${answer}`);
    perSecond[`${method} (${revision})`] = await best(() => ask(bytes), reset);
  }
  const here = machine();
  if (!options.json) {
    process.stdout.write(`${machineText(here)}\nbest of ${rounds} rounds of ${calls.toLocaleString('en')}\n`);
    for (const [name, value] of Object.entries(perSecond)) {
      const each = `${(1e6 / value).toFixed(2)} µs`;
      const verdict = value >= bar ? '' : '  BELOW THE BAR of 100,000/s';
      process.stdout.write(
        `  ${name.padEnd(30)}${value.toLocaleString('en').padStart(10)}/s  ${each}${verdict}\n`,
      );
    }
  }
  return { machine: here, bar, perSecond };
}
