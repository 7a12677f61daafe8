import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles, takeLock } from '../journal/index.js';
import { isRunning, lockView, thisProcess } from '../runtime/process-identity.js';
import { findDaemon, writeDaemonFile } from './daemon-file.js';

const folder = () => mkdtempSync(join(tmpdir(), 'lmcp-identity-'));
const rest = { version: '1', url: 'http://127.0.0.1:1', socket: '/s', token: 't', startedAt: 'now' };

describe('process identity', () => {
  it('knows itself, and not a later holder of its pid', () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ pid: 999_999_999, started: '' })).toBe(false);
    if (thisProcess().started !== '') expect(isRunning({ pid: process.pid, started: '1' })).toBe(false);
  });

  it('takes over the lock of a dead process or a reused pid, not of a living one; one of many gets it', async () => {
    const data = folder();
    const random = (size: number) => new Uint8Array(randomBytes(size));
    const lock = (pid: number, mark: string) =>
      writeFileSync(join(data, 'LOCK'), JSON.stringify({ pid, mark, token: 'x' }));
    const take = () => takeLock(nodeFiles, data, { process: lockView(), random });
    lock(999_999_999, '5');
    await (await take())();
    if (thisProcess().started !== '') {
      lock(process.ppid, '1');
      await (await take())();
    }
    lock(process.ppid, '');
    await expect(take()).rejects.toMatchObject({ code: 'LMCP_DATA_LOCKED' });
    lock(999_999_999, '5');
    const as = (pid: number) =>
      takeLock(nodeFiles, data, { process: { pid, isAlive: (other) => other < 9 }, random });
    const raced = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(as));
    expect(raced.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1);
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
