/**
 * A server thread that dies, hangs or leaks while it and another are under load: how long until it answers again, what its callers
 * are told, and what the other notices. Bounds are for a machine that does other things too; the times are printed.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LmcpError } from '../../src/errors/index.js';
import type { CallSink } from '../../src/protocol/index.js';
import type { CatalogueEntry, Threads } from '../../src/runtime/index.js';

const LIMIT_MB = 96;
const sink: CallSink = { notify: () => undefined, ask: () => Promise.reject(new Error('nobody')) };
const log: string[] = [];
let threads: Threads;

beforeAll(async () => {
  const runtime = join(import.meta.dirname, '..', '..', 'dist', 'src', 'runtime', 'index.js');
  const { Threads, defaultConfig } = (await import(runtime)) as typeof import('../../src/runtime/index.js');
  const catalogue = await Promise.all(
    ['victim', 'bystander'].map(async (name): Promise<CatalogueEntry> => {
      const module = new URL(`./fixtures/troubled-server.mjs?name=${name}`, import.meta.url);
      const { server } = (await import(module.href)) as { server: { surface: CatalogueEntry['surface'] } };
      return { name, surface: server.surface, module, tasks: [] };
    }),
  );
  const config = defaultConfig();
  threads = new Threads({
    data: mkdtempSync(join(tmpdir(), 'lmcp-data-')),
    config: { ...config, memory: { ...config.memory, learning: LIMIT_MB } },
    catalogue,
    info: { name: 'test', title: 'Test', version: '0' },
    stateKey: new Uint8Array(32),
    rootOf: () => null,
    log: (_, text) => log.push(text),
  });
  await Promise.all([call('victim', 'echo'), call('bystander', 'echo')]);
}, 60_000);
afterAll(() => threads.end());

let id = 0;
async function call(server: string, deed: string): Promise<unknown> {
  id += 1;
  const name = `${server}_act`;
  const message = { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: { deed } } };
  const bytes = await threads.forward(
    {
      server,
      revision: '2025-11-25',
      body: Buffer.from(JSON.stringify(message)),
      expect: { method: 'tools/call', name },
      context: { workspace: 'test', session: `session-${server}`, transport: 'internal' },
    },
    sink,
    new AbortController().signal,
  );
  const response = JSON.parse(Buffer.from(bytes).toString()) as {
    id: number;
    result?: { structuredContent: { deed: string } };
  };
  expect(response.id).toBe(message.id);
  return response.result?.structuredContent.deed;
}

/** Calls over and over, a few at a time, until told to stop; what fails is tried again at once. */
function load(server: string, deed = 'echo', callers = 4) {
  const took: { readonly at: number; readonly ms: number }[] = [];
  const failures: LmcpError[] = [];
  let on = true;
  const one = async () => {
    while (on) {
      const at = performance.now();
      try {
        await call(server, deed);
        took.push({ at, ms: performance.now() - at });
      } catch (error) {
        failures.push(error as LmcpError);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      // Paced: the load is there to be disturbed, not to fill the machine.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const running = Promise.all(Array.from({ length: callers }, one));
  const stop = async () => {
    on = false;
    await running;
  };
  return { took, failures, stop };
}

function p99(took: readonly { readonly ms: number }[]): number {
  const sorted = took.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const loads: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of loads.splice(0)) await each.stop();
  // A thread that has lived for ten seconds is forgiven its deaths.
  await pause(10_500);
});

async function started(server: string, deed?: string, callers?: number) {
  const it = load(server, deed, callers);
  loads.push(it);
  return it;
}

/** The victim's answer, once it may be asked again. */
async function answered(): Promise<unknown> {
  for (let tries = 0; ; tries++) {
    try {
      return await call('victim', 'echo');
    } catch (error) {
      if (tries === 20) throw error;
      await pause(Number((error as LmcpError).data?.retryAfterMs) + 20);
    }
  }
}

async function victim() {
  return (await threads.status()).servers.victim;
}

describe('a server thread under load', () => {
  it.each([
    ['exits', 'exit', /exit code 7/],
    ['throws what nobody catches', 'throw', /uncaught in a tool/],
    ['hangs', 'hang', /did not answer for \d+ ms/],
  ])(
    'that %s answers again soon, and the other goes on',
    async (_, deed, reason) => {
      const before = (await victim())?.restarts ?? 0;
      const other = await started('bystander');
      const own = await started('victim');
      await pause(1_500);
      const calm = p99(other.took);
      const began = performance.now();
      const cause = await call('victim', deed).then(
        () => undefined,
        (error: LmcpError) => error,
      );
      const told = performance.now() - began;
      await pause(1_500);
      await other.stop();
      await own.stop();
      const again = own.took
        .filter(({ at, ms }) => at > began + 1 && at + ms > began + told)
        .map(({ at, ms }) => at + ms);
      const down = Math.min(...again) - began;
      const disturbed = p99(other.took.filter(({ at }) => at > began));
      process.stdout.write(
        `  ${deed}: told after ${told.toFixed(0)} ms, answers again after ${down.toFixed(0)} ms; the other's p99 ${calm.toFixed(2)} → ${disturbed.toFixed(2)} ms, ${own.failures.length} calls refused\n`,
      );
      expect(cause).toMatchObject({ code: 'LMCP_SERVER_DOWN', retry: true });
      expect(cause?.message).toMatch(reason);
      expect(own.failures.every((error) => error.code === 'LMCP_SERVER_DOWN')).toBe(true);
      expect(down).toBeLessThan(3_000);
      expect(other.failures).toEqual([]);
      expect(disturbed).toBeLessThan(Math.max(5 * calm, 100));
      expect(log.some((line) => line.includes('victim thread ended') && reason.test(line))).toBe(true);
      const now = await victim();
      expect(now?.restarts).toBe(before + 1);
      expect(now?.lastDeath?.reason).toMatch(reason);
    },
    60_000,
  );

  it.each([
    ['heap', /heap grew past 96 MiB|it held \d+ MiB of heap and \d+ MiB beside it, and may hold 96/],
    ['buffers', /it held \d+ MiB of heap and \d+ MiB beside it, and may hold 96/],
  ])(
    'that leaks %s is stopped by its own limit',
    async (deed, reason) => {
      const other = await started('bystander');
      const rss = process.memoryUsage().rss;
      let highest = rss;
      const own = await started('victim', deed, 2);
      const began = performance.now();
      while (own.failures.length === 0 && performance.now() - began < 20_000) {
        highest = Math.max(highest, process.memoryUsage().rss);
        await pause(10);
      }
      const took = performance.now() - began;
      await own.stop();
      await other.stop();
      const grown = (highest - rss) / 2 ** 20;
      process.stdout.write(
        `  ${deed}: stopped after ${took.toFixed(0)} ms and ${own.took.length} calls; the process grew by ${grown.toFixed(0)} MiB; ${own.failures[0]?.message}\n`,
      );
      expect(own.failures[0]).toMatchObject({ code: 'LMCP_SERVER_DOWN', retry: true });
      expect(own.failures[0]?.message).toMatch(reason);
      expect(grown).toBeLessThan(8 * LIMIT_MB);
      expect(other.failures).toEqual([]);
      expect(await answered()).toBe('echo');
      expect((await victim())?.memory.limitBytes).toBe(LIMIT_MB * 2 ** 20);
    },
    60_000,
  );

  it('that makes garbage, waits, or takes a long slice is left alone', async () => {
    const before = (await victim())?.restarts ?? 0;
    const deeds = ['garbage', 'wait', 'slice', 'slice', 'wait', 'garbage'];
    for (let round = 0; round < 3; round++) await Promise.all(deeds.map((deed) => call('victim', deed)));
    expect((await victim())?.restarts).toBe(before);
  }, 60_000);

  it('that dies again and again stays down for a while, and says for how long', async () => {
    let refusal: LmcpError | undefined;
    for (let deaths = 0; deaths < 8 && !refusal; deaths++) {
      const began = performance.now();
      const error = (await call('victim', 'exit').catch((e: unknown) => e)) as LmcpError;
      expect(error.code).toBe('LMCP_SERVER_DOWN');
      if (/failed too often/.test(error.message)) {
        refusal = error;
        expect(performance.now() - began).toBeLessThan(100);
      }
    }
    const wait = Number(refusal?.data?.retryAfterMs);
    expect(wait).toBeGreaterThan(0);
    await pause(wait + 50);
    expect(await call('victim', 'echo')).toBe('echo');
  }, 60_000);
});
