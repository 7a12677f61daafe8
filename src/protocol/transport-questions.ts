/**
 * The part of the transport contract about questions to the client, multi-round requests and tasks.
 * It exists to show that one handler serves both revisions: asked live in one, in rounds in the other.
 * Invariant: as for `transport-contract.ts`.
 */
import assert from 'node:assert/strict';
import { revisions } from './call.js';
import { type Client, errorOf, type TransportCase, until, type Wired } from './contract-client.js';
import { metaKeys } from './revisions/2026-07-28.js';

const askable = { elicitation: {}, sampling: {}, roots: {} };
const tasks = { ...askable, extensions: { 'io.modelcontextprotocol/tasks': {} } };

/** What the client answers, by method. */
function answers({ method, params }: Wired): Wired {
  if (method === 'roots/list') return { roots: [{ uri: 'file:///home' }] };
  if (method === 'sampling/createMessage')
    return { role: 'assistant', model: 'm', content: { type: 'text', text: 'word' } };
  const member = Object.keys(params.requestedSchema.properties)[0] ?? '';
  return { action: 'accept', content: { [member]: `my ${member}` } };
}

/** Asks as a client of its revision does; the result, and how many rounds it took. */
async function converse(
  client: Client,
  method: string,
  params: object,
): Promise<{ result: Wired; rounds: number }> {
  client.capabilities = askable;
  client.wire.answers = answers;
  let more = {};
  for (let rounds = 1; ; rounds += 1) {
    const { response } = await client.request(method, { ...params, ...more });
    const { result } = response;
    if (result?.resultType !== 'input_required') return { result: result ?? response.error, rounds };
    const given = Object.entries<Wired>(result.inputRequests).map(([key, it]) => [key, answers(it)]);
    more = { inputResponses: Object.fromEntries(given), requestState: result.requestState };
  }
}

const called = (name: string) => ['tools/call', { name, arguments: {} }] as const;
const newest = (client: Client) => client.revision === '2026-07-28';

async function firstRound(client: Client): Promise<Wired> {
  client.capabilities = askable;
  const { result } = (await client.call('ask_twice', {})).response;
  assert.equal(result.resultType, 'input_required');
  assert.equal(result.structuredContent, undefined);
  return result;
}

export const questionCases: readonly TransportCase[] = [
  {
    name: 'asks one thing after the other',
    revisions,
    async run(client) {
      const { result, rounds } = await converse(client, ...called('ask_twice'));
      assert.equal(result.structuredContent.said, 'accept my name: word');
      assert.equal(rounds, newest(client) ? 3 : 1);
    },
  },
  {
    name: 'asks several things at once',
    revisions,
    async run(client) {
      const { result, rounds } = await converse(client, ...called('ask_at_once'));
      assert.equal(result.structuredContent.said, 'my color in file:///home');
      assert.equal(rounds, newest(client) ? 2 : 1);
    },
  },
  {
    name: 'asks for a handler that catches everything, too',
    revisions,
    async run(client) {
      const { result } = await converse(client, ...called('ask_and_forgive'));
      assert.equal(result.structuredContent.said, 'accept');
    },
  },
  {
    name: 'asks for prompts and resources as for tools',
    revisions,
    async run(client) {
      const prompt = await converse(client, 'prompts/get', { name: 'ask' });
      assert.equal(prompt.result.messages[0].content.text, 'my why');
      const resource = await converse(client, 'resources/read', { uri: 'note://watched' });
      assert.equal(resource.result.contents[0].text, 'for my reader');
      if (newest(client))
        assert.deepEqual([resource.result.ttlMs, resource.result.cacheScope], [0, 'private']);
    },
  },
  {
    name: 'asks nothing of a client that did not say it can answer',
    revisions: ['2026-07-28'],
    async run(client) {
      client.capabilities = { sampling: {}, elicitation: { url: {} } };
      const error = errorOf(await client.call('ask_twice', {}));
      assert.equal(error.code, -32021);
      assert.deepEqual(error.data.requiredCapabilities, { elicitation: {} });
    },
  },
  {
    name: 'takes a declined question as an answer, a malformed one as a mistake',
    revisions,
    async run(client) {
      const answer = async (value: Wired) => {
        client.capabilities = askable;
        client.wire.answers = (request) =>
          request.method === 'elicitation/create' ? value : answers(request);
        const inputResponses = { name: value, 'sampling-1': answers({ method: 'sampling/createMessage' }) };
        const more = newest(client) ? { inputResponses } : {};
        return client.request('tools/call', { name: 'ask_twice', arguments: {}, ...more });
      };
      const declined = await answer({ action: 'decline' });
      assert.equal(declined.response.result.structuredContent.said, 'decline undefined: word');
      for (const wrong of [5, null, {}, { action: 'maybe' }, { action: 'accept', content: { name: 5 } }]) {
        const error = errorOf(await answer(wrong));
        assert.equal(error.data.code, 'LMCP_BAD_ANSWER', JSON.stringify(wrong));
        assert.equal(error.code, -32602);
      }
    },
  },
  {
    name: 'takes back only the state it handed out, for the request it was made for',
    revisions: ['2026-07-28'],
    async run(client) {
      const { requestState } = await firstRound(client);
      const [text, mac] = requestState.split('.');
      const inputResponses = { name: answers({ params: { requestedSchema: { properties: { name: 0 } } } }) };
      const retry = (state: unknown, name = 'ask_twice', args = {}) =>
        client.request('tools/call', { name, arguments: args, inputResponses, requestState: state });
      const forged = Buffer.from(JSON.stringify({ until: 1e15, to: '', answers: {} })).toString('base64url');
      for (const state of [
        `${requestState}x`,
        `${text}.`,
        `.${mac}`,
        mac,
        '',
        '.',
        5,
        null,
        {},
        `${forged}.${mac}`,
      ]) {
        const error = errorOf(await retry(state));
        assert.equal(error.data.code, 'LMCP_REQUEST_STATE', String(state));
      }
      assert.equal(errorOf(await retry(requestState, 'ask_at_once')).data.code, 'LMCP_REQUEST_STATE');
      assert.equal((await retry(requestState)).response.result.resultType, 'input_required');
      for (const responses of [null, 5, 'x', []]) {
        const params = { name: 'ask_twice', arguments: {}, inputResponses: responses };
        assert.equal(errorOf(await client.request('tools/call', params)).code, -32602);
      }
    },
  },
  {
    name: 'withdraws a question when its call is cancelled',
    revisions: ['2025-11-25'],
    async run(client, rig) {
      let asked = 0;
      client.wire.answers = () => {
        asked += 1;
        return undefined;
      };
      const open = client.call('ask_twice', {}, 'q');
      await until(() => asked === 1);
      await client.wire.cancel('q');
      assert.equal((await open).response, undefined);
      await until(() => rig.hosted.at(-1)?.outcome.code === 'LMCP_CANCELLED');
      assert.equal((await client.call('ping_me', {})).response.result.structuredContent.said, 'here');
    },
  },
  {
    name: 'makes tasks of long calls, for clients that know tasks',
    revisions: ['2026-07-28'],
    async run(client, rig) {
      assert.equal((await client.call('short', {})).response.result.structuredContent.said, 'short');
      assert.equal(errorOf(await client.call('must_be_task', {})).code, -32021);
      assert.equal(errorOf(await client.request('tasks/get', { taskId: 'featured.x' })).code, -32021);
      client.capabilities = tasks;
      const create = async (name: string) => {
        const { result } = (await client.call(name, {})).response;
        assert.equal(result.resultType, 'task', name);
        return result.taskId as string;
      };
      const get = async (taskId: string) => (await client.request('tasks/get', { taskId })).response.result;
      const settled = async (taskId: string) => {
        let task = await get(taskId);
        for (let i = 0; task.status === 'working' && i < 200; i += 1) task = await get(taskId);
        return task;
      };
      const short = await settled(await create('short'));
      assert.deepEqual([short.status, short.statusMessage], ['completed', 'half']);
      assert.equal(short.result.structuredContent.said, 'short');
      const asking = await create('must_be_task');
      const waiting = await get(asking);
      assert.equal(waiting.status, 'input_required');
      assert.deepEqual([waiting.ttlMs, waiting.pollIntervalMs], [60_000, 10]);
      const inputResponses = { nobody: 1, who: answers(waiting.inputRequests.who) };
      const ack = await client.request('tasks/update', { taskId: asking, inputResponses });
      assert.deepEqual(Object.keys(ack.response.result).sort(), ['_meta', 'resultType']);
      assert.equal((await settled(asking)).result.structuredContent.said, 'my who');
      const broken = await settled(await create('broken_task'));
      assert.deepEqual([broken.status, broken.error.code], ['failed', -32603]);
      assert.doesNotMatch(JSON.stringify(broken), /secret/);
      assert.equal(rig.faults.length, 1);
      const failing = await settled(await create('failing_task'));
      assert.deepEqual([failing.status, failing.result.isError], ['completed', true]);
    },
  },
  {
    name: 'cancels tasks, and shows them to nobody else',
    revisions: ['2026-07-28'],
    async run(client) {
      client.capabilities = tasks;
      const { taskId } = (await client.call('long', {})).response.result;
      const meta = { [metaKeys.session]: 'somebody else' };
      for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
        for (const [id, _meta] of [
          [taskId, meta],
          ['featured.none', {}],
          ['nobody', {}],
          ['', {}],
        ] as const) {
          const error = errorOf(await client.request(method, { taskId: id, _meta }));
          assert.equal(error.data.code, 'LMCP_UNKNOWN_TASK', `${method} ${id}`);
        }
      }
      for (let i = 0; i < 2; i += 1)
        assert.equal(
          (await client.request('tasks/cancel', { taskId })).response.result.resultType,
          'complete',
        );
      assert.equal((await client.request('tasks/get', { taskId })).response.result.status, 'cancelled');
    },
  },
];
