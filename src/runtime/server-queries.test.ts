/** What a server thread announces as slow when it is asked: what keeps its processor busy, and never a wait. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { AnyLearner } from '../learning/index.js';
import { defineServer } from '../protocol/index.js';
import { CaptureBudget, captureMemory } from './capture-budget.js';
import { journalInMemory } from './contract/journal-in-memory.js';
import type { DomainServer } from './domain-server.js';
import { LearnerHost } from './learner-host.js';
import { memoryLinks } from './link.js';
import type { GatewayMethods, ServerMethods } from './messages.js';
import { answer, Peer } from './peer.js';
import { serverService } from './server-service.js';
import type { Services } from './services.js';

const WORKSPACE = 'w';

/** A server thread's service behind a line, with one learner and an import that ends when the test says so. */
function scene() {
  const seen = { slow: 0, heldAt: [] as number[], imported: () => {} };
  const learner: AnyLearner = {
    task: 'holds',
    consumes: [],
    learnOne: () => undefined,
    predictOne: () => ({
      answer: null,
      confidence: null,
      evidence: { n: 0, interval: null, references: [] },
      baseline: null,
      mode: 'insufficient',
    }),
    settle: () => [],
    scorecards: () => {
      seen.heldAt.push(seen.slow);
      return [];
    },
    snapshot: () => {
      seen.heldAt.push(seen.slow);
      return new Uint8Array();
    },
    restore: () => undefined,
  };
  const ready = new Promise<void>((resolve) => {
    seen.imported = resolve;
  });
  const server: DomainServer = {
    surface: defineServer<Services>({ name: 's', title: 'S', instructions: '', tools: [] }),
    learners: [() => learner],
    adapters: [{ name: 'a', start: () => ({ ready, touch: () => {}, stop: () => {} }) }],
    queries: {},
  };
  const journal = journalInMemory().connect();
  const [here, there] = memoryLinks();
  const gateway: Peer<GatewayMethods, ServerMethods> = new Peer<GatewayMethods, ServerMethods>(
    there,
    serverService({
      server,
      info: { name: 's', version: '0', title: 'S' },
      stateKey: new Uint8Array(32),
      dataFolder: '/data',
      journal,
      budget: new CaptureBudget(captureMemory(), 100, () => 0),
      now: () => 0,
      slowly: async (work) => {
        seen.slow += 1;
        return work().finally(() => {
          seen.slow -= 1;
        });
      },
      beat: () => () => undefined,
      gateway: () => gateway,
    }),
  );
  const asked = new Peer<ServerMethods, GatewayMethods>(here, {
    job: () => answer(null),
    ask: () => answer(null),
    askAll: () => answer({}),
    workspace: () => answer({ root: '/r' }),
    backups: () => answer([]),
    changed: () => answer(null),
    log: () => answer(null),
  });
  const query = async (name: string, argument: unknown = null, signal?: AbortSignal) =>
    (await asked.request('query', { workspace: WORKSPACE, query: name, argument }, signal ? { signal } : {}))
      .meta;
  return { seen, journal, asked, query };
}

describe('a server thread that is asked', () => {
  it('says that it is busy with digests, scorecards and folding anew', async () => {
    const { seen, asked, query } = scene();
    await asked.request('open', { workspace: WORKSPACE });
    for (const name of ['digests', 'scorecards', 'refold']) {
      seen.heldAt = [];
      await query(name);
      expect(seen.heldAt.length, name).toBeGreaterThan(0);
      expect(seen.heldAt, name).not.toContain(0);
      expect(seen.slow, name).toBe(0);
    }
    await asked.request('stop', null);
  });

  it('does not say so while somebody merely waits', async () => {
    const { seen, journal, asked, query } = scene();
    await asked.request('open', { workspace: WORKSPACE });
    const waits = [query('ready'), query('folded', 1), query('settled', { prediction: 'p', sequence: 1 })];
    for (let turn = 0; turn < 20; turn += 1) {
      await nextTurn();
      expect(seen.slow).toBe(0);
    }
    await journal.append(WORKSPACE, [{ data: { case: 'logLine', value: { service: 's' } } }]);
    seen.imported();
    expect(await Promise.all(waits)).toEqual([expect.objectContaining({ caughtUp: true }), 1, null]);
    await asked.request('stop', null);
  });

  it('keeps no waiter whose asker has gone', async () => {
    const folded = vi.spyOn(LearnerHost.prototype, 'folded');
    const { asked, query } = scene();
    await asked.request('open', { workspace: WORKSPACE });
    const gone = new AbortController();
    const asks = [
      query('folded', 1, gone.signal),
      query('settled', { prediction: 'p', sequence: 1 }, gone.signal),
    ];
    while (folded.mock.results.length < 2) await nextTurn();
    gone.abort();
    for (const it of [...asks, ...folded.mock.results.map(({ value }) => value)])
      await expect(it).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    folded.mockRestore();
    await asked.request('stop', null);
  });
});
