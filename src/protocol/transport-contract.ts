/**
 * The contract of a transport: one set of cases that HTTP, unix socket and plain streams all pass, in both revisions.
 * It exists so that a client may change its transport and see no difference but the framing.
 * Invariant: a case talks in JSON-RPC messages only; how they travel is the wire's business.
 */
import assert from 'node:assert/strict';
import { revisions } from './call.js';
import {
  bytesOf,
  envelope,
  errorOf,
  stillAnswers,
  type TransportCase,
  until,
  type Wired,
} from './contract-client.js';
import { metaKeys } from './revisions/2026-07-28.js';
import { refusals } from './transport-refusals.js';

const call = (args: object) => ({ name: 'echo', arguments: args });

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
      assert.deepEqual(rig.hosted.at(-1)?.outcome, {
        method: 'tools/call',
        tool: 'echo',
        ok: true,
        subject: text.slice(0, 16),
      });
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
        assert.deepEqual(rig.hosted.at(-1)?.outcome, { method: 'tools/call', tool: 'fail', ok: false, code });
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
  ...refusals,
];
