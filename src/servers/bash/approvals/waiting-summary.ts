/**
 * One line of the list of what waits for a person's word.
 * It exists so that a list of all stays small, whatever was asked: the whole is told of one question at a time.
 * Invariant: bounded; a cut text ends with an ellipsis.
 */
import type { Level } from '../analysis/answer.js';
import type { Pending } from './question.js';

/** Enough to tell questions apart, never enough to agree to one. */
export interface WaitingSummary
  extends Pick<
    Pending,
    'request' | 'workspace' | 'cwd' | 'folder' | 'network' | 'reason' | 'askedAt' | 'expiresAt'
  > {
  /** At most 200 characters. */
  readonly command: string;
  readonly level: Level;
}

const SHOWN = 200;

export function summaryOf(pending: Pending): WaitingSummary {
  const { request, workspace, command, cwd, folder, network, reason, analysis, askedAt, expiresAt } = pending;
  return {
    request,
    workspace,
    command: cut(command),
    cwd,
    folder,
    network,
    reason: cut(reason),
    level: analysis.level,
    askedAt,
    expiresAt,
  };
}

const cut = (text: string) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
