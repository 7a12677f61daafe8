/**
 * An endless row of messages nobody should send: valid ones with their bytes or values changed, and plain noise.
 * It exists for the fuzz tests and for measurements under bad traffic.
 * Invariant: the same seed gives the same row; a message holds no newline and is small.
 */

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'f', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    sampling: {},
    roots: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
  progressToken: 1,
};
const prompt = { type: 'ref/prompt', name: 'greet' };

const requests: readonly (readonly [string, object])[] = [
  [
    'initialize',
    { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'f', version: '1' } },
  ],
  ['ping', {}],
  ['server/discover', {}],
  ['tools/list', { cursor: 'abc' }],
  ['tools/call', { name: 'ping_me', arguments: {} }],
  ['tools/call', { name: 'ask_twice', arguments: {}, inputResponses: { name: { action: 'accept' } } }],
  ['tools/call', { name: 'ask_twice', arguments: {}, requestState: 'YWJj.ZGVm' }],
  ['tools/call', { name: 'short', arguments: {} }],
  ['tools/call', { name: 'mirrored', arguments: { region: 'x' } }],
  ['resources/list', {}],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 'note://text' }],
  ['resources/read', { uri: 'note://by/a/b' }],
  ['resources/subscribe', { uri: 'note://watched' }],
  ['prompts/list', {}],
  ['prompts/get', { name: 'greet', arguments: { who: 'a' } }],
  ['completion/complete', { ref: prompt, argument: { name: 'who', value: '' } }],
  ['logging/setLevel', { level: 'debug' }],
  ['subscriptions/listen', { notifications: { toolsListChanged: true } }],
  ['tasks/get', { taskId: 'featured.x' }],
  ['tasks/update', { taskId: 'featured.x', inputResponses: {} }],
  ['notifications/cancelled', { requestId: 1 }],
];

const odd: readonly string[] = [
  'null',
  '-1',
  '1e400',
  '{}',
  '[]',
  '""',
  'true',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"a":1,"a":2}',
  '"\\u0000"',
  '"\\ud800"',
  '[[[[[[[[]]]]]]]]',
];

/** The next message of the row. */
export function seededMessages(seed: number): () => Buffer {
  const random = mulberry32(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  let id = 0;

  const valid = () => {
    const [method, params] = pick(requests);
    id += 1;
    const known = random() < 0.6 ? { ...params, _meta: meta } : params;
    return JSON.stringify({ jsonrpc: '2.0', id, method, params: known });
  };
  /** Another value in place of one of its own. */
  const swapped = () => {
    const text = valid();
    const values = [...text.matchAll(/:("[^"]*"|\d+|true|\{\}|\[\])/g)];
    const at = values[below(values.length)];
    return at === undefined
      ? text
      : text.slice(0, at.index + 1) + pick(odd) + text.slice(at.index + at[0].length);
  };
  /** Some of its bytes replaced, doubled or cut. */
  const mutated = () => {
    let bytes = Buffer.from(random() < 0.5 ? valid() : swapped());
    for (let edits = 1 + below(4); edits > 0; edits -= 1) {
      const at = below(bytes.length + 1);
      const added = Buffer.from(Array.from({ length: below(4) }, () => below(256)));
      bytes = Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + below(5))]);
    }
    return bytes;
  };
  const noise = () => Buffer.from(Array.from({ length: below(200) }, () => below(256)));
  return () => {
    const way = random();
    const bytes =
      way < 0.1
        ? Buffer.from(valid())
        : way < 0.4
          ? Buffer.from(swapped())
          : way < 0.85
            ? mutated()
            : noise();
    return Buffer.from(bytes.filter((byte) => byte !== 0x0a));
  };
}

/** A small generator of 32 bits of state (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
