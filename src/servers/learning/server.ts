/**
 * The learning server: it knows how well the others know their domains.
 * It exists as the one place where agents and people ask for the record, and correct it.
 * Invariant: its own calls are never learned from as steps of the work.
 */
import { defineServer } from '../../protocol/index.js';
import type { DomainServer, Services } from '../../runtime/index.js';
import { nextActionLearners } from './learners/next-action.js';
import { scorecards } from './resources/scorecards.js';
import { forget } from './tools/forget.js';
import { giveFeedback } from './tools/give-feedback.js';
import { learningReport } from './tools/learning-report.js';
import { models } from './tools/models.js';
import { predictNext } from './tools/predict-next.js';

export const server: DomainServer = {
  surface: defineServer<Services>({
    name: 'learning',
    title: 'Learning',
    instructions:
      'Tells how often predictions were right on this repository, beside trivial predictors. Call learning_report before you rely on a prediction, and give_feedback when you learn how one came out.',
    tools: [learningReport, giveFeedback, predictNext, models, forget],
    resources: [scorecards],
  }),
  learners: nextActionLearners,
  adapters: [],
  queries: {},
};
