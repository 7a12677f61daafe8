/**
 * A call's way from the endpoint to its thread: find the workspace, hand the bytes over.
 * It exists so that a client in no repository still lists tools, and reads at its first call what is missing.
 * Invariant: a call never reaches another repository than the one its client named.
 */
import { describeError } from '../errors/index.js';
import { type Forward, refuseCall, type ServerInfo } from '../protocol/index.js';
import type { Threads } from '../runtime/index.js';
import type { Known, Workspaces } from './workspaces.js';

/** The context's workspace is still what the client said (a folder, an id, nothing); here it becomes an id. */
export function forwardTo(threads: Threads, workspaces: Workspaces, info: ServerInfo): Forward {
  return async (call, sink, signal) => {
    let known: Known;
    try {
      known = await workspaces.resolve(call.context.workspace);
    } catch (error) {
      return refuseCall(call, describeError(error), info);
    }
    const context = { ...call.context, workspace: known.id, root: known.root };
    return threads.forward({ ...call, context }, sink, signal);
  };
}
