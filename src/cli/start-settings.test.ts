import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { versionWarning } from './daemon-version.js';
import { ignoredBy, startSettings } from './start-settings.js';
import { checkToken, tokenSource } from './token-source.js';

const secret = 'A-token.of_24~characters';

describe('a token', () => {
  it('that is short is taken, with a warning', () => {
    const said: string[] = [];
    expect(checkToken('short', (text) => said.push(text))).toBe('short');
    expect(said).toEqual([expect.stringContaining('can be guessed')]);
    expect(checkToken('a-token-of-our-own-0', (text) => said.push(text))).toBe('a-token-of-our-own-0');
    expect(said).toHaveLength(1);
  });
});

describe('the options of start', () => {
  it('are read', () => {
    expect(startSettings({ port: '0', token: secret, idleMinutes: '0.5' })).toEqual({
      port: 0,
      token: secret,
      idleMinutes: 0.5,
    });
    expect(startSettings({})).toEqual({});
    expect(startSettings({ conformance: true })).toEqual({ conformance: true });
  });

  it.each([
    [{ port: '99999' }, /0 to 65535/],
    [{ port: '' }, /0 to 65535/],
    [{ port: '1.5' }, /0 to 65535/],
    [{ idleMinutes: '-1' }, /from 0 upwards/],
    [{ token: '' }, /letters, digits/],
    [{ token: 'sixteen letters and a blank' }, /may hold/],
  ])('are refused out of range: %o', (options, message) => {
    expect(() => startSettings(options)).toThrow(
      expect.objectContaining({ code: 'LMCP_USAGE', message: expect.stringMatching(message) }),
    );
  });

  it('are said to be ignored where a running daemon differs', () => {
    const running = { url: 'http://127.0.0.1:7357', token: secret };
    expect(ignoredBy(running, { port: 7357, token: secret })).toEqual([]);
    expect(ignoredBy(running, { port: 0 })).toEqual([]);
    const all = { port: 80, token: `${secret}2`, idleMinutes: 1, conformance: true } as const;
    expect(ignoredBy(running, all)).toEqual(['--port', '--token', '--idle-minutes', '--conformance']);
  });
});

describe('the place of the token', () => {
  it('is the file only while the daemon uses the kept one', () => {
    const data = mkdtempSync(join(tmpdir(), 'lmcp-token-'));
    expect(tokenSource(data, secret)).toBe('as given with --token');
    writeFileSync(join(data, 'token'), `${secret}\n`);
    expect(tokenSource(data, secret)).toBe(join(data, 'token'));
    expect(tokenSource(data, `${secret}2`)).toBe('as given with --token');
    rmSync(data, { recursive: true });
  });
});

describe('the version', () => {
  it('is told when the daemon has another', () => {
    expect(versionWarning({ pid: 7, version: '1.0.0' }, '1.0.0')).toBeUndefined();
    const warning = versionWarning({ pid: 7, version: '1.0.0' }, '1.1.0');
    expect(warning).toMatch(/1\.1\.0.*1\.0\.0.*lmcp stop/);
  });
});
