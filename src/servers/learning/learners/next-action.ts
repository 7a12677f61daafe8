/**
 * The learners of this server: which tool call comes next in a session.
 * It exists for `predict_next`; the commands of shells are asked of the bash server, whose learner is of the same kind.
 * Invariant: a learner is made anew at each call, unfolded.
 */
import { NextActionLearner } from '../../../learning/index.js';

export const nextActionLearners = [() => new NextActionLearner({ task: 'next-action', label: 'tool' })];
