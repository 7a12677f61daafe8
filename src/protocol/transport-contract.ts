/**
 * The contract of a transport: one set of cases that HTTP, unix socket and plain streams all pass, in both revisions.
 * It exists so that a client may change its transport and see no difference but the framing.
 * Invariant: a case talks in JSON-RPC messages only; how they travel is the wire's business.
 */
import assert from 'node:assert/strict';
import { type Revision, revisions } from './call.js';
import type { ContractRig } from './contract-server.js';
import { limits } from './message.js';
import { metaKeys } from './revisions/2026-07-28.js';

/** A parsed JSON-RPC message; the cases look at what they expect to be there. */
// biome-ignore lint/suspicious/noExplicitAny: what comes off a wire has no static shape, and the cases assert it.
export type Wired = any;

/** What came back for one message. */
export interface Returned {
  /** HTTP status, where there is one. */
  readonly status: number | undefined;
  readonly notifications: readonly Wired[];
  /** undefined when the exchange ended without a response. */
  readonly response: Wired;
}

/** One open client of a transport. */
export interface Wire {
  /** Sends raw bytes as one message; `facts` is what an HTTP client of 2026-07-28 puts into headers. */
  send(bytes: Uint8Array, facts: { id?: string | number; method?: string; name?: string }): Promise<Returned>;
  /** Sends a notification, which nothing answers. */
  notify(message: object): Promise<void>;
  /** Abandons the request of that id the way this transport does. */
  cancel(id: string | number): Promise<void>;
  close(): Promise<void>;
}

export interface TransportCase {
  readonly name: string;
  readonly revisions: readonly Revision[];
  /** Whether the case needs one connection that several requests share. */
  readonly shared?: boolean;
  run(client: Client, rig: ContractRig): Promise<void>;
}

/** Builds the messages of one revision and sends them over a wire. */
export class Client {
  readonly revision: Revision;
  readonly wire: Wire;
  #next = 1000;

  constructor(revision: Revision, wire: Wire) {
    this.revision = revision;
    this.wire = wire;
  }

  message(method: string, params: Record<string, unknown> = {}, id: string | number = this.#next++) {
    const meta = this.revision === '2026-07-28' ? { ...envelope, ...(params._meta as object) } : params._meta;
    return { jsonrpc: '2.0', id, method, params: { ...params, ...(meta !== undefined && { _meta: meta }) } };
  }

  request(method: string, params?: Record<string, unknown>, id?: string | number): Promise<Returned> {
    const message = this.message(method, params, id);
    const name = typeof params?.name === 'string' ? { name: params.name } : {};
    return this.wire.send(bytesOf(message), { id: message.id, method, ...name });
  }

  call(name: string, args: object, id?: string | number, meta?: object): Promise<Returned> {
    return this.request('tools/call', { name, arguments: args, ...(meta && { _meta: meta }) }, id);
  }
}

/** The `_meta` of a well-formed 2026-07-28 request. */
export const envelope = {
  [metaKeys.version]: '2026-07-28',
  [metaKeys.client]: { name: 'contract-client', version: '1' },
  [metaKeys.capabilities]: {},
};

export function bytesOf(message: unknown): Buffer {
  return Buffer.from(JSON.stringify(message));
}

const call = (args: object) => ({ name: 'echo', arguments: args });

function errorOf({ response }: Returned): { code: number; message: string; data: Wired } {
  assert.ok(response?.error, `expected an error, got ${JSON.stringify(response)}`);
  return response.error;
}

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

async function stillAnswers(client: Client): Promise<boolean> {
  const { response } = await client.call('echo', { text: 'still here' });
  return response.result.structuredContent.text === 'still here';
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(condition(), 'did not happen within 2.5 s');
}

/** Every case, to be run against a fresh wire each. */
export const transportCases: readonly TransportCase[] = [
  {
    name: 'lists the tools in order, with both schemas and annotations',
    revisions,
    async run(client) {
      const { response } = await client.request('tools/list');
      const { tools } = response.result;
      assert.deepEqual(
        tools.map((tool: Wired) => tool.name),
        ['echo', 'count', 'wait', 'fail'],
      );
      assert.deepEqual(tools[0].inputSchema, {
        type: 'object',
        properties: {
          text: { type: 'string' },
          delayMs: { type: 'integer', minimum: 0, maximum: 60_000 },
        },
        required: ['text'],
        additionalProperties: false,
      });
      assert.equal(tools[0].outputSchema.type, 'object');
      assert.equal(tools[0].annotations.readOnlyHint, true);
      assert.equal(response.result.nextCursor, undefined);
      assert.equal(response.result.resultType, client.revision === '2026-07-28' ? 'complete' : undefined);
    },
  },
  {
    name: 'refuses a cursor it never handed out',
    revisions,
    async run(client) {
      assert.equal(errorOf(await client.request('tools/list', { cursor: 'abc' })).code, -32602);
    },
  },
  {
    name: 'calls a tool and returns structured content beside the text',
    revisions,
    async run(client, rig) {
      const text = 'grüße 🦉 "quoted"\n\u2028 line';
      const { response, status } = await client.call('echo', { text }, 'id with "quotes", "id": 7');
      assert.equal(response.id, 'id with "quotes", "id": 7');
      assert.deepEqual(response.result.structuredContent, { text, client: 'contract-client' });
      assert.deepEqual(response.result.content, [{ type: 'text', text }]);
      assert.equal(response.result.isError, undefined);
      assert.ok(status === undefined || status === 200);
      assert.deepEqual(rig.hosted.at(-1)?.outcome, { tool: 'echo', ok: true, subject: text.slice(0, 16) });
    },
  },
  {
    name: 'discovers versions, capabilities and identity',
    revisions: ['2026-07-28'],
    async run(client) {
      const { result } = (await client.request('server/discover')).response;
      assert.deepEqual(result.supportedVersions, ['2026-07-28', '2025-11-25']);
      assert.deepEqual(result.capabilities, { tools: {} });
      assert.equal(result._meta[metaKeys.server].name, 'learning-mcp');
      assert.equal(result.resultType, 'complete');
      assert.ok(result.ttlMs >= 0);
      assert.equal(result.cacheScope, 'public');
    },
  },
  {
    name: 'answers a ping',
    revisions: ['2025-11-25'],
    async run(client) {
      assert.deepEqual((await client.request('ping')).response.result, {});
    },
  },
  {
    name: 'knows no method of the other revision',
    revisions,
    async run(client) {
      const foreign =
        client.revision === '2026-07-28' ? ['ping', 'initialize', 'logging/setLevel'] : ['server/discover'];
      for (const method of [...foreign, 'resources/list', 'no/such', '__proto__', 'constructor']) {
        const returned = await client.request(method);
        assert.equal(errorOf(returned).code, -32601, method);
        if (client.revision === '2026-07-28') assert.ok([undefined, 404].includes(returned.status));
      }
    },
  },
  {
    name: 'refuses an unknown tool as a protocol error',
    revisions,
    async run(client) {
      for (const name of ['no_such', '__proto__', 'constructor', '']) {
        assert.equal(errorOf(await client.call(name, {})).code, -32602, name);
      }
    },
  },
  {
    name: 'names the offending fields of bad arguments in an error result',
    revisions,
    async run(client) {
      const unknown = (await client.call('echo', { text: 'a', txet: 'b', __wrong: 1 })).response.result;
      assert.equal(unknown.isError, true);
      assert.equal(unknown.structuredContent, undefined);
      assert.match(
        unknown.content[0].text,
        /^LMCP_INVALID_PARAMS: unknown field txet, __wrong; known fields/,
      );
      assert.deepEqual(unknown._meta['lmcp/error'].fields, ['txet', '__wrong']);
      const wrong = (await client.call('echo', { text: 5 })).response.result;
      assert.match(wrong.content[0].text, /text: Invalid input: expected string/);
      assert.equal(wrong._meta['lmcp/error'].code, 'LMCP_INVALID_PARAMS');
    },
  },
  {
    name: 'treats __proto__ in arguments as data, and changes no prototype',
    revisions,
    async run(client) {
      const text = JSON.stringify(client.message('tools/call', call({ text: 'a' }), 5)).replace(
        '"text":"a"',
        '"text":"a","__proto__":{"polluted":1},"__proto__":{"polluted":2}',
      );
      const { response } = await client.wire.send(Buffer.from(text), {
        id: 5,
        method: 'tools/call',
        name: 'echo',
      });
      assert.ok(response.result);
      assert.equal(({} as Wired).polluted, undefined);
    },
  },
  {
    name: 'refuses arguments that are no object',
    revisions,
    async run(client) {
      const returned = await client.request('tools/call', { name: 'echo', arguments: [1] });
      assert.equal(errorOf(returned).code, -32602);
    },
  },
  {
    name: 'reports what a tool can be blamed for with its code, what it cannot without its cause',
    revisions,
    async run(client, rig) {
      const codes: Record<string, string> = {
        registry: 'LMCP_NO_COMMITS',
        exception: 'LMCP_INTERNAL',
        schema: 'LMCP_INTERNAL',
        large: 'LMCP_ANSWER_TOO_LARGE',
      };
      for (const [how, code] of Object.entries(codes)) {
        const { response } = await client.call('fail', { how });
        assert.equal(response.result.isError, true, how);
        assert.equal(response.result._meta['lmcp/error'].code, code, how);
        assert.doesNotMatch(JSON.stringify(response), /secret|home|at .*\.ts/, how);
        assert.deepEqual(rig.hosted.at(-1)?.outcome, { tool: 'fail', ok: false, code });
      }
      assert.equal(rig.faults.length, 2);
    },
  },
  {
    name: 'sends progress to who asked for it, growing, before the response',
    revisions,
    async run(client) {
      const { notifications, response } = await client.call('count', { to: 5 }, 'p', {
        progressToken: 'tok',
      });
      assert.deepEqual(
        notifications.map((n) => [n.method, n.params.progressToken, n.params.progress, n.params.total]),
        [1, 2, 3, 4, 5].map((i) => ['notifications/progress', 'tok', i, 5]),
      );
      assert.equal(response.result.structuredContent.counted, 5);
      const silent = await client.call('count', { to: 3 });
      assert.deepEqual(silent.notifications, []);
    },
  },
  {
    name: 'aborts a cancelled call and sends no response for it',
    revisions,
    async run(client, rig) {
      const waiting = client.call('wait', { name: 'cancel me' }, 'w1');
      await new Promise((resolve) => setTimeout(resolve, 30));
      await client.wire.cancel('w1');
      const { response } = await waiting;
      assert.equal(response, undefined);
      await until(() => rig.services.aborted.includes('cancel me'));
      assert.equal(await stillAnswers(client), true);
    },
  },
  {
    name: 'ignores a cancellation of what does not run, and other notifications',
    revisions,
    async run(client) {
      for (const params of [{ requestId: 'nope' }, {}, { requestId: { a: 1 } }])
        await client.wire.notify({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
      await client.wire.notify({ jsonrpc: '2.0', method: 'notifications/whatever' });
      assert.equal(await stillAnswers(client), true);
    },
  },
  {
    name: 'keeps 100 interleaved calls apart',
    revisions,
    async run(client) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, async (_, i) => {
          const { response } = await client.call('echo', { text: `t${i}`, delayMs: (i * 37) % 50 }, i);
          return [response.id, response.result.structuredContent.text];
        }),
      );
      assert.deepEqual(
        answers,
        Array.from({ length: 100 }, (_, i) => [i, `t${i}`]),
      );
    },
  },
  {
    name: 'refuses an id that is still running, and takes it again afterwards',
    revisions,
    shared: true,
    async run(client) {
      const first = client.call('echo', { text: 'first', delayMs: 100 }, 'same');
      await new Promise((resolve) => setTimeout(resolve, 20));
      const second = await client.call('echo', { text: 'second' }, 'same');
      assert.equal(errorOf(second).code, -32600);
      await first;
      assert.equal((await client.call('echo', { text: 'third' }, 'same')).response.id, 'same');
    },
  },
  {
    name: 'demands the required _meta fields',
    revisions: ['2026-07-28'],
    async run(client) {
      for (const key of [metaKeys.version, metaKeys.capabilities]) {
        const { [key]: _left, ...rest } = envelope;
        for (const method of ['tools/list', 'tools/call', 'server/discover']) {
          const params = { ...(method === 'tools/call' && call({ text: 'a' })), _meta: rest };
          const returned = await client.wire.send(bytesOf({ jsonrpc: '2.0', id: 9, method, params }), {
            id: 9,
            method,
            ...(method === 'tools/call' && { name: 'echo' }),
          });
          assert.equal(errorOf(returned).code, -32602, `${method} without ${key}`);
          assert.equal(returned.response.id, 9);
          assert.ok([undefined, 400].includes(returned.status));
        }
      }
    },
  },
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
