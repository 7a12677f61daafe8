/**
 * Makes a `commandFinished` event of a command that an agent or a person has run.
 * It exists so that the learners see what was run, where, on which branch, and how it ended.
 * Invariant: one event a call; so many a second and no more, the rest is counted; the journal redacts, and nobody waits.
 */
import { isAbsolute, relative, sep } from 'node:path';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Services } from '../../../runtime/index.js';
import { branchOf } from './branch-of.js';

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

/** Commands of one workspace that are recorded in a second. */
const A_SECOND = 200;
/** Calls are remembered for so long, since a hook that is set up twice tells of each twice, in milliseconds. */
const REMEMBERED_MS = 10 * 60_000;
/** Characters of a command that are kept: what is longer is a program, not a command. */
const MOST_COMMAND = 16_384;
const MOST_NAME = 200;

/** @returns whether it was recorded */
export function captureCommand(finished: FinishedCommand, { workspace, now }: Services): boolean {
  const { client, session, call, exitCode, durationMs, root } = finished;
  const command = finished.command.trim().slice(0, MOST_COMMAND);
  if (command === '' || wasTold(session, call, workspace) || !fits(workspace, now())) return false;
  workspace.note({
    source: `hook:${client}`,
    data: {
      case: 'commandFinished',
      value: {
        session: session.slice(0, MOST_NAME),
        cwd: folderIn(root, finished.cwd),
        command,
        branch: branchOf(root),
        ...(exitCode === null ? {} : { exitCode }),
        ...(durationMs === null ? {} : { duration: durationOf(durationMs) }),
      },
    },
  });
  return true;
}

function wasTold(session: string, call: string, { state }: Services['workspace']): boolean {
  if (call === '') return false;
  const key = `hook-call/${session}/${call}`;
  if (state.get(key) !== undefined) return true;
  state.set(key, 1, REMEMBERED_MS);
  return false;
}

/** Whether this second has room; what had none is told once there is some. */
function fits(workspace: Services['workspace'], at: number): boolean {
  const { state } = workspace;
  const [second, count, dropped] = numbers(state.get('hook-rate/now')?.value);
  const current = Math.floor(at / 1000);
  const so = second === current ? count : 0;
  const room = so < A_SECOND;
  if (room && dropped > 0) {
    workspace.note({
      source: 'hook',
      at: timestampFromMs(at),
      data: { case: 'captureDropped', value: { kind: 'hook', count: BigInt(dropped) } },
    });
  }
  state.set('hook-rate/now', room ? [current, so + 1, 0] : [current, so, dropped + 1]);
  return room;
}

function numbers(kept: unknown): [number, number, number] {
  const [second = 0, count = 0, dropped = 0] = Array.isArray(kept) ? kept.map(Number) : [];
  return [second, count, dropped];
}

/** A folder relative to the root; empty for the root itself and for what lies outside. */
function folderIn(root: string, folder: string): string {
  const inside = relative(root, folder);
  return isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`) ? '' : inside;
}

function durationOf(milliseconds: number): { seconds: bigint; nanos: number } {
  const whole = Math.round(milliseconds);
  return { seconds: BigInt(Math.floor(whole / 1000)), nanos: (whole % 1000) * 1_000_000 };
}
