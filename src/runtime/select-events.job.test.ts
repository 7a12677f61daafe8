import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { forgottenKey } from '../journal/index.js';
import { EventSchema, type EventType, type StoredEvent } from '../proto/index.js';
import type { JobContext } from './pool-thread.js';
import { type SelectedEvents, selectEvents } from './select-events.job.js';
import type { EventInit } from './services.js';

type Data = NonNullable<EventInit['data']>;

/** Events at 1,000 ms and then one a second, each of the source named before it. */
function journalOf(...all: readonly (readonly [source: string, data: Data | undefined])[]) {
  const stored: StoredEvent[] = all.map(([source, data], i) => {
    const event = create(EventSchema, { source, at: timestampFromMs((i + 1) * 1000), ...(data && { data }) });
    return { sequence: i + 1, event };
  });
  const stop = new AbortController();
  const steps: number[] = [];
  const context = {
    read: async function* (types: readonly EventType[]) {
      for (const it of stored)
        if (types.length === 0 || (it.event.data.case && types.includes(it.event.data.case))) yield it;
    },
    progress: ({ done }: { done: number }) => steps.push(done),
    signal: stop.signal,
  } as unknown as JobContext;
  const select = (argument: unknown) => selectEvents(argument, context) as Promise<SelectedEvents>;
  return { select, steps, stop };
}

const commit = (sha: string): Data => ({ case: 'commitLanded', value: { sha } });
const call = (session: string): Data => ({ case: 'interactionFinished', value: { session } });
const receipt = (prediction: string, task: string, question: string[], subject = ''): Data => ({
  case: 'predictionMade',
  value: { prediction, task, question, subject },
});
const feedback = (prediction: string): Data => ({ case: 'feedbackGiven', value: { prediction } });
const forgotten = (...sequences: bigint[]): Data => ({ case: 'eventsForgotten', value: { sequences } });
const key = (subject: string) => Buffer.from(forgottenKey(subject)).toString('hex');

describe('selecting events to forget', () => {
  it('selects by source: ranges, counts, times, and a key for each that could be told again', async () => {
    const { select, steps } = journalOf(
      ['git:1', commit('a')],
      ['git:1', commit('b')],
      ['ci', { case: 'buildStarted', value: { build: '7', change: { sha: 'a' } } }],
      ['git:1', commit('b')],
      ['git:1', call('s')],
    );
    expect(await select({ source: 'git:1' })).toEqual({
      ranges: [
        [1, 2],
        [4, 5],
      ],
      events: 4,
      byType: { commitLanded: 3, interactionFinished: 1 },
      keys: [key('commit:a'), key('commit:b')],
      firstAt: 1000,
      lastAt: 5000,
    });
    expect((await select({ source: 'ci' })).keys).toEqual([key('build:7')]);
    expect(steps.at(-1)).toBe(5);
    expect(await select({ source: 'git' })).toEqual({
      ranges: [],
      events: 0,
      byType: {},
      keys: [],
      firstAt: null,
      lastAt: null,
    });
  });

  it('selects by time, strictly before it', async () => {
    const { select } = journalOf(['a', call('s')], ['b', call('s')], ['c', call('s')]);
    expect(await select({ before: 2000 })).toMatchObject({ ranges: [[1, 1]], lastAt: 1000 });
    expect(await select({ before: 2001 })).toMatchObject({ ranges: [[1, 2]] });
  });

  it('selects by session: what it did, what was predicted for it, and the feedback on that', async () => {
    const { select } = journalOf(
      ['mcp', call('s')],
      ['mcp', call('t')],
      ['hook', { case: 'commandFinished', value: { session: 's' } }],
      ['mcp', receipt('p1', 'next-action', ['s', 'x'])],
      ['mcp', receipt('p2', 'next-command', [], 's')],
      ['mcp', receipt('p3', 'next-action', ['t', 's'])],
      ['mcp', receipt('p4', 'co-change', ['s'])],
      ['mcp', feedback('p1')],
      ['mcp', feedback('p3')],
      ['mcp', feedback('p4')],
      ['mcp', feedback('p2')],
    );
    const { ranges, byType } = await select({ session: 's' });
    expect(ranges).toEqual([
      [1, 1],
      [3, 5],
      [8, 8],
      [11, 11],
    ]);
    expect(byType).toEqual({
      interactionFinished: 1,
      commandFinished: 1,
      predictionMade: 2,
      feedbackGiven: 2,
    });
  });

  it('never selects what the journal says of itself, the audit, tombstones, or what is forgotten already', async () => {
    const own: Data[] = [
      { case: 'headMoved', value: {} },
      { case: 'modelTagged', value: {} },
      { case: 'captureDropped', value: {} },
      { case: 'planCreated', value: {} },
      { case: 'approvalGranted', value: {} },
      { case: 'actionStarted', value: {} },
      { case: 'actionFinished', value: {} },
      forgotten(9n, 10n),
    ];
    const { select } = journalOf(
      ...own.map((data) => ['x', data] as const),
      ['x', call('s')],
      ['x', call('s')],
      ['x', call('s')],
      ['forgotten', undefined],
      ['x', forgotten(11n)],
      ['x', call('s')],
    );
    expect((await select({ source: 'x' })).ranges).toEqual([[14, 14]]);
    expect((await select({ before: 1e9 })).ranges).toEqual([[14, 14]]);
    expect((await select({ source: 'forgotten' })).ranges).toEqual([]);
  });

  it('wants exactly one thing to select by, and stops when it is told to', async () => {
    const { select, stop } = journalOf(['a', call('s')]);
    for (const wrong of [{}, { source: '' }, { source: 'a', session: 's' }, { before: Number.NaN }, null])
      await expect(select(wrong)).rejects.toThrow();
    stop.abort();
    await expect(select({ source: 'a' })).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
  });
});
