/**
 * Everything the monitor knows at one moment, as the gateway gathers it.
 * It exists as the one shape that /metrics, /api/status and the supervisor's reports are made from.
 * Invariant: gathered from memory; no thread is asked, started or woken for it.
 */
import type { LaneStatus } from '../router.js';
import type { BlockReading } from './block.js';
import type { FrontReading } from './front.js';

export interface ThreadFigures extends BlockReading {
  readonly running: boolean;
  /** Times the thread was started again, for its own fault or another's. */
  readonly restarts: number;
  /** How full the rings between the gateway and it are, 0 to 1; undefined where none carries its frames. */
  readonly ring: { readonly in: number; readonly out: number } | undefined;
}

export interface Figures {
  /** False: the monitor is off, and only the supervisor's slots say anything. */
  readonly enabled: boolean;
  readonly threads: ReadonlyMap<string, ThreadFigures>;
  readonly servers: ReadonlyMap<string, FrontReading>;
  readonly lanes: ReadonlyMap<string, LaneStatus>;
  readonly pool: { readonly busy: number; readonly waiting: number; readonly threads: number };
  /** Receipts and interactions that the capture budget left out. */
  readonly captureDropped: number;
}
