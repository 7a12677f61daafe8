import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { describe, expect, it } from 'vitest';
import { LmcpError } from '../../../errors/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Compared, Move, Services, Versions } from '../../../runtime/index.js';
import { server } from '../server.js';
import { checkStep } from '../version-step.js';
import { models } from './models.js';

const snapshot = (n: number, more: object = {}) => ({
  id: n.toString(16).repeat(64).slice(0, 64),
  parents: n > 1 ? [(n - 1).toString(16).repeat(64).slice(0, 64)] : [],
  offset: 100 * n,
  at: Date.UTC(2026, 0, n),
  size: 1_000 * n,
  tags: [],
  scorecard: null,
  ...more,
});

const versions: Versions = {
  learner: 'co-change',
  branch: 'main',
  head: { id: null, offset: 950, folded: [[1, 950]] },
  branches: [
    { name: 'main', id: null, offset: 950, active: true },
    { name: 'try', id: snapshot(3).id, offset: 300, active: false },
  ],
  tags: [{ name: 'good', id: snapshot(5).id, offset: 500 }],
  unstored: [{ offset: 950, parent: snapshot(9).id, head: true, branches: ['main'], tags: [] }],
  snapshots: [9, 8, 7, 6, 5, 4, 3, 2, 1].map((n) => snapshot(n, n === 5 ? { tags: ['good'] } : {})),
};

const compared: Compared = {
  a: { ref: 'HEAD', id: null, offset: 950, size: 1_900, scorecard: [] },
  b: { ref: 'good', id: snapshot(5).id, offset: 500, size: 1_500, scorecard: [] },
  onlyA: 45,
  onlyB: 0,
  sizeDelta: -400,
  metrics: [{ kind: 'history', predictor: 'model', metric: 'hit', a: 0.5, b: 0.9, delta: 0.4 }],
};

/** Servers that hold one learner; what is asked of them is kept. */
function fake() {
  const asked: [string, unknown][] = [];
  const services = {
    askAll: async () => ({
      development: [{ task: 'co-change', consumes: ['commitLanded'], offset: 950 }],
      learning: [{ task: 'next-action', consumes: ['interactionFinished'], offset: 950 }],
    }),
    ask: async (_server: string, query: string, argument: unknown) => {
      if (query !== 'versions') asked.push([query, argument]);
      if (query === 'versions') return versions;
      if (query === 'compare') return compared;
      const { branch } = argument as Move;
      const name = branch ?? 'rollback-950';
      return {
        learner: 'co-change',
        branch: name,
        from: null,
        to: snapshot(5).id,
        offset: 500,
        sequence: 951,
        undone: 45,
        regained: 0,
        ms: 3,
        rebuilt: false,
        moved: true,
      };
    },
  } as unknown as Services;
  return { asked, context: { services } as ToolContext<Services> };
}

const call = async (input: Record<string, unknown>, { context } = fake()) => {
  const { structured, text } = await models.run(
    models.input.strict().parse({ learner: 'co-change', ...input }),
    context,
  );
  return { answer: models.output.parse(structured), text };
};

describe('models', () => {
  it('pages through the log', async () => {
    const first = await call({ action: 'log', limit: 4 });
    expect(first.answer.snapshots.map(({ offset }) => offset)).toEqual([900, 800, 700, 600]);
    const second = await call({ action: 'log', limit: 4, cursor: first.answer.cursor });
    expect(second.answer.snapshots.map(({ offset }) => offset)).toEqual([500, 400, 300, 200]);
    const last = await call({ action: 'log', limit: 4, cursor: second.answer.cursor });
    expect(last.answer).toMatchObject({ snapshots: [{ offset: 100 }], cursor: null, head: { offset: 950 } });
    expect(second.text).toContain('55555555 @500 (good)');
    await expect(call({ action: 'log', cursor: 'gone' })).rejects.toMatchObject({
      code: 'LMCP_INVALID_PARAMS',
    });
  });

  it('moves by its own words', async () => {
    const servers = fake();
    const { answer } = await call({ action: 'rollback', ref: 'good' }, servers);
    expect(answer.moved).toMatchObject({ from: null, to: snapshot(5).id, undone: 45 });
    await call({ action: 'branch', name: 'try' }, servers);
    await call({ action: 'branch', name: 'new', ref: '@300' }, servers);
    await call({ action: 'merge', name: 'try' }, servers);
    await call({ action: 'tag', name: 'best' }, servers);
    expect(servers.asked).toEqual([
      ['moveHead', { learner: 'co-change', how: 'rollback', ref: 'good', branch: undefined }],
      ['moveHead', { learner: 'co-change', how: 'branch', ref: undefined, branch: 'try' }],
      ['moveHead', { learner: 'co-change', how: 'branch', ref: '@300', branch: 'new' }],
      ['moveHead', { learner: 'co-change', how: 'merge', ref: 'try' }],
      ['tag', { learner: 'co-change', name: 'best' }],
    ]);
  });

  it('changes nothing in a dry run: it compares', async () => {
    const servers = fake();
    for (const step of [
      { action: 'rollback', ref: 'good' },
      { action: 'branch', name: 'try' },
      { action: 'branch', name: 'new' },
      { action: 'merge', name: 'try' },
      { action: 'tag', name: 'best' },
    ]) {
      const { answer } = await call({ ...step, dryRun: true }, servers);
      expect(answer.moved).toBeNull();
    }
    const compare = (b: string) => ['compare', { learner: 'co-change', a: 'HEAD', b }];
    const check = (kind: string, name: string) => ['checkName', { learner: 'co-change', kind, name }];
    expect(servers.asked).toEqual([
      compare('good'),
      compare('try'),
      check('branch', 'new'),
      compare('HEAD'),
      compare('try'),
      check('tag', 'best'),
    ]);
  });

  it.each([
    { action: 'rollback', ref: 'good', name: 'main' },
    { action: 'branch', ref: 'good', name: 'try' },
    { action: 'tag', ref: 'nonsense', name: 'best' },
  ])('refuses in a dry run what would fail: %j', async (step) => {
    const servers = fake();
    const ask = servers.context.services.ask;
    const refusing = async (server: string, query: string, argument: unknown) => {
      if (query === 'checkName') throw new LmcpError('LMCP_NAME_TAKEN', 'There is one.');
      return ask(server, query, argument);
    };
    Object.assign(servers.context.services, { ask: refusing });
    await expect(call({ ...step, dryRun: true }, servers)).rejects.toMatchObject({ code: 'LMCP_NAME_TAKEN' });
  });

  it('says of events that come back that they are known, of merged ones that they are learned', async () => {
    const back = await call({ action: 'branch', name: 'try' });
    expect(back.text).toContain('45 events undone, 0 known again.');
    const merged = await call({ action: 'merge', name: 'try' });
    expect(merged.text).toContain(': 0 events learned too.\n');
  });

  it('refuses a name of any length before anything is asked', () => {
    const step = { action: 'tag', learner: 'co-change', name: 'n'.repeat(100_000) } as const;
    expect(() => checkStep(step)).toThrow('`name` is longer than 200 characters');
  });

  it('compares A..B, and A with the head', async () => {
    const servers = fake();
    const { answer } = await call({ action: 'diff', ref: 'good..@300' }, servers);
    expect(answer.compare).toMatchObject({ onlyA: 45, metrics: [{ a: 0.5, b: 0.9 }] });
    await call({ action: 'diff', ref: 'good' }, servers);
    expect(servers.asked.map(([, argument]) => argument)).toEqual([
      { learner: 'co-change', a: 'good', b: '@300' },
      { learner: 'co-change', a: 'good', b: 'HEAD' },
    ]);
  });

  it.each([
    [{ action: 'rollback' }, '`rollback` needs `ref`'],
    [{ action: 'diff' }, '`diff` needs `ref`'],
    [{ action: 'branch' }, '`branch` needs `name`'],
    [{ action: 'tag', ref: 'good' }, '`tag` needs `name`'],
    [{ action: 'merge', ref: 'good', name: 'try' }, '`merge` takes no `ref`'],
    [{ action: 'log', name: 'try' }, '`log` takes no `name`'],
    [{ action: 'diff', ref: '..good' }, 'is not A..B'],
  ])('refuses %j', async (input, text) => {
    await expect(call(input)).rejects.toMatchObject({
      code: 'LMCP_INVALID_PARAMS',
      message: expect.stringContaining(text),
    });
  });
});

it('names the learners there are', async () => {
  await expect(call({ action: 'log', learner: 'weather' })).rejects.toMatchObject({
    code: 'LMCP_UNKNOWN_LEARNER',
    message: expect.stringContaining('there are co-change, next-action'),
  });
});

describe('the learning server', () => {
  it('lists its tools within 3,000 tokens', () => {
    const tokens = server.surface.catalogue.tools.map((tool) => [
      tool.name,
      encode(JSON.stringify(tool)).length,
    ]);
    expect(
      encode(JSON.stringify(server.surface.catalogue.tools)).length,
      JSON.stringify(tokens),
    ).toBeLessThan(3_000);
  });
});
