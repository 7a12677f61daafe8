/**
 * What a running handler of a tool, a resource or a prompt may use.
 * It exists so that all three are told, cancelled and answered in one manner.
 * Invariant: nothing here outlives the request, but for a task's own.
 */
import type { Asking, LogLevel } from './asking.js';
import type { CallContext } from './call.js';

/** What a running handler may use. `Services` is whatever the thread that runs it offers. */
export interface RequestContext<Services> extends Asking {
  readonly services: Services;
  readonly call: CallContext;
  /** Aborted when the client cancels or goes away. */
  readonly signal: AbortSignal;
  /** Tells the client how far the work is; does nothing unless it asked. `done` must grow from call to call. */
  progress(done: number, total?: number, message?: string): void;
  /** Tells the client what happens, where it asked for messages of that level; nothing secret belongs in `data`. */
  log(level: LogLevel, data: unknown, logger?: string): void;
}
