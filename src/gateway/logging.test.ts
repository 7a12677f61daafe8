import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from './logging.js';

describe('log', () => {
  it('is private, redacted, and begins anew when it is large', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'lmcp-log-')), 'daemon.log');
    const log = openLog(path, { version: '1' });
    log('error', 'could not fetch https://ada:Sw0rdfish-9@example.org/x');
    expect(readFileSync(path, 'utf8')).not.toContain('Sw0rdfish-9');
    expect(statSync(path).mode & 0o077).toBe(0);
    const text = 'a line about nothing in particular, again and again. '.repeat(1_000);
    for (let i = 0; i < 250; i++) log('info', text);
    expect(statSync(`${path}.1`).size).toBeGreaterThan(5 * 1024 * 1024);
    expect(statSync(path).size).toBeLessThan(9 * 1024 * 1024);
  });
});
