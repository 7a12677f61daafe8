/** A run that began and of whose end nothing is known is found, whatever lies between. */
import { expect, it } from 'vitest';
import type { StoredEvent } from '../../../proto/index.js';
import type { JobContext } from '../../../runtime/index.js';
import { openActions } from './open-actions.job.js';

it('finds what began and did not end', async () => {
  const stored = [
    ['actionStarted', 'a'],
    ['actionStarted', 'b'],
    ['actionFinished', 'a'],
    ['actionStarted', 'c'],
  ].map(
    ([type, action]) => ({ event: { data: { case: type, value: { action } } } }) as unknown as StoredEvent,
  );
  const asked: unknown[] = [];
  const context: Partial<JobContext> = {
    read: async function* (types) {
      asked.push(types);
      yield* stored;
    },
  };
  expect(await openActions(null, context as JobContext)).toEqual(['b', 'c']);
  expect(asked).toEqual([['actionStarted', 'actionFinished']]);
});
