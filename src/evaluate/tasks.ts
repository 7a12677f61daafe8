/**
 * The tasks that can be evaluated: name, what they read, and the code that runs them.
 * It exists so that a new task is one row; runners load when asked for, so that listing costs nothing.
 * Invariant: every row names a task of the command line's contract.
 */
import type { EventType } from '../proto/index.js';
import type { TaskRunner } from './result.js';

export interface TaskEntry {
  /** JSONL files, or a repository given with --repo. */
  readonly input: 'files' | 'repo';
  /** What a file must hold for this task: events of one of these types, or examples `{x, y}`. Nothing for a repository. */
  readonly reads: readonly (EventType | 'example')[];
  /** What can be predicted; the first is the default. Absent where there is no choice. */
  readonly labels?: readonly string[];
  readonly load: () => Promise<TaskRunner>;
}

export const tasks: Readonly<Record<string, TaskEntry>> = {
  'next-action': {
    input: 'files',
    reads: ['interactionFinished'],
    labels: ['tool', 'tool+subject'],
    load: async () => (await import('./next-action.js')).evaluateNextAction,
  },
  'next-command': {
    input: 'files',
    reads: ['commandFinished'],
    labels: ['verb', 'line'],
    load: async () => (await import('./next-action.js')).evaluateNextAction,
  },
  classify: {
    input: 'files',
    reads: ['example'],
    load: async () => (await import('./classify.js')).evaluateClassify,
  },
  'co-change': {
    input: 'repo',
    reads: [],
    load: async () => (await import('./co-change.js')).evaluateCoChange,
  },
};
