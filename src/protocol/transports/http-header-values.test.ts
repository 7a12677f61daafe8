/** The Base64 sentinel: what an encoder writes is read, everything near it is malformed or literal. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeHeader, paramHeaders } from './http-header-values.js';

it.each([
  ['plain', 'plain'],
  ['', ''],
  ['=?base64?SGVsbG8=?=', 'Hello'],
  ['=?base64??=', ''],
  ['=?base64?SGVsbG8=', '=?base64?SGVsbG8='],
  ['SGVsbG8=?=', 'SGVsbG8=?='],
  ['=?BASE64?SGVsbG8=?=', '=?BASE64?SGVsbG8=?='],
  ['=?base64?SGVsbG8?=', undefined],
  ['=?base64?SGVs!!!bG8=?=', undefined],
  ['=?base64?/w==?=', undefined],
  ['grün', undefined],
  [undefined, undefined],
])('reads %j as %j', (value, text) => {
  expect(decodeHeader(value)).toBe(text);
});

it('reads whatever was encoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(decodeHeader(`=?base64?${Buffer.from(text).toString('base64')}?=`)).toBe(text);
    }),
  );
});

it('tells a malformed argument from a missing one', () => {
  const headers = { 'mcp-param-a': 'x', 'mcp-param-b': '=?base64?!?=', other: 'y' };
  expect(paramHeaders(headers)).toEqual({ 'mcp-param-a': 'x', 'mcp-param-b': null });
});
