/**
 * The part of the transport contract beyond plain calls: resources, prompts, completion, pages, log messages, changes.
 * It exists because each of them must mean the same on every transport; questions and tasks are in `transport-questions.ts`.
 * Invariant: as for `transport-contract.ts`.
 */
import assert from 'node:assert/strict';
import { revisions } from './call.js';
import { type Client, errorOf, type TransportCase, until, type Wired } from './contract-client.js';
import { metaKeys } from './revisions/2026-07-28.js';
import { questionCases } from './transport-questions.js';

const newest = (client: Client) => client.revision === '2026-07-28';

/** All items of a list, page by page; at least `pages` of them. */
async function listed(client: Client, method: string, key: string, pages: number): Promise<Wired[]> {
  const items: Wired[] = [];
  let cursor: string | undefined;
  let seen = 0;
  do {
    const { result } = (await client.request(method, cursor === undefined ? {} : { cursor })).response;
    items.push(...result[key]);
    assert.ok(result[key].length <= 2);
    cursor = result.nextCursor;
    seen += 1;
  } while (cursor !== undefined);
  assert.equal(seen, pages, method);
  return items;
}

export const featureCases: readonly TransportCase[] = [
  {
    name: 'says what it can do',
    revisions: ['2026-07-28'],
    async run(client) {
      assert.deepEqual((await client.request('server/discover')).response.result.capabilities, {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
        extensions: { 'io.modelcontextprotocol/tasks': {} },
      });
    },
  },
  {
    name: 'lists in pages, in order, and refuses a cursor of another list',
    revisions,
    async run(client) {
      const names = (items: Wired[]) => items.map(({ name }) => name);
      assert.equal((await listed(client, 'tools/list', 'tools', 6)).length, 12);
      const resources = await listed(client, 'resources/list', 'resources', 2);
      assert.deepEqual(names(resources), ['text', 'bytes', 'watched']);
      assert.equal(resources[0].icons[0].sizes[0], 'any');
      const templates = await listed(client, 'resources/templates/list', 'resourceTemplates', 1);
      assert.equal(templates[0].uriTemplate, 'note://by/{name}/{page}');
      const [greet] = await listed(client, 'prompts/list', 'prompts', 1);
      assert.deepEqual(greet.arguments, [
        { name: 'who', description: 'whom', required: true },
        { name: 'how', required: false },
      ]);
      const { nextCursor } = (await client.request('tools/list')).response.result;
      for (const cursor of [nextCursor, 'x', '', 5])
        assert.equal(errorOf(await client.request('resources/list', { cursor })).code, -32602);
    },
  },
  {
    name: 'reads resources by address and by template',
    revisions,
    async run(client) {
      const read = async (uri: string) => (await client.request('resources/read', { uri })).response.result;
      const text = await read('note://text');
      assert.deepEqual(text.contents, [{ uri: 'note://text', mimeType: 'text/plain', text: 'words' }]);
      assert.deepEqual(
        [text.ttlMs, text.cacheScope, text.resultType],
        newest(client) ? [1000, 'public', 'complete'] : [undefined, undefined, undefined],
      );
      assert.equal((await read('note://bytes')).contents[0].blob, 'AQID');
      assert.equal((await read('note://by/Ada%20L/2')).contents[0].text, 'Ada L, page 2');
      const missing = ['note://none', 'note://by/a/b/c', 'note://by/a/0', '', '__proto__'];
      for (const uri of missing) {
        const error = errorOf(await client.request('resources/read', { uri }));
        assert.equal(error.code, newest(client) ? -32602 : -32002, uri);
        if (uri !== 'note://by/a/0') assert.equal(error.data.uri, uri);
      }
      // Over HTTP the header that should name it is missing, too.
      assert.ok([-32020, -32602].includes(errorOf(await client.request('resources/read', { uri: 5 })).code));
    },
  },
  {
    name: 'gives prompts, and names what is wrong with their arguments',
    revisions,
    async run(client) {
      const args = { who: 'Ada', how: 'Hi' };
      const { result } = (await client.request('prompts/get', { name: 'greet', arguments: args })).response;
      assert.deepEqual(result.messages, [{ role: 'user', content: { type: 'text', text: 'Hi, Ada' } }]);
      for (const wrong of [{}, { who: 5 }, { who: 'a', x: '1' }]) {
        const error = errorOf(await client.request('prompts/get', { name: 'greet', arguments: wrong }));
        assert.equal(error.code, -32602);
        assert.equal(error.data.code, 'LMCP_INVALID_PARAMS');
      }
      assert.equal(
        errorOf(await client.request('prompts/get', { name: 'none' })).data.code,
        'LMCP_UNKNOWN_PROMPT',
      );
    },
  },
  {
    name: 'completes arguments of prompts and variables of templates',
    revisions,
    async run(client) {
      const complete = (ref: object, argument: object, context = {}) =>
        client.request('completion/complete', { ref, argument, ...context });
      const prompt = { type: 'ref/prompt', name: 'greet' };
      const { completion } = (await complete(prompt, { name: 'who', value: '' })).response.result;
      assert.deepEqual([completion.values.length, completion.total, completion.hasMore], [100, 130, true]);
      const template = { type: 'ref/resource', uri: 'note://by/{name}/{page}' };
      const page = (await complete(template, { name: 'page', value: '4' })).response.result;
      assert.deepEqual(page.completion, { values: ['41', '42'], total: 2, hasMore: false });
      const context = { context: { arguments: { page: '7' } } };
      const name = (await complete(template, { name: 'name', value: '' }, context)).response.result;
      assert.deepEqual(name.completion.values, ['7']);
      for (const [ref, argument] of [
        [
          { type: 'ref/prompt', name: 'none' },
          { name: 'a', value: '' },
        ],
        [
          { type: 'ref/tool', name: 'greet' },
          { name: 'a', value: '' },
        ],
        [prompt, { name: 'who' }],
        [prompt, undefined],
        [undefined, { name: 'who', value: '' }],
      ] as [object, object][])
        assert.equal(errorOf(await complete(ref, argument)).code, -32602);
    },
  },
  {
    name: 'logs to who asked for messages, from the level they named',
    revisions,
    async run(client) {
      const levels = async (meta = {}) => {
        const from = client.wire.heard.length;
        await client.call('log_it', {}, undefined, meta);
        const heard = client.wire.heard.slice(from);
        return heard.filter((it) => it.method === 'notifications/message').map((it) => it.params.level);
      };
      if (newest(client)) {
        assert.deepEqual(await levels(), []);
        assert.deepEqual(await levels({ [metaKeys.logLevel]: 'debug' }), ['debug', 'warning']);
        assert.deepEqual(await levels({ [metaKeys.logLevel]: 'error' }), []);
        const wrong = await client.call('log_it', {}, undefined, { [metaKeys.logLevel]: 'loud' });
        assert.equal(errorOf(wrong).code, -32602);
      } else {
        assert.deepEqual(await levels(), ['warning']);
        assert.deepEqual((await client.request('logging/setLevel', { level: 'debug' })).response.result, {});
        assert.deepEqual(await levels(), ['debug', 'warning']);
        assert.equal(errorOf(await client.request('logging/setLevel', { level: 'loud' })).code, -32602);
      }
    },
  },
  {
    name: 'tells subscribers of changes, and only of what they asked for',
    revisions: ['2026-07-28'],
    async run(client, rig) {
      const { heard } = client.wire;
      const listen = (id: string, notifications: object) =>
        client.request('subscriptions/listen', { notifications }, id);
      const of = (id: string) =>
        heard.filter((it) => it.params._meta?.[metaKeys.subscription] === id).map((it) => it.method);
      const uris = ['note://watched', 'note://text', 'note://none'];
      void listen('lists', { toolsListChanged: true, resourcesListChanged: false });
      void listen('uris', { resourceSubscriptions: uris });
      const acknowledged = 'notifications/subscriptions/acknowledged';
      await until(() => of('lists').length === 1 && of('uris').length === 1);
      // Two subscriptions asked for at once are two requests: over HTTP either may be acknowledged first.
      const acknowledgement = (id: string) =>
        heard.find((it) => it.params._meta?.[metaKeys.subscription] === id)?.params.notifications;
      assert.deepEqual(acknowledgement('lists'), { toolsListChanged: true });
      assert.deepEqual(acknowledgement('uris'), { resourceSubscriptions: ['note://watched'] });
      const [uri = ''] = uris;
      rig.endpoint.changed({ server: 'featured', workspace: 'other', what: 'resource', uri });
      rig.endpoint.changed({ server: 'contract', workspace: 'w', what: 'tools' });
      await client.call('touch', {});
      await until(() => of('lists').length === 2 && of('uris').length === 2);
      assert.deepEqual(of('lists'), [acknowledged, 'notifications/tools/list_changed']);
      assert.deepEqual(of('uris'), [acknowledged, 'notifications/resources/updated']);
      await client.wire.cancel('uris');
      await client.call('touch', {});
      await until(() => of('lists').length === 3);
      assert.equal(of('uris').length, 2);
      const wrong = [undefined, [], { toolsListChanged: 1 }, { resourceSubscriptions: [1] }];
      for (const notifications of wrong)
        assert.equal(errorOf(await listen('wrong', notifications as object)).code, -32602);
      assert.equal(errorOf(await listen('tasks', { taskIds: ['a'] })).code, -32021);
      await client.wire.cancel('lists');
    },
  },
  {
    name: 'ends subscriptions with a response when the endpoint ends',
    revisions: ['2026-07-28'],
    async run(client, rig) {
      const open = client.request(
        'subscriptions/listen',
        { notifications: { toolsListChanged: true } },
        'end',
      );
      await until(() => client.wire.heard.length === 1);
      rig.endpoint.close();
      const { result } = (await open).response;
      assert.deepEqual([result.resultType, result._meta[metaKeys.subscription]], ['complete', 'end']);
    },
  },
  {
    name: 'tells a session of changes until it unsubscribes',
    revisions: ['2025-11-25'],
    async run(client, rig) {
      await client.wire.open();
      const uri = 'note://watched';
      const heard = () => client.wire.heard.map((it) => it.method.replace('notifications/', ''));
      assert.equal(errorOf(await client.request('resources/subscribe', { uri: 'note://none' })).code, -32002);
      assert.equal(errorOf(await client.request('resources/subscribe', {})).code, -32602);
      assert.deepEqual((await client.request('resources/subscribe', { uri })).response.result, {});
      rig.endpoint.changed({ server: 'featured', workspace: 'other', what: 'resource', uri });
      await client.call('touch', {});
      await until(() => heard().length === 2);
      assert.deepEqual(heard(), ['tools/list_changed', 'resources/updated']);
      await client.request('resources/unsubscribe', { uri });
      await client.call('touch', {});
      await until(() => heard().length === 3);
      assert.equal(heard().at(-1), 'tools/list_changed');
    },
  },
  ...questionCases,
];
