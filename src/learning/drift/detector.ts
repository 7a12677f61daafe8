/**
 * The contract of a drift detector: numbers in, one at a time; it says when their mean has changed, and which way.
 * It exists so that trees, forests and scorecards can be given another detector without knowing which.
 * Invariant: bounded memory; a refused number leaves the state as it was.
 */
import type { StateReader, StateWriter } from '../state-codec.js';

/** What the last number showed: no change, or that the mean has risen or fallen. For errors a rise is the bad news. */
export type Change = 'none' | 'rise' | 'fall';

export interface DriftDetector {
  /** @throws LMCP_BAD_FEATURES when the number is outside what the detector is made for */
  update(value: number): Change;
  /** Mean of what the detector still looks back on; 0 when that is nothing. */
  readonly mean: number;
  /** How many numbers it looks back on. */
  readonly width: number;
  /** Entries held: for memory bounds. */
  readonly size: number;
  write(out: StateWriter): void;
  /** Replaces the state by what `write` wrote. @throws LMCP_BAD_STATE */
  read(input: StateReader): void;
}
