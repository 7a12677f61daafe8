/**
 * The tasks that can be evaluated: name, what they read, and the code that runs them.
 * It exists so that a new task is one row; runners load when asked for, so that listing costs nothing.
 * Invariant: every row names a task of the command line's contract.
 */
import type { TaskRunner } from './result.js';

export interface TaskEntry {
  /** JSONL files, or a repository given with --repo. */
  readonly input: 'files' | 'repo';
  /** What can be predicted; the first is the default. Absent where there is no choice. */
  readonly labels?: readonly string[];
  readonly load: () => Promise<TaskRunner>;
}

export const tasks: Readonly<Record<string, TaskEntry>> = {
  'next-action': {
    input: 'files',
    labels: ['tool', 'tool+subject'],
    load: async () => (await import('./next-action.js')).evaluateNextAction,
  },
  'next-command': {
    input: 'files',
    labels: ['verb', 'line'],
    load: async () => (await import('./next-action.js')).evaluateNextAction,
  },
  'co-change': {
    input: 'repo',
    load: async () => (await import('./co-change.js')).evaluateCoChange,
  },
};
