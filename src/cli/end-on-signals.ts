/**
 * What the signals of a terminal do to the daemon: the first ends it in order, the second at once.
 * It exists so that nobody needs `kill -9` when closing takes long.
 * Invariant: the exit code of a forced end is 128 and the signal's number, as a shell counts.
 */
import { constants } from 'node:os';

const reasons = { SIGINT: 'interrupted', SIGTERM: 'asked to end', SIGHUP: 'terminal closed' } as const;

/** Signals this close together are one: npm passes on what the terminal has already sent to everybody. In milliseconds. */
const ECHO_MS = 200;

export interface SignalOptions {
  readonly stop: (reason: string) => void;
  readonly say: (text: string) => void;
  readonly exit: (code: number) => void;
  readonly now: () => number;
  /** Where signals arrive: the process. */
  readonly source: { on(signal: NodeJS.Signals, listener: () => void): unknown };
}

export function endOnSignals({ stop, say, exit, now, source }: SignalOptions): void {
  let first: number | undefined;
  for (const signal of Object.keys(reasons) as (keyof typeof reasons)[]) {
    source.on(signal, () => {
      if (first === undefined) {
        first = now();
        say('Ending. Once more ends it at once.');
        stop(reasons[signal]);
      } else if (now() - first >= ECHO_MS) {
        say('Ended at once; the next start checks the journal.');
        exit(128 + constants.signals[signal]);
      }
    });
  }
}
