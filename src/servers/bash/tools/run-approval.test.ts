/** Who must be asked before a command runs, and what no argument of the model can answer. */
import { describe, expect, it } from 'vitest';
import type { ToolContext } from '../../../protocol/index.js';
import type { EventInit, Services } from '../../../runtime/index.js';
import type { Analysis, Level } from '../analysis/index.js';
import { approvalQueries, approvals } from './approval-queries.js';
import { type Asked, mayRun, type Rules } from './run-approval.js';

const analysis = (level: Level): Analysis => ({ level, effects: [], findings: [], unanalysable: [] });
let count = 0;
const asked = (level: Level, more: Partial<Asked> = {}): Asked => {
  count += 1;
  const bound = { command: `command ${count}`, cwd: '/p', folder: '/p', digest: level, network: false };
  return { bound, analysis: analysis(level), outside: false, approval: undefined, ...more };
};
const withNetwork = () => ({ bound: { ...asked('safe').bound, network: true } });
const rules: Rules = { approvalFrom: 'unknown', network: false };

function place(answer?: object) {
  const written: EventInit[] = [];
  const keys: string[] = [];
  const services = {
    now: () => 1000,
    workspace: {
      id: 'w',
      append: async (events: readonly EventInit[]) => written.push(...events),
      note: (event: EventInit) => written.push(event),
    },
  } as unknown as Services;
  const context = {
    services,
    call: { session: 's', client: { name: 'c', version: '1' } },
    can: () => answer !== undefined,
    elicit: async ({ key }: { key: string }) => {
      keys.push(key);
      return answer;
    },
  } as unknown as ToolContext<Services>;
  return { written, keys, services, context };
}
const cases = (events: readonly EventInit[]) => events.map(({ data }) => data?.case);

describe('mayRun', () => {
  it.each([
    ['safe', 'unknown', true],
    ['caution', 'unknown', true],
    ['caution', 'caution', false],
    ['unknown', 'unknown', false],
    ['unknown', 'dangerous', true],
    ['dangerous', 'dangerous', false],
    ['blocked', 'blocked', false],
  ] as const)('%s, asked from %s on: %s', async (level, approvalFrom, may) => {
    const { context, written } = place();
    expect((await mayRun(asked(level), { ...rules, approvalFrom }, context)).may).toBe(may);
    expect(cases(written)).toEqual(may ? [] : ['planCreated']);
  });

  it('asks for the network unless the policy grants it', async () => {
    const { context } = place();
    expect(await mayRun(asked('safe', withNetwork()), rules, context)).toMatchObject({ may: false });
    expect(await mayRun(asked('safe', withNetwork()), { ...rules, network: true }, context)).toMatchObject({
      may: true,
    });
  });

  it('asks for a folder that the model named, and says which', async () => {
    const { context } = place();
    const bound = { ...asked('safe').bound, folder: '/home/me/.ssh' };
    expect(await mayRun(asked('safe', { bound, outside: true }), rules, context)).toMatchObject({
      may: false,
      pending: { folder: '/home/me/.ssh', reason: expect.stringContaining('/home/me/.ssh') },
    });
  });

  it('runs on a yes of the client, written down before, under a key that the model is not shown', async () => {
    const { context, written, keys } = place({ action: 'accept', content: { run: true } });
    const decision = await mayRun(asked('dangerous'), rules, context);
    expect(decision.may).toBe(true);
    expect(cases(written)).toEqual(['planCreated', 'approvalGranted']);
    expect(keys[0]).not.toContain(decision.may ? decision.plan : '');
  });

  it.each([
    { action: 'decline' },
    { action: 'accept', content: { run: false } },
    { action: 'accept', content: {} },
  ])('takes %j for a no', async (answer) => {
    const { context, written } = place(answer);
    await expect(mayRun(asked('dangerous'), rules, context)).rejects.toMatchObject({ code: 'LMCP_APPROVAL' });
    expect(cases(written)).toEqual(['planCreated']);
  });

  it('holds once after an answer from outside, for what was asked in this workspace', async () => {
    const { context, services, written } = place();
    const question = asked('dangerous');
    const decision = await mayRun(question, rules, context);
    if (decision.may) throw new Error('it was not asked for');
    const { request } = decision.pending;
    const say = { request, channel: 'terminal', by: 'me', answer: 'yes' };
    const answerApproval = approvalQueries.answerApproval;
    if (answerApproval === undefined) throw new Error('no such query');
    const elsewhere = { ...services, workspace: { ...services.workspace, id: 'other' } };
    await expect(answerApproval(say, elsewhere)).rejects.toMatchObject({ code: 'LMCP_APPROVAL' });
    await expect(answerApproval({ ...say, channel: 'elicitation' }, services)).rejects.toThrow();
    await answerApproval(say, services);
    expect(cases(written)).toEqual(['planCreated', 'approvalGranted']);
    expect(approvals.open(1000).map((it) => it.request)).not.toContain(request);
    expect(await mayRun({ ...question, approval: request }, rules, context)).toEqual({
      may: true,
      plan: request,
    });
    await expect(mayRun({ ...question, approval: request }, rules, context)).rejects.toMatchObject({
      code: 'LMCP_APPROVAL',
    });
  });
});
