/**
 * How long a thread stays down after a death: not at all at first, then twice as long each time.
 * It exists so that a thread that dies at every start does not take a processor with it.
 * Invariant: a thread that lived for `CALM_MS` is forgiven; no delay is longer than `LONGEST_MS`.
 */

/** Deaths in a row that cost nothing. */
const FREE = 2;
const FIRST_MS = 200;
const LONGEST_MS = 30_000;
const CALM_MS = 10_000;

/** Told of a death (monotonic, milliseconds), answers how many milliseconds to wait. */
export type RestartDelay = (now: number) => number;

export function restartDelay(): RestartDelay {
  let inARow = 0;
  /** When it was to run again after the last death. */
  let since = Number.NEGATIVE_INFINITY;
  return (now) => {
    inARow = now - since > CALM_MS ? 1 : inARow + 1;
    const wait = inARow <= FREE ? 0 : Math.min(FIRST_MS * 2 ** (inARow - FREE - 1), LONGEST_MS);
    since = now + wait;
    return wait;
  };
}
