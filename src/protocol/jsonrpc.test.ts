/** The fixed layout of responses, and what is read back from it without parsing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, errors, LmcpError } from '../errors/index.js';
import {
  encodeError,
  encodeNotification,
  encodePrebuilt,
  encodeResult,
  idOf,
  prebuilt,
  statusOf,
} from './jsonrpc.js';

const id = fc.oneof(fc.integer(), fc.string(), fc.constantFrom(',"id":1}', '","id":"', '\\","id":2'));
const parsed = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

describe('responses', () => {
  it('are JSON-RPC and give their id back, whatever the id and the content are', () => {
    fc.assert(
      fc.property(id, fc.jsonValue(), (given, result) => {
        // JSON knows no negative zero.
        const expected = Object.is(given, -0) ? 0 : given;
        const error = new LmcpError('LMCP_PARSE', String(given), { data: { result } });
        for (const bytes of [
          encodeResult(given, JSON.stringify(result)),
          encodePrebuilt(prebuilt(result), given),
          encodeError(given, error),
        ]) {
          expect(parsed(bytes)).toMatchObject({ jsonrpc: '2.0', id: expected });
          expect(idOf(bytes)).toBe(expected);
        }
      }),
    );
  });

  it('have no newline inside, so that a line is a message', () => {
    expect(encodeResult('a\nb', JSON.stringify('c\nd')).includes(0x0a)).toBe(false);
  });

  it('leave the id out where there is none', () => {
    const bytes = encodeError(undefined, new LmcpError('LMCP_PARSE', ',"id":5}'));
    expect('id' in parsed(bytes)).toBe(false);
    expect(idOf(bytes)).toBeUndefined();
    expect(idOf(encodeNotification('notifications/progress', { a: [',"id":5}'], id: 5 }))).toBeUndefined();
    expect(idOf(Buffer.from('nonsense,"id":{'))).toBeUndefined();
  });

  it('carry code, hint and retry, and nothing else of the error', () => {
    const error = new LmcpError('LMCP_OVERLOADED', 'Busy.', { cause: new Error('secret') });
    expect(parsed(encodeError(1, error)).error).toEqual({
      code: errors.LMCP_OVERLOADED.wire,
      message: 'Busy.',
      data: { code: 'LMCP_OVERLOADED', hint: errors.LMCP_OVERLOADED.hint, retry: true },
    });
  });
});

describe('statusOf', () => {
  it('is 200 for a result, even one that looks like an error', () => {
    expect(statusOf(encodeResult(1, '{"error":{"code":-32601}}'))).toBe(200);
  });

  it.each([
    ['LMCP_PARSE', 400],
    ['LMCP_UNKNOWN_METHOD', 404],
    ['LMCP_INVALID_PARAMS', 400],
    ['LMCP_UNKNOWN_TOOL', 400],
    ['LMCP_HEADER_MISMATCH', 400],
    ['LMCP_UNSUPPORTED_REVISION', 400],
    ['LMCP_INTERNAL', 500],
    ['LMCP_OVERLOADED', 503],
    ['LMCP_SERVER_DOWN', 503],
    ['LMCP_CANCELLED', 499],
  ] as [ErrorCode, number][])('of %s is %i', (code, status) => {
    expect(statusOf(encodeError('x', new LmcpError(code, 'm')))).toBe(status);
  });
});

describe('the registry', () => {
  // 2026-07-28, basic, Error Codes: -32000..-32019 are legacy (-32002 is 2025-11-25's "resource not found"), -32020..-32099
  // only the specification may fill.
  it('uses no reserved code that the specification does not define', () => {
    const reserved = Object.values(errors)
      .map(({ wire }) => wire)
      .filter((wire) => wire <= -32000 && wire >= -32099);
    expect([...new Set(reserved)].sort()).toEqual([-32002, -32020, -32021, -32022]);
  });
});
