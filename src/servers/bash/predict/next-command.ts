/**
 * The learners of the next command: one of whole lines, which predict_command offers, one of first words, for where no line is known.
 * They exist in one place, so that what serves and what `lmcp evaluate --task next-command` replays is the same.
 * Invariant: the contexts of each are bounded, by bytes that the server's thread can spare; a line without its secret is no answer.
 */
import { type AskingTime, NextActionLearner } from '../../../learning/index.js';
import { isRedacted } from '../history/index.js';

export type CommandLabel = 'verb' | 'line';

/** Task of each learner, on receipts and scorecards. */
export const commandTasks = { line: 'next-command', verb: 'next-command-verb' } as const;

/**
 * Most contexts and labels a context: some 10 and 5 MB when full. After a whole line hardly more than a few others come, after a
 * first word many.
 */
const memories = {
  line: { contexts: 65_536, labels: 8 },
  verb: { contexts: 16_384, labels: 16 },
} as const;

/** @param asked default: as live questions are, before the command's time is known */
export function nextCommandLearner(label: CommandLabel, asked: AskingTime = 'ahead'): NextActionLearner {
  return new NextActionLearner({
    task: commandTasks[label],
    label,
    asked,
    memory: memories[label],
    offers: (offered) => !isRedacted(offered),
  });
}
