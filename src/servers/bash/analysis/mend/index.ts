/**
 * Fixes that are found after the analysis, from what was typed: one safer form for each finding that has none.
 * It exists apart from the commands' handlers, so that judging stays fast and a fix is made only where one is needed.
 * Invariant: a fix is offered as a whole command only when that command weighs less (see analyze.ts).
 */
import type { Finding, Fix } from '../answer.js';
import {
  countRows,
  listInstead,
  moveAway,
  moveElsewhere,
  readFirst,
  setAside,
  writeBeside,
} from './files.js';
import { mendGit } from './git.js';
import { rehearse } from './rehearsals.js';

type Mender = (source: string, finding: Finding) => Fix | undefined;

const MENDERS: Readonly<Record<string, Mender>> = {
  'delete-recursive': moveAway,
  'delete-everything': moveAway,
  'move-to-null': moveElsewhere,
  'delete-found': listInstead,
  'delete-found-recursive': listInstead,
  truncate: setAside,
  'overwrite-secret': setAside,
  'reads-own-output': writeBeside,
  'remote-code': readFirst,
  'sql-delete-all': countRows,
};

/** A safer form of what a dangerous finding is about, where one is known. */
export function fixFor(source: string, finding: Finding): Fix | undefined {
  const mender = MENDERS[finding.code];
  if (mender) return mender(source, finding);
  return finding.code.startsWith('git-') ? mendGit(source, finding) : rehearse(source, finding);
}
