/**
 * A call's way from the endpoint to its thread: find the workspace, hand the bytes over.
 * It exists so that a client in no repository still lists tools, and reads at its first call what is missing.
 * Invariant: a call never reaches another repository than the one its client named.
 */
import { describeError } from '../errors/index.js';
import { type CallContext, type Forward, refuseCall, type ServerInfo } from '../protocol/index.js';
import type { Threads } from '../runtime/index.js';
import type { Known, Workspaces } from './workspaces.js';

/** The context's workspace is still what the client said (a folder, an id, nothing); here it becomes an id. */
export function forwardTo(threads: Threads, workspaces: Workspaces, info: ServerInfo): Forward {
  /** Contexts as they were placed last: a client's next call comes with the same one. */
  const placed = new WeakMap<CallContext, CallContext>();
  const inWorkspace = (context: CallContext, { id, root }: Known): CallContext => {
    const before = placed.get(context);
    if (before !== undefined && before.workspace === id && before.root === root) return before;
    const made = { ...context, workspace: id, root };
    placed.set(context, made);
    return made;
  };
  return (call, sink, signal) => {
    const { server, revision, body, expect, context } = call;
    const carry = (known: Known) =>
      threads.forward({ server, revision, body, expect, context: inWorkspace(context, known) }, sink, signal);
    const known = workspaces.known(context.workspace);
    if (known !== undefined) return carry(known);
    return workspaces
      .resolve(context.workspace)
      .then(carry, (error: unknown) => refuseCall(call, describeError(error), info));
  };
}
