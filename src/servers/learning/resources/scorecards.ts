/**
 * learning://scorecards: the record of every task on this repository, as data.
 * It exists so that a client can keep an eye on it without calling a tool.
 * Invariant: the numbers are those that `learning_report` tells.
 */
import { defineResource } from '../../../protocol/index.js';
import { type Services, scorecardsIn } from '../../../runtime/index.js';

export const scorecards = defineResource<Services>({
  uri: 'learning://scorecards',
  name: 'scorecards',
  title: 'Scorecards',
  description:
    'How often the predictions of each task were right on this repository, beside trivial predictors (JSON).',
  mimeType: 'application/json',
  combined: true,
  // Every settled prediction changes it.
  cache: { ttlMs: 0, scope: 'private' },
  read: async ({ services }) => ({
    text: JSON.stringify({ scorecards: scorecardsIn(await services.askAll('scorecards', null)) }),
  }),
});
