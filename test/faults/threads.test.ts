/** A thread that dies, in every role: what it held is there again at the next request, and the others go on. */
import { mkdtempSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import workerThreads, { type Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Daemon } from '../../src/gateway/index.js';
import { until } from '../daemon.js';
import { structuredOf } from '../http-call.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const made: { readonly name: string; readonly worker: Worker }[] = [];
const RealWorker = workerThreads.Worker;

class NamedWorker extends RealWorker {
  constructor(...[url, options]: ConstructorParameters<typeof RealWorker>) {
    super(url, options);
    made.push({ name: options?.name ?? '', worker: this });
  }
}

const log: string[] = [];
let daemon: Daemon;
let repository: TestRepository;

beforeAll(async () => {
  workerThreads.Worker = NamedWorker;
  syncBuiltinESMExports();
  process.env.XDG_RUNTIME_DIR = mkdtempSync(join(tmpdir(), 'lmcp-run-'));
  const dist = join(import.meta.dirname, '..', '..', 'dist', 'src');
  const { startDaemon } = (await import(
    join(dist, 'gateway', 'index.js')
  )) as typeof import('../../src/gateway/index.js');
  const { defaultConfig } = (await import(
    join(dist, 'runtime', 'index.js')
  )) as typeof import('../../src/runtime/index.js');
  repository = new TestRepository().withHabits(40);
  daemon = await startDaemon({
    data: mkdtempSync(join(tmpdir(), 'lmcp-data-')),
    config: defaultConfig(),
    version: '0',
    repo: repository.root,
    port: 0,
    log: (_, text) => log.push(text),
  });
});
afterAll(async () => {
  await daemon.stop('test');
  workerThreads.Worker = RealWorker;
  syncBuiltinESMExports();
});

/** A whole round: ask, and settle the answer durably. */
async function round(): Promise<boolean> {
  const asked = await structuredOf(daemon, 'related_files', { paths: ['src/printer.ts'] });
  if (typeof asked?.prediction !== 'string') return false;
  const settled = await structuredOf(daemon, 'give_feedback', {
    prediction: asked.prediction,
    accepted: true,
  });
  return settled?.settled === true;
}

function kill(name: string): Promise<number> {
  const worker = made.filter((it) => it.name === name).at(-1)?.worker;
  if (!worker) throw new Error(`no thread ${name} among ${made.map((it) => it.name)}`);
  return worker.terminate();
}

describe('a thread that dies', () => {
  it(verifies('faults:threads'), async () => {
    await until('the first round', round, 20_000);
    for (const name of ['development', 'journal', 'learning', 'journal']) {
      await kill(name);
      await until(`a round after ${name} died`, round, 10_000);
      expect(log.some((line) => line.includes(`${name} thread ended`))).toBe(true);
    }
    const response = await fetch(new URL('/api/replay-all', daemon.url), {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    expect(await response.json()).toMatchObject({ equal: true });
  }, 60_000);
});
