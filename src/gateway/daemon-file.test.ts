import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isRunning, thisProcess } from '../runtime/process-identity.js';
import { findDaemon, lockData, writeDaemonFile } from './daemon-file.js';

const folder = () => mkdtempSync(join(tmpdir(), 'lmcp-identity-'));
const rest = { version: '1', url: 'http://127.0.0.1:1', socket: '/s', token: 't', startedAt: 'now' };

describe('process identity', () => {
  it('knows itself, and not a later holder of its pid', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ pid: 999_999_999, started: '' })).toBe(false);
    if (thisProcess().started !== '') expect(isRunning({ pid: process.pid, started: '1' })).toBe(false);
  });

  it('takes over the lock of a dead process, not of a living one', () => {
    const data = folder();
    writeFileSync(join(data, 'daemon.lock'), JSON.stringify({ pid: 999_999_999, started: '5' }));
    lockData(data)();
    const parent = { pid: process.ppid, started: '' };
    writeFileSync(join(data, 'daemon.lock'), JSON.stringify(parent));
    expect(() => lockData(data)).toThrow(/uses/);
  });

  it('does not take a reused pid for the daemon', () => {
    const data = folder();
    writeDaemonFile(data, { ...rest, ...thisProcess() });
    expect(findDaemon(data)?.pid).toBe(process.pid);
    if (thisProcess().started === '') return;
    writeDaemonFile(data, { ...rest, pid: process.pid, started: '1' });
    expect(findDaemon(data)).toBeUndefined();
  });
});
