import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LmcpError } from '../errors/index.js';
import { writeDaemonFile } from '../gateway/daemon-file.js';
import { thisProcess } from '../runtime/process-identity.js';
import { ensureDaemon } from './ensure-daemon.js';
import { failureIn, type Launched, launchDaemon } from './launch.js';
import { takeStartLock } from './start-lock.js';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'lmcp-ensure-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** This very process stands for the daemon. */
const appear = () =>
  writeDaemonFile(data, {
    ...thisProcess(),
    version: '1',
    url: 'http://127.0.0.1:1',
    socket: join(data, 'x.sock'),
    token: 't',
    startedAt: '',
  });
const launched = (failure?: LmcpError): Launched => ({ failure: () => failure, release: () => undefined });
const dead = { pid: 999_999_999, started: '' };
const lock = () => join(data, 'starting.lock');

describe('ensuring a daemon', () => {
  it('tells at once why a start failed', async () => {
    const failure = new LmcpError('LMCP_DATA_VERSION', 'format 99');
    const began = performance.now();
    await expect(ensureDaemon(data, '/', { launch: () => launched(failure) })).rejects.toBe(failure);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(existsSync(lock())).toBe(false);
  });

  it('launches again while the one before still closes', async () => {
    const failure = new LmcpError('LMCP_DATA_LOCKED', 'Process 1 uses it.');
    let launches = 0;
    const launch = () => {
      launches += 1;
      if (launches < 3) return launched(failure);
      appear();
      return launched();
    };
    expect(await ensureDaemon(data, '/', { launch })).toMatchObject({ pid: process.pid });
    expect(launches).toBe(3);
    expect(existsSync(lock())).toBe(false);
  });

  it('names the lock when it stays held', async () => {
    const failure = new LmcpError('LMCP_DATA_LOCKED', 'Process 1 uses it.');
    const ensured = ensureDaemon(data, '/', { launch: () => launched(failure), waitMs: 300 });
    await expect(ensured).rejects.toBe(failure);
  });

  it('waits for no starter that died', async () => {
    writeFileSync(lock(), JSON.stringify(dead));
    const launch = () => {
      appear();
      return launched();
    };
    expect(await ensureDaemon(data, '/', { launch, waitMs: 500 })).toMatchObject({ pid: process.pid });
  });
});

describe('the lock of a starter', () => {
  it('is held by a living one', () => {
    expect(takeStartLock(lock())).toBe(true);
    expect(takeStartLock(lock())).toBe(false);
    expect(existsSync(lock())).toBe(true);
  });

  it('is unsigned for a moment only', () => {
    writeFileSync(lock(), '');
    expect(takeStartLock(lock())).toBe(false);
    expect(existsSync(lock())).toBe(true);
    utimesSync(lock(), 1, 1);
    expect(takeStartLock(lock())).toBe(false);
    expect(takeStartLock(lock())).toBe(true);
  });
});

describe('a launched daemon', () => {
  const failureOf = async (script: string) => {
    const program = join(data, 'program.mjs');
    writeFileSync(program, script);
    const child = launchDaemon(data, '/', program);
    const until = Date.now() + 10_000;
    while (!child.failure() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    child.release();
    expect(readdirSync(data)).toEqual(['program.mjs']);
    return child.failure();
  };

  it('has the failure it printed', async () => {
    const script = `console.log(JSON.stringify({ error: { code: 'LMCP_DISK', message: 'no', hint: '' } })); process.exitCode = 1;`;
    expect(await failureOf(script)).toMatchObject({ code: 'LMCP_DISK', message: 'no' });
  });

  it('has the words of one that crashed, without its stack', async () => {
    const failure = await failureOf(`throw new TypeError('broken');`);
    expect(failure).toMatchObject({ code: 'LMCP_NO_DAEMON' });
    expect(failure?.message).toContain('TypeError: broken');
    expect(failure?.message).not.toContain('program.mjs');
  });

  it('has a code of ours or none', () => {
    expect(failureIn('{"error":{"code":"X","message":"m"}}', 'ended with 1', data).code).toBe(
      'LMCP_NO_DAEMON',
    );
    expect(failureIn('', 'ended with SIGKILL', data).message).toContain('ended with SIGKILL');
  });
});
