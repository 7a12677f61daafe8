/**
 * Runs the slow work of one workspace one piece after the other, whatever place asks for it.
 * It exists because work trees and clones of one workspace are followed at once, and each adds what the journal does not tell.
 * Invariant: first come, first served; a piece that fails holds up none behind it; nothing is kept of a workspace at rest.
 */
const turns = new Map<string, Promise<void>>();

/** Runs `work` once all earlier work of that workspace has ended; resolves and rejects as it does. */
export async function inTurn<T>(workspace: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(workspace) ?? Promise.resolve();
  const result = before.then(work);
  const ended = result.then(
    () => undefined,
    () => undefined,
  );
  turns.set(workspace, ended);
  try {
    return await result;
  } finally {
    if (turns.get(workspace) === ended) turns.delete(workspace);
  }
}
