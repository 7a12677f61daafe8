/** requestState: bound to request, caller and time, whatever is done to its text. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Bound, createStateSigner } from './request-state.js';

let clock = 0;
const signer = createStateSigner(Buffer.alloc(32, 7), () => clock, 's');
const context = { workspace: 'w', session: 'c', principal: 'p', transport: 'http' } as const;
const bound: Bound = { method: 'tools/call', name: 'n', arguments: { a: 1, b: { c: 2, d: 3 } }, context };
const answers = { name: { action: 'accept' } };
const refused = expect.objectContaining({ code: 'LMCP_REQUEST_STATE' });

it('comes back with what was answered, in any order of arguments', () => {
  const state = signer.sign(answers, bound);
  expect(signer.open(state, bound)).toEqual(answers);
  expect(signer.open(state, { ...bound, arguments: { b: { d: 3, c: 2 }, a: 1 } })).toEqual(answers);
});

it.each<[string, Partial<Bound>]>([
  ['another method', { method: 'prompts/get' }],
  ['another name', { name: 'm' }],
  ['other arguments', { arguments: { a: 1 } }],
  ['another workspace', { context: { ...context, workspace: 'v' } }],
  ['another principal', { context: { ...context, principal: 'q' } }],
  ['no principal', { context: { workspace: 'w', session: 'p', transport: 'http' } }],
])('is refused for %s', (_, other) => {
  const state = signer.sign(answers, bound);
  expect(() => signer.open(state, { ...bound, ...other })).toThrow(refused);
});

it('is refused under another key', () => {
  const other = createStateSigner(Buffer.alloc(32, 8), () => clock, 's');
  expect(() => other.open(signer.sign(answers, bound), bound)).toThrow(refused);
});

it('is refused by another server of the same key', () => {
  const other = createStateSigner(Buffer.alloc(32, 7), () => clock, 't');
  expect(() => other.open(signer.sign(answers, bound), bound)).toThrow(refused);
  expect(() => signer.open(other.sign(answers, bound), bound)).toThrow(refused);
});

it('expires', () => {
  clock = 1_000_000;
  const state = signer.sign(answers, bound);
  clock += 15 * 60_000;
  expect(signer.open(state, bound)).toEqual(answers);
  clock += 1;
  expect(() => signer.open(state, bound)).toThrow(refused);
});

it('is refused after any change of its text', () => {
  const state = signer.sign(answers, bound);
  const change = fc.tuple(fc.nat(state.length), fc.nat(2), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(change, ([at, cut, add]) => {
      const changed = state.slice(0, at) + add + state.slice(at + cut);
      fc.pre(changed !== state);
      expect(() => signer.open(changed, bound)).toThrow(refused);
    }),
    { numRuns: 2000 },
  );
});

it('is not made larger than a client should carry', () => {
  expect(() => signer.sign({ a: 'x'.repeat(300_000) }, bound)).toThrow(
    expect.objectContaining({ code: 'LMCP_ANSWER_TOO_LARGE' }),
  );
});
