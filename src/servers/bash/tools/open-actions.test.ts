/** What a crash left open is closed; what this thread runs is not. */
import { expect, it } from 'vitest';
import type { Services } from '../../../runtime/index.js';
import { began, closeInterrupted, ended } from './open-actions.js';

it('writes an end only of runs that are not under way here', async () => {
  const written: unknown[] = [];
  const services = {
    workspace: {
      id: 'open-actions-test',
      append: async (events: readonly unknown[]) => void written.push(...events),
    },
    job: async () => ['left', 'mine'],
  } as unknown as Pick<Services, 'workspace' | 'job'>;
  began('mine');
  await closeInterrupted(services);
  ended('mine');
  expect(written).toMatchObject([{ causedBy: 'left' }]);
});
