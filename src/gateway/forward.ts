/**
 * A call's way from the endpoint to its thread: find the workspace, hand the bytes over.
 * It exists so that a client in no repository still lists tools, and reads at its first call what is missing.
 * Invariant: a call never reaches another repository than the one its client named; one to the open server reaches none.
 */
import { describeError } from '../errors/index.js';
import { type CallContext, type Forward, refuseCall, type ServerInfo } from '../protocol/index.js';
import type { Threads } from '../runtime/index.js';
import type { Known, Workspaces } from './workspaces.js';

/** The workspace of a server that anybody may call without a token: no repository's id, so it has no root. */
export function openWorkspaceOf(server: string): string {
  return `open:${server}`;
}

export interface ForwardOptions {
  readonly threads: Pick<Threads, 'forward'>;
  readonly workspaces: Pick<Workspaces, 'known' | 'resolve'>;
  readonly info: ServerInfo;
  /** The server that asks for no token; none when not given. */
  readonly openServer: string | undefined;
}

/** Where a call goes; without a root it reaches no repository. */
type Reached = Pick<Known, 'id'> & Partial<Known>;

/** The context's workspace is still what the client said (a folder, an id, nothing); here it becomes an id. */
export function forwardTo({ threads, workspaces, info, openServer }: ForwardOptions): Forward {
  /** Contexts as they were placed last: a client's next call comes with the same one. */
  const placed = new WeakMap<CallContext, CallContext>();
  const inWorkspace = (context: CallContext, { id, root }: Reached): CallContext => {
    const before = placed.get(context);
    if (before !== undefined && before.workspace === id && before.root === root) return before;
    const made = { ...context, workspace: id, ...(root !== undefined && { root }) };
    placed.set(context, made);
    return made;
  };
  return (call, sink, signal) => {
    const { server, revision, body, expect, context } = call;
    const carry = (known: Reached) =>
      threads.forward({ server, revision, body, expect, context: inWorkspace(context, known) }, sink, signal);
    if (server === openServer) return carry({ id: openWorkspaceOf(server) });
    const known = workspaces.known(context.workspace);
    if (known !== undefined) return carry(known);
    return workspaces
      .resolve(context.workspace)
      .then(carry, (error: unknown) => refuseCall(call, describeError(error), info));
  };
}
