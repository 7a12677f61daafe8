/** Bytes from outside: bounds, codes, and that nothing at all makes the reader throw. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, type Message, parseMessage } from './message.js';

const read = (value: unknown): Message => parseMessage(Buffer.from(JSON.stringify(value)));
const code = (message: Message) => (message.kind === 'invalid' ? message.error.wire : undefined);
const nested = (depth: number) =>
  Buffer.from(
    `{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`,
  );

describe('parseMessage', () => {
  it('tells requests, notifications and responses apart', () => {
    expect(read({ jsonrpc: '2.0', id: 'a', method: 'm', params: { x: 1 } })).toEqual({
      kind: 'request',
      id: 'a',
      method: 'm',
      params: { x: 1 },
    });
    expect(read({ jsonrpc: '2.0', method: 'm' })).toEqual({
      kind: 'notification',
      method: 'm',
      params: undefined,
    });
    expect(read({ jsonrpc: '2.0', id: 1, error: {} }).kind).toBe('response');
  });

  it('keeps the id of an invalid message where it can be read', () => {
    expect(read({ jsonrpc: '2.0', id: 7, method: 1 })).toMatchObject({ kind: 'invalid', id: 7 });
    expect(read({ jsonrpc: '2.0', id: {}, method: 1 })).toMatchObject({ kind: 'invalid', id: undefined });
  });

  it.each([
    [Number.MAX_SAFE_INTEGER, 'request'],
    [Number.MAX_SAFE_INTEGER + 1, 'invalid'],
    ['x'.repeat(limits.id), 'request'],
    ['x'.repeat(limits.id + 1), 'invalid'],
    ['', 'request'],
    [true, 'invalid'],
  ])('takes the id %s as a %s', (id, kind) => {
    expect(read({ jsonrpc: '2.0', id, method: 'm' }).kind).toBe(kind);
  });

  it('bounds depth exactly, and counts no bracket inside a string', () => {
    expect(parseMessage(nested(limits.depth)).kind).toBe('request');
    expect(code(parseMessage(nested(limits.depth + 1)))).toBe(-32600);
    expect(read({ jsonrpc: '2.0', id: 1, method: '"['.repeat(200) }).kind).toBe('request');
  });

  it('bounds size', () => {
    const padded = Buffer.alloc(limits.bytes, 0x20);
    padded.write('{"jsonrpc":"2.0","id":1,"method":"m"}');
    expect(parseMessage(padded).kind).toBe('request');
    expect(code(parseMessage(Buffer.concat([padded, Buffer.from(' ')])))).toBe(-32600);
  });

  it('takes the last of doubled members, as JSON.parse does, in both halves alike', () => {
    const doubled = '{"jsonrpc":"2.0","id":1,"id":2,"method":"a","method":"b","params":{"x":1,"x":2}}';
    expect(parseMessage(Buffer.from(doubled))).toEqual({
      kind: 'request',
      id: 2,
      method: 'b',
      params: { x: 2 },
    });
  });

  it('takes __proto__ and constructor as names like any other', () => {
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"m","__proto__":{"method":"x"},"params":{"__proto__":{"p":1}}}';
    const message = parseMessage(Buffer.from(text));
    expect(message).toMatchObject({ kind: 'request', method: 'm' });
    expect(Object.getPrototypeOf(message.kind === 'request' && message.params)).toBe(Object.prototype);
    expect(({} as { p?: number }).p).toBeUndefined();
  });

  it('never throws, and calls bytes a parse error exactly when they are no JSON', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string().map((s) => Buffer.from(s)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        let json = true;
        try {
          JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body));
        } catch {
          json = false;
        }
        expect(code(parseMessage(body)) === -32700).toBe(!json);
      }),
      { numRuns: 2000 },
    );
  });

  it('says of any JSON value what the specification says', () => {
    const part = fc.oneof(fc.jsonValue(), fc.constant(undefined));
    const messages = fc.record({
      jsonrpc: fc.constantFrom('2.0', '1.0', 2, undefined),
      id: fc.oneof(fc.integer(), fc.string(), fc.constantFrom(null, 1.5, undefined), fc.jsonValue()),
      method: fc.oneof(fc.string(), part),
      params: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), part),
    });
    fc.assert(
      fc.property(messages, (value) => {
        const { id, method, params } = value;
        const isObject = typeof params === 'object' && params !== null && !Array.isArray(params);
        const wellFormed =
          value.jsonrpc === '2.0' && typeof method === 'string' && (params === undefined || isObject);
        const goodId = typeof id === 'string' || Number.isSafeInteger(id);
        const expected =
          !wellFormed || (id !== undefined && !goodId)
            ? 'invalid'
            : id === undefined
              ? 'notification'
              : 'request';
        expect(read(value).kind).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
