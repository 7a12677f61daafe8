import { expect, it } from 'vitest';
import { modelsLog, modelsNames, modelsStep } from './models.js';

const long = 'n'.repeat(100_000);
const nowhere = { repo: '/nowhere', data: '/nowhere' };

it.each([
  ['step', () => modelsStep({ action: 'tag', learner: 'co-change', name: long }, nowhere)],
  ['log', () => modelsLog(long, nowhere)],
  ['list', () => modelsNames('tag', long, nowhere)],
])('refuses a name of any length before a daemon is looked for: %s', async (_, run) => {
  await expect(run()).rejects.toMatchObject({
    code: 'LMCP_USAGE',
    message: expect.stringContaining('is longer than'),
  });
});
