/** A learner's host over a journal in memory: fold, snapshot, restore, and what a bad learner costs. */
import { describe, expect, it } from 'vitest';
import { LmcpError } from '../errors/index.js';
import { type AnyLearner, StateReader, StateWriter } from '../learning/index.js';
import { payloadOf, type StoredEvent } from '../proto/index.js';
import { journalInMemory } from './contract/journal-in-memory.js';
import { JournalClient } from './journal-client.js';
import { journalService } from './journal-service.js';
import { LearnerHost, pauseAfter } from './learner-host.js';
import { memoryLinks } from './link.js';
import type { JournalMethods, NoMethods } from './messages.js';
import { Peer } from './peer.js';
import type { Slowly } from './pulse.js';
import { refold } from './refold.js';
import { digestOf } from './versions/feed.js';

const WORKSPACE = 'w';

/** Counts tool calls by name; refuses the tool it was told to. */
class Counter implements AnyLearner {
  readonly task = 'count';
  readonly consumes = ['interactionFinished', 'feedbackGiven'] as const;
  counts = new Map<string, number>();
  folded = 0;

  constructor(readonly poison = '') {}

  learnOne(stored: StoredEvent): void {
    const tool = payloadOf(stored.event, 'interactionFinished')?.tool;
    if (tool === undefined) return;
    if (tool === this.poison) throw new Error('cannot learn this');
    this.folded += 1;
    this.counts.set(tool, (this.counts.get(tool) ?? 0) + 1);
  }
  predictOne() {
    return {
      answer: null,
      confidence: null,
      evidence: { n: 0, interval: null, references: [] },
      baseline: null,
      mode: 'insufficient' as const,
    };
  }
  settle(stored: StoredEvent) {
    const feedback = payloadOf(stored.event, 'feedbackGiven');
    return feedback ? [{ prediction: feedback.prediction, scores: { right: 1 }, baseline: {} }] : [];
  }
  scorecards() {
    return [];
  }
  snapshot(): Uint8Array {
    const out = new StateWriter('count', 1);
    out.list([...this.counts].sort(), ([tool, n]) => out.string(tool).uint(n));
    return out.finish();
  }
  restore(state: Uint8Array): void {
    const input = new StateReader(state, 'count', 1);
    this.counts = new Map(input.list(() => [input.string(), input.uint()] as const));
    input.end();
  }
}

const call = (tool: string) => ({
  source: 't',
  data: { case: 'interactionFinished' as const, value: { tool } },
});

function hostOf(
  journal: JournalClient,
  make: () => Counter,
  log: string[] = [],
  slowly: Slowly = (work) => work(),
): LearnerHost {
  return new LearnerHost({
    workspace: WORKSPACE,
    journal,
    learners: [make],
    now: () => 0,
    log: (_, text) => log.push(text),
    slowly,
  });
}

describe('learner host', () => {
  it('folds what is there, then what comes', async () => {
    const journal = journalInMemory().connect();
    await journal.append(WORKSPACE, [call('a'), call('b')]);
    const counter = new Counter();
    const host = hostOf(journal, () => counter);
    await host.start();
    await host.folded(2);
    const last = await journal.append(WORKSPACE, [call('a')]);
    await host.folded(last);
    expect(Object.fromEntries(counter.counts)).toEqual({ a: 2, b: 1 });
    await host.stop();
  });

  it('restores the snapshot, folds only the tail, and equals a fold from zero', async () => {
    const { connect } = journalInMemory();
    const journal = connect();
    await journal.append(
      WORKSPACE,
      Array.from({ length: 50 }, (_, i) => call(`t${i % 7}`)),
    );
    const first = hostOf(journal, () => new Counter());
    await first.start();
    await first.folded(50);
    await first.stop();
    const last = await journal.append(WORKSPACE, [call('t1'), call('new')]);
    const second = new Counter();
    const host = hostOf(connect(), () => second);
    await host.start();
    await host.folded(last);
    expect(second.folded).toBe(2);
    const [anew] = await refold(
      { journal, workspace: WORKSPACE, learners: [() => new Counter()] },
      { offset: last },
    );
    expect(anew?.digest).toBe(digestOf(second));
    expect(host.status(true).learners[0]).toMatchObject({ restoredAt: 50, digest: anew?.digest });
    await host.stop();
  });

  it('announces each snapshot as slow, and takes them the less often the longer they take', async () => {
    let announced = 0;
    const snapshots: number[] = [];
    class Watched extends Counter {
      override snapshot() {
        snapshots.push(announced);
        return super.snapshot();
      }
    }
    const journal = journalInMemory().connect();
    const last = await journal.append(WORKSPACE, [call('a')]);
    const host = hostOf(
      journal,
      () => new Watched(),
      [],
      async (work) => {
        announced += 1;
        return work().finally(() => {
          announced -= 1;
        });
      },
    );
    await host.start();
    await host.folded(last);
    await host.stop();
    expect(snapshots).toEqual([1]);
    expect(announced).toBe(0);
    expect([pauseAfter(1), pauseAfter(300), pauseAfter(2_000)]).toEqual([30_000, 30_000, 200_000]);
  });

  it('lets one who waits for an event go when told to, and only that one', async () => {
    const journal = journalInMemory().connect();
    const host = hostOf(journal, () => new Counter());
    await host.start();
    const gone = new AbortController();
    const stays = new AbortController();
    const waits = host.folded(1, stays.signal);
    const cancelled = host.folded(1, gone.signal);
    gone.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    await expect(host.folded(1, gone.signal)).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    await journal.append(WORKSPACE, [call('a')]);
    await waits;
    stays.abort();
    await host.folded(1, gone.signal);
    await host.stop();
  });

  it('passes over a snapshot it cannot read, and says so', async () => {
    const journal = journalInMemory().connect();
    const last = await journal.append(WORKSPACE, [call('a'), call('a')]);
    await journal.putSnapshot(WORKSPACE, {
      learner: 'count',
      offset: 2,
      folded: [[1, 2]],
      forgotten: 0,
      parents: [],
      at: 0,
      scorecard: null,
      keep: [],
      state: new Uint8Array([1, 2, 3]),
    });
    const log: string[] = [];
    const made: Counter[] = [];
    const host = hostOf(
      journal,
      () => {
        const counter = new Counter();
        made.push(counter);
        return counter;
      },
      log,
    );
    await host.start();
    await host.folded(last);
    expect(made.at(-1)?.counts.get('a')).toBe(2);
    expect(log.join()).toContain('not used');
    await host.stop();
  });

  it('goes on after an event that a learner cannot take', async () => {
    const journal = journalInMemory().connect();
    const last = await journal.append(WORKSPACE, [call('good'), call('bad'), call('good')]);
    const log: string[] = [];
    const counter = new Counter('bad');
    const host = hostOf(journal, () => counter, log);
    await host.start();
    await host.folded(last);
    expect(Object.fromEntries(counter.counts)).toEqual({ good: 2 });
    expect(log).toEqual([expect.stringContaining('event 2 (interactionFinished) not learned')]);
    await host.stop();
  });

  it('remembers which event settled a receipt', async () => {
    const journal = journalInMemory().connect();
    const host = hostOf(journal, () => new Counter());
    await host.start();
    const by = await journal.append(WORKSPACE, [
      { data: { case: 'feedbackGiven', value: { prediction: 'p', accepted: true } } },
    ]);
    await host.folded(by);
    expect(host.settledOf('p', by)?.scores).toEqual({ right: 1 });
    expect(host.settledOf('p', by + 1)).toBeUndefined();
    await host.stop();
  });

  it('reads one event by its id, and events of some types', async () => {
    const journal = journalInMemory().connect();
    await journal.append(WORKSPACE, [
      { id: 'first', ...call('a') },
      { data: { case: 'logLine', value: { service: 's' } } },
      call('b'),
    ]);
    expect((await journal.event(WORKSPACE, 'first'))?.sequence).toBe(1);
    expect(await journal.event(WORKSPACE, 'none')).toBeUndefined();
    const found: number[] = [];
    for await (const { sequence } of journal.readTypes(WORKSPACE, ['interactionFinished']))
      found.push(sequence);
    expect(found).toEqual([1, 3]);
  });

  it('passes a registry error of the journal on', async () => {
    const [a, b] = memoryLinks();
    const failing = journalService(async () => {
      throw new LmcpError('LMCP_DATA_LOCKED', 'taken');
    });
    new Peer<NoMethods, JournalMethods>(b, failing);
    const line = new Peer<JournalMethods, NoMethods>(a, {});
    const journal = new JournalClient(() => line);
    await expect(journal.open(WORKSPACE)).rejects.toMatchObject({ code: 'LMCP_DATA_LOCKED' });
  });
});
