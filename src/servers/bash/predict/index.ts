/**
 * The commands of a team as learners: next line, next first word, search.
 * It exists as the public face of prediction; the server registers the learners and the tools ask them.
 * Invariant: folds over the journal; nothing here reads a file.
 */
export { CommandLinesLearner } from './command-lines.js';
export { type CommandLabel, commandTasks, nextCommandLearner } from './next-command.js';
