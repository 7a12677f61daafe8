/**
 * The commands of a team as one learner: search, next line, examples for generation.
 * It exists as the public face of prediction; the server registers the learner and the tools ask it.
 * Invariant: a fold over the journal; nothing here reads a file.
 */
export { CommandLinesLearner, type KnownLine, type LineQuestion, lineModelName } from './command-lines.js';
