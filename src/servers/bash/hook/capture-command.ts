/**
 * Makes a `commandFinished` event of a command that an agent or a person has run.
 * It exists so that the learners see what was run, where, on which branch, and how it ended.
 * Invariant: one event a call, within the capture budget; the journal redacts, and nobody waits.
 */

import { resolve } from 'node:path';
import { durationOf } from '../../../proto/index.js';
import type { Services } from '../../../runtime/index.js';

export interface FinishedCommand {
  /** Which client told: claude-code, vscode, cursor, shell. */
  readonly client: string;
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  readonly session: string;
  /** The client's id of the call; empty when it has none. */
  readonly call: string;
  /** Null: not known. */
  readonly exitCode: number | null;
  readonly durationMs: number | null;
  /** Absolute root of the working tree. */
  readonly root: string;
}

/** Calls are remembered for so long, since a hook that is set up twice tells of each twice, in milliseconds. */
const REMEMBERED_MS = 10 * 60_000;
/** Characters of a command that are kept: what is longer is a program, not a command. */
const MOST_COMMAND = 16_384;
const MOST_NAME = 200;

/** @returns whether it was recorded */
export function captureCommand(
  finished: FinishedCommand,
  { workspace }: Pick<Services, 'workspace'>,
): boolean {
  const { client, session, call, exitCode, durationMs, root } = finished;
  const command = finished.command.trim().slice(0, MOST_COMMAND);
  if (command === '' || wasTold(session, call, workspace)) return false;
  return workspace.capture({ root, cwd: resolve(finished.cwd) }, ({ branch, cwd }) => ({
    source: `hook:${client}`,
    data: {
      case: 'commandFinished',
      value: {
        session: session.slice(0, MOST_NAME),
        cwd,
        command,
        branch,
        ...(exitCode === null ? {} : { exitCode }),
        ...(durationMs === null ? {} : { duration: durationOf(durationMs) }),
      },
    },
  }));
}

function wasTold(session: string, call: string, { state }: Services['workspace']): boolean {
  if (call === '') return false;
  const key = `hook-call/${session}/${call}`;
  if (state.get(key) !== undefined) return true;
  state.set(key, 1, REMEMBERED_MS);
  return false;
}
