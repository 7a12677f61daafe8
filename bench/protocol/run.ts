/**
 * How many tools/call a second one core carries in process: the tool host alone, and behind the endpoint's connection state.
 * It exists so that the figures in documents can be printed again.
 * Invariant: the measured path is the served path; the tool is trivial, so that what is left is the protocol.
 */
import { contractRig } from '../../src/protocol/contract-server.js';
import { parseMessage } from '../../src/protocol/message.js';
import { Peer } from '../../src/protocol/peer.js';

const body = Buffer.from(
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'echo',
      arguments: { text: 'hello' },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }),
);
const sink = { notify: () => undefined };
const context = { workspace: 'w', session: 's', transport: 'internal' } as const;
const rounds = 7;
const calls = 40_000;

/** Best of several rounds, in calls a second: the others shared the core with something else. */
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
  const expect = { method: 'tools/call', name: 'echo' };
  const request = { server: 'contract', revision: '2026-07-28', body, expect, context } as const;
  const peer = new Peer(view, context);
  const result = {
    parsePerSecond: await best(() => parseMessage(body), reset),
    hostPerSecond: await best(() => view.forward(request, sink, signal), reset),
    endpointAndHostPerSecond: await best(() => peer.handle(parseMessage(body), body, sink), reset),
  };
  if (!options.json)
    for (const [name, value] of Object.entries(result))
      process.stdout.write(`${name.padEnd(26)} ${value.toLocaleString('en')}\n`);
  return result;
}
