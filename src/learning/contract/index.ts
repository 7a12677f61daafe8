/**
 * Contract suites: what every model and every learner must keep, as functions that throw.
 * They exist so that a new model is held to the same promises as the first; tests of all rooms import them.
 * Invariant: no test framework and no randomness of their own: they throw a plain Error that names the broken promise.
 */
export { checkLearner, type LearnerCase } from './check-learner.js';
export { checkModel, type ModelCase } from './check-model.js';
export { seededRandom } from './random.js';
