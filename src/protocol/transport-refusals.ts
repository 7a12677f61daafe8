/**
 * The part of the transport contract that is about messages nobody should send.
 * It exists as one table: what is sent, and the JSON-RPC code it must be refused with on every transport.
 * Invariant: after each refusal the same wire still answers a good call.
 */
import assert from 'node:assert/strict';
import { revisions } from './call.js';
import { bytesOf, type Client, errorOf, stillAnswers, type TransportCase } from './contract-client.js';
import { limits } from './message.js';

function bad(name: string, wire: number, make: (client: Client) => Uint8Array): TransportCase {
  return {
    name: `refuses ${name} with ${wire}`,
    revisions,
    async run(client) {
      const returned = await client.wire.send(make(client), { method: 'tools/list' });
      assert.equal(errorOf(returned).code, wire);
      assert.match(errorOf(returned).data.code, /^LMCP_/);
      assert.equal(await stillAnswers(client), true);
    },
  };
}

/** Malformed messages, each with its code. */
export const refusals: readonly TransportCase[] = [
  bad('malformed JSON', -32700, () => Buffer.from('{"jsonrpc":"2.0","id":1,')),
  bad('bytes that are not UTF-8', -32700, () => Buffer.from([0x22, 0xff, 0xfe, 0x22])),
  bad('a batch', -32600, (client) => bytesOf([client.message('tools/list')])),
  bad('a number', -32600, () => Buffer.from('42')),
  bad('null as id', -32600, (client) => bytesOf({ ...client.message('tools/list'), id: null })),
  bad('a fraction as id', -32600, (client) => bytesOf({ ...client.message('tools/list'), id: 1.5 })),
  bad('another version of JSON-RPC', -32600, (client) =>
    bytesOf({ ...client.message('tools/list'), jsonrpc: '1.0' }),
  ),
  bad('a method that is no string', -32600, (client) =>
    bytesOf({ ...client.message('tools/list'), method: 7 }),
  ),
  bad('params that are no object', -32600, (client) =>
    bytesOf({ ...client.message('tools/list'), params: [1, 2] }),
  ),
  bad('what is nested too deep', -32600, () =>
    Buffer.from(`{"jsonrpc":"2.0","id":1,"method":"tools/list","params":${'['.repeat(500_000)}`),
  ),
  bad('too many values', -32600, () => Buffer.from(`[${'0,'.repeat(limits.values + 1)}0]`)),
  bad('what is too large', -32600, () => Buffer.alloc(limits.bytes + 1, 0x20)),
];
