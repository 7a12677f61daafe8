/**
 * Writes down a run before it begins and after it ended.
 * It exists so that what was run, on whose word, and how it came out can be shown later, also after a crash in between.
 * Invariant: `actionStarted` is on disk before the command starts; what began is answered with its end.
 */

import { randomBytes } from 'node:crypto';
import { createUlids } from '../../../journal/index.js';
import { durationOf, Outcome } from '../../../proto/index.js';
import type { CallContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import type { Run } from '../sandbox/index.js';
import type { CommandPlace } from './command-place.js';
import { began, closeInterrupted, ended } from './open-actions.js';

export interface Audited {
  readonly command: string;
  readonly place: CommandPlace;
  /** The approval's request; empty when none was needed. */
  readonly plan: string;
}

/** Runs `work` between the two entries; `action` is the id of the first. @throws what `work` throws, after it was written down */
export async function audited(
  { command, place, plan }: Audited,
  services: Services,
  call: CallContext,
  work: () => Promise<Run>,
): Promise<{ readonly action: string; readonly run: Run }> {
  const { workspace, now } = services;
  await closeInterrupted(services);
  const action = createUlids(now, (size) => new Uint8Array(randomBytes(size)))();
  const started = { action, plan, step: 'run', what: command, inverse: '', idempotencyKey: plan };
  began(action);
  const at = performance.now();
  const finish = (outcome: Outcome, observed: string) => ({
    source: 'mcp',
    causedBy: action,
    data: {
      case: 'actionFinished' as const,
      value: { action, outcome, observed, duration: durationOf(performance.now() - at) },
    },
  });
  try {
    await workspace.append([{ id: action, source: 'mcp', data: { case: 'actionStarted', value: started } }]);
    const run = await work().catch(async (error: unknown) => {
      const canceled = codeOf(error) === 'LMCP_CANCELLED';
      await workspace.append([
        finish(canceled ? Outcome.CANCELED : Outcome.ERRORED, codeOf(error) ?? 'it could not be run'),
      ]);
      throw error;
    });
    const { exitCode, durationMs } = run;
    await workspace.append([
      finish(outcomeOf(run), exitCode === null ? 'the time was over' : `exit code ${exitCode}`),
    ]);
    workspace.capture(place, ({ branch, cwd }) => {
      const end = {
        ...(exitCode !== null && { exitCode }),
        duration: durationOf(durationMs),
      };
      const value = { session: call.session, cwd, command, branch, ...end };
      return { source: 'mcp', causedBy: action, data: { case: 'commandFinished', value } };
    });
    return { action, run };
  } finally {
    ended(action);
  }
}

function outcomeOf({ exitCode }: Run): Outcome {
  if (exitCode === null) return Outcome.ERRORED;
  return exitCode === 0 ? Outcome.PASSED : Outcome.FAILED;
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
