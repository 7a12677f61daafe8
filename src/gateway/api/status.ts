/**
 * What the daemon is and knows: threads with their memory, workspaces with what was learned and how well it does.
 * It exists for `lmcp status`, for what `lmcp start` prints, and for the status page.
 * Invariant: asking costs no server thread its start, unless `scorecards` is asked for.
 */
import { scorecardsIn } from '../../runtime/index.js';
import type { ApiRequest } from './api-request.js';
import { figuresView } from './figures-view.js';

/** `?scorecards=1` adds them, and learners that are not on their first branch, for every workspace that is open or the default. */
export async function status({ options, url }: ApiRequest): Promise<unknown> {
  const { threads, workspaces, version, startedAt } = options;
  const running = await threads.status();
  const withScores = url.searchParams.get('scorecards') === '1';
  const open = new Map(running.journal.workspaces.map((it) => [it.id, it]));
  const defaultId = workspaces.default?.id;
  const listed = workspaces.all().filter(({ id }) => open.has(id) || id === defaultId);
  const memory = process.memoryUsage();
  return {
    version,
    pid: process.pid,
    uptimeSeconds: Math.round((Date.now() - startedAt) / 1000),
    memory: { rssBytes: memory.rss, gatewayHeapBytes: memory.heapUsed },
    default: workspaces.default ?? null,
    problem: problemOf(workspaces.reason),
    monitor: figuresView(threads.figures()),
    threads: { journal: running.journal, servers: running.servers, pool: running.pool },
    workspaces: await Promise.all(
      listed.map(async ({ id, root }) => ({
        id,
        root,
        events: open.get(id)?.last ?? null,
        readOnly: open.get(id)?.readOnly ?? null,
        learning: learningOf(running.servers, id),
        scorecards: withScores
          ? scorecardsIn(await threads.queryAll(id, 'scorecards', null, 'background'))
          : null,
        movedHeads: withScores
          ? Object.values(await threads.queryAll(id, 'movedHeads', null, 'background')).flat()
          : null,
      })),
    ),
  };
}

function problemOf(reason: ApiRequest['options']['workspaces']['reason']): unknown {
  return reason ? { code: reason.code, message: reason.message, hint: reason.hint } : null;
}

function learningOf(
  servers: Awaited<ReturnType<ApiRequest['options']['threads']['status']>>['servers'],
  id: string,
): unknown {
  for (const server of Object.values(servers)) {
    const found = server?.workspaces.find((it) => it.id === id)?.learning;
    if (found) return found;
  }
  return null;
}
