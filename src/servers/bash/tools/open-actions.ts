/**
 * Which runs of this thread are under way, and which earlier ones a crash cut off.
 * It exists so that a run without an end is answered with one: its outcome is not known, and that is written down.
 * Invariant: an id is here from before its first entry in the journal until after its last; looked for once a workspace and thread.
 */
import { Outcome } from '../../../proto/index.js';
import type { Services } from '../../../runtime/index.js';

const openActionsModule = new URL('./open-actions.job.js', import.meta.url);

const running = new Set<string>();
/** Workspaces that were looked through. */
const closed = new Map<string, Promise<void>>();

export function began(action: string): void {
  running.add(action);
}

export function ended(action: string): void {
  running.delete(action);
}

/** Writes the end of what an earlier thread or daemon left open: its processes ended with it. */
export function closeInterrupted(services: Pick<Services, 'workspace' | 'job'>): Promise<void> {
  const { id } = services.workspace;
  const known = closed.get(id);
  if (known !== undefined) return known;
  const closing = close(services);
  closed.set(id, closing);
  closing.catch(() => closed.delete(id));
  return closing;
}

async function close({ workspace, job }: Pick<Services, 'workspace' | 'job'>): Promise<void> {
  const found = (await job(openActionsModule, 'openActions', null)) as string[];
  const left = found.filter((action) => !running.has(action));
  if (left.length === 0) return;
  await workspace.append(
    left.map((action) => ({
      source: 'mcp',
      causedBy: action,
      data: {
        case: 'actionFinished',
        value: { action, outcome: Outcome.ERRORED, observed: 'interrupted: how it ended is not known' },
      },
    })),
  );
}
