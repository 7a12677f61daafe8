/**
 * How a command tells that it failed: code, what happened, what to do.
 * It exists so that people and scripts read failures in one form.
 * Invariant: never a stack trace; the exit code is 2 for wrong usage, else 1.
 */
import { describeError } from '../errors/index.js';

/** Writes the failure and sets the exit code. With `json` it goes to stdout as one object, else to stderr as text. */
export function tellFailure(error: unknown, json: boolean): void {
  const { code, message, hint } = describeError(error);
  process.exitCode = code === 'LMCP_USAGE' ? 2 : 1;
  if (json) process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
  else process.stderr.write(`${code}: ${message}\n  ${hint}\n`);
}
