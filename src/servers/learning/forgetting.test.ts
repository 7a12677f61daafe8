import { describe, expect, it } from 'vitest';
import { LmcpError } from '../../errors/index.js';
import type { ScorecardReport } from '../../learning/index.js';
import type { EventInit } from '../../runtime/index.js';
import {
  type Approval,
  type Forgettable,
  forgetEvents,
  previewForgetting,
  type Selected,
} from './forgetting.js';

const approval: Approval = { by: 'a person', channel: 'terminal' };

const scorecard = (task: string, value: number, n: number): ScorecardReport => ({
  task,
  kind: 'history',
  n,
  metrics: { model: { hit: value } },
  model: 'model',
  primary: 'hit',
  baseline: { name: 'last', value: 0.4 },
  lift: null,
  interval: null,
  calibration: null,
  drift: null,
  mode: 'learned',
});

const found: Selected = {
  ranges: [
    [2, 4],
    [9, 9],
  ],
  events: 4,
  byType: { buildFinished: 3, commitLanded: 1 },
  keys: ['00ff'],
  firstAt: Date.UTC(2026, 0, 1),
  lastAt: Date.UTC(2026, 0, 2),
};
const none: Selected = { ranges: [], events: 0, byType: {}, keys: [], firstAt: null, lastAt: null };

class Fake implements Forgettable {
  readonly workspace = 'here';
  readonly did: string[] = [];
  readonly appended: EventInit[] = [];
  selected = found;
  failing: string | undefined;

  async select() {
    this.did.push('select');
    return this.selected;
  }
  async append(events: readonly EventInit[]) {
    this.did.push(`append ${events.map(({ data }) => data?.case).join() || 'nothing'}`);
    this.appended.push(...events);
    return 100 + this.appended.length;
  }
  async compact() {
    this.did.push('compact');
    return { segments: 1, events: 4, freedBytes: 1_000 };
  }
  async backups() {
    const at = Date.UTC(2026, 0, 5);
    return [
      { path: '/backups/monday', at, workspaces: { here: 2 } },
      { path: '/backups/before', at, workspaces: { here: 1, there: 50 } },
    ];
  }
  async ask(server: string, query: string, argument: unknown) {
    this.did.push(`${query} ${server} ${JSON.stringify(argument)}`);
    if (server === this.failing) throw new LmcpError('LMCP_SERVER_DOWN', 'It died.');
    const task = server === 'devops' ? 'build-outcome' : 'co-change';
    return [
      {
        task,
        rebuilt: true,
        digest: `${task} after`,
        scorecards: [scorecard(task, 0.9, 10)],
      },
    ];
  }
  async askAll(query: string): Promise<Record<string, unknown>> {
    this.did.push(`${query} of all`);
    switch (query) {
      case 'consumers':
        return {
          devops: [{ task: 'build-outcome', consumes: ['buildFinished'], offset: 9 }],
          development: [{ task: 'co-change', consumes: ['fileIndexed'], offset: 9 }],
        };
      case 'scorecards':
        return {
          devops: [scorecard('build-outcome', 0.6, 13)],
          development: [scorecard('co-change', 0.5, 9)],
        };
      case 'previewForget':
        return {
          devops: [
            {
              task: 'build-outcome',
              affected: 3,
              before: { digest: 'x', scorecards: [scorecard('build-outcome', 0.6, 13)] },
              after: { digest: 'build-outcome after', scorecards: [scorecard('build-outcome', 0.9, 10)] },
            },
          ],
          development: [],
        };
      default:
        return {};
    }
  }
}

describe('previewForgetting', () => {
  it('changes nothing, and says what forgetting would do', async () => {
    const on = new Fake();
    const report = await previewForgetting(on, { source: 'ci' });
    expect(on.did).toEqual(['select', 'append nothing', 'folded of all', 'previewForget of all']);
    expect(report).toMatchObject({
      what: 'source "ci"',
      events: 4,
      firstAt: '2026-01-01T00:00:00.000Z',
      learners: [{ task: 'build-outcome', affected: 3, before: [{ value: 0.6 }], after: [{ value: 0.9 }] }],
      backups: [{ folder: '/backups/monday', at: '2026-01-05T00:00:00.000Z' }],
      compacted: null,
    });
  });

  it('asks no server when there is nothing to forget', async () => {
    const on = new Fake();
    on.selected = none;
    expect(await previewForgetting(on, { source: 'ci' })).toMatchObject({ events: 0, digest: null });
    expect(on.did).toEqual(['select']);
  });
});

describe('forgetEvents', () => {
  it('writes down, rebuilds, compacts, in this order', async () => {
    const on = new Fake();
    const report = await forgetEvents(on, { source: 'ci' }, approval);
    expect(on.did).toEqual([
      'select',
      'append nothing',
      'folded of all',
      'consumers of all',
      'scorecards of all',
      'append approvalGranted,eventsForgotten',
      'rebuilt devops {"sequence":102}',
      'rebuilt development {"sequence":102}',
      'compact',
    ]);
    expect(on.appended.map(({ data }) => data?.value)).toMatchObject([
      { by: 'a person', channel: 'terminal' },
      { sequences: [2n, 3n, 4n, 9n], source: 'ci', session: '', keys: [new Uint8Array([0, 255])] },
    ]);
    expect(report.learners).toEqual([
      {
        task: 'build-outcome',
        affected: 3,
        digest: 'build-outcome after',
        before: [expect.objectContaining({ value: 0.6, n: 13 })],
        after: [expect.objectContaining({ value: 0.9, n: 10 })],
      },
    ]);
    expect(report.compacted?.events).toBe(4);
  });

  it('foretells its digest in the dry run', async () => {
    const dry = await previewForgetting(new Fake(), { source: 'ci' });
    expect((await forgetEvents(new Fake(), { source: 'ci' }, approval)).digest).toBe(dry.digest);
  });

  it('names at most 100,000 events at once', async () => {
    const on = new Fake();
    const keys = Array.from({ length: 150_000 }, (_, i) => i.toString(16).padStart(32, '0'));
    on.selected = {
      ...found,
      ranges: [
        [1, 200_000],
        [300_000, 300_000],
      ],
      events: 200_001,
      keys,
    };
    await forgetEvents(on, { before: 5 }, approval);
    const named = on.appended.flatMap(({ data }) => (data?.case === 'eventsForgotten' ? [data.value] : []));
    expect(named.map(({ sequences }) => sequences?.length)).toEqual([100_000, 100_000, 1]);
    expect(named.map((it) => it.keys?.length)).toEqual([100_000, 50_000, 0]);
    // In one append, which is on disk whole or not at all.
    expect(on.did.filter((it) => it.includes('eventsForgotten'))).toHaveLength(1);
    expect(named[2]?.sequences).toEqual([300_000n]);
    expect(named[0]?.before).toMatchObject({ seconds: 0n, nanos: 5_000_000 });
    expect(on.did.filter((it) => it.startsWith('rebuilt'))).toHaveLength(2);
    expect(on.did).toContain('rebuilt devops {"sequence":104}');
  });

  it('parts what is too large for one append', async () => {
    const on = new Fake();
    on.selected = { ...found, ranges: [[1, 2_000_000]], events: 2_000_000, keys: [] };
    await forgetEvents(on, { source: 'ci' }, approval);
    const appends = on.did.filter((it) => it.includes('eventsForgotten'));
    expect(appends.map((it) => it.split(',').length)).toEqual([13, 8]);
  });

  it('takes payloads off the disk that an earlier forgetting left there, and appends nothing', async () => {
    const on = new Fake();
    on.selected = none;
    const report = await forgetEvents(on, { source: 'ci' }, approval);
    expect(on.appended).toEqual([]);
    expect(on.did.slice(-3)).toEqual([
      'rebuilt devops {"sequence":100}',
      'rebuilt development {"sequence":100}',
      'compact',
    ]);
    expect(report).toMatchObject({ events: 0, learners: [], digest: null, compacted: { events: 4 } });
    expect(report.backups).toHaveLength(2);
  });

  it('does not say that it is done while a server has not rebuilt its learners', async () => {
    const on = new Fake();
    on.failing = 'devops';
    await expect(forgetEvents(on, { source: 'ci' }, approval)).rejects.toMatchObject({
      code: 'LMCP_SERVER_DOWN',
    });
    expect(on.did).not.toContain('compact');
    expect(on.appended).toHaveLength(2);
  });
});
