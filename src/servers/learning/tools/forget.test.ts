import { describe, expect, it } from 'vitest';
import type { ElicitForm, ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { forget } from './forget.js';

interface Answered {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content: Record<string, boolean>;
}

/** Services of a workspace that holds 3 events of the source; what is asked and done is kept. */
function fake(answer?: Answered) {
  const asked: ElicitForm[] = [];
  const did: string[] = [];
  const services = {
    workspace: {
      id: 'here',
      append: async (events: readonly { data: { case: string } }[]) => {
        did.push(...events.map(({ data }) => data.case));
        return 7;
      },
    },
    job: async () => ({
      ranges: [[1, 3]],
      events: 3,
      byType: { commandFinished: 3 },
      keys: [],
      firstAt: 0,
      lastAt: 0,
    }),
    ask: async (_server: string, query: string) => {
      did.push(query);
      return [];
    },
    askAll: async (query: string) =>
      query === 'consumers' ? { bash: [{ task: 'next-command', consumes: ['commandFinished'] }] } : {},
    compact: async () => {
      did.push('compact');
      return { segments: 1, events: 3, freedBytes: 1 };
    },
    backups: async () => [{ path: '/copy', at: 0, workspaces: { here: 3 } }],
  } as unknown as Services;
  const context = {
    services,
    call: { client: { name: 'editor', version: '1' } },
    can: () => answer !== undefined,
    elicit: async (form: ElicitForm) => {
      asked.push(form);
      return answer;
    },
    progress: () => undefined,
  } as unknown as ToolContext<Services>;
  const call = async (input: Record<string, unknown>) =>
    forget.output.parse((await forget.run(forget.input.strict().parse(input), context)).structured);
  return { asked, did, call };
}

describe('forget', () => {
  it('only shows unless it is told otherwise', async () => {
    const { asked, did, call } = fake({ action: 'accept', content: { forget: true } });
    expect(await call({ source: 'ci' })).toMatchObject({
      done: false,
      events: 3,
      backups: ['/copy (1970-01-01T00:00:00.000Z)'],
    });
    expect([asked, did]).toEqual([[], []]);
  });

  it('is refused where nobody can be asked, and names the command', async () => {
    const { did, call } = fake();
    await expect(call({ source: 'c i', dryRun: false })).rejects.toMatchObject({
      code: 'LMCP_NEEDS_APPROVAL',
      message: expect.stringContaining("lmcp forget --source='c i'"),
    });
    expect(did).toEqual([]);
  });

  it.each<Answered>([
    { action: 'decline', content: {} },
    { action: 'cancel', content: {} },
    { action: 'accept', content: { forget: false } },
    { action: 'accept', content: {} },
  ])('does nothing when the user says %j', async (answer) => {
    const { did, call } = fake(answer);
    await expect(call({ source: 'ci', dryRun: false })).rejects.toMatchObject({
      code: 'LMCP_NEEDS_APPROVAL',
    });
    expect(did).toEqual([]);
  });

  it('forgets once the user has agreed, who is asked once', async () => {
    const { asked, did, call } = fake({ action: 'accept', content: { forget: true } });
    expect(await call({ source: 'ci', dryRun: false })).toMatchObject({ done: true, events: 3 });
    expect(asked.map(({ message }) => message)).toEqual([
      expect.stringContaining('source "ci" in here? 3 events (3 commandFinished)'),
    ]);
    expect(did).toEqual(['approvalGranted', 'eventsForgotten', 'rebuilt', 'compact']);
  });

  it('takes exactly one of source, session and time', async () => {
    const { call } = fake({ action: 'accept', content: { forget: true } });
    for (const wrong of [{}, { source: 'a', session: 'b' }, { before: 'soon' }])
      await expect(call({ ...wrong, dryRun: false })).rejects.toMatchObject({ code: 'LMCP_INVALID_PARAMS' });
  });
});
