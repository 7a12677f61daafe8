/**
 * Pool job: runs that began and of whose end nothing was written down.
 * It exists because a crash in between must not look like a run that never was.
 * Invariant: reads only; memory is bounded by what is open.
 */
import type { Job } from '../../../runtime/index.js';

/** Ids of actions, oldest first. */
export const openActions: Job = async (_argument, { read }): Promise<string[]> => {
  const open = new Set<string>();
  for await (const { event } of read(['actionStarted', 'actionFinished'])) {
    if (event.data.case === 'actionStarted') open.add(event.data.value.action);
    else if (event.data.case === 'actionFinished') open.delete(event.data.value.action);
  }
  return [...open];
};
