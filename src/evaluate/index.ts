/**
 * The evaluation room: replays files or repositories through the very code that serves, and reports honestly.
 * It exists so that a learner is trusted for what it did on your own history, not for what we say.
 * Invariant: every prediction is written down before its outcome is read.
 */
export { evaluate } from './evaluate.js';
export { PredictionFile } from './prediction-file.js';
export { type NumberedEvent, readEvents } from './read-events.js';
export { type ExampleLine, readExamples } from './read-examples.js';
export { readLines } from './read-text.js';
export type {
  EvaluationRequest,
  EvaluationResult,
  Latency,
  SelectiveCoverage,
  TaskRunner,
} from './result.js';
export { Stopwatch } from './stopwatch.js';
export { suitableTasks } from './suitable-tasks.js';
export { renderTable } from './table.js';
export { type TaskEntry, tasks } from './tasks.js';
