/**
 * The service `hook` of the daemon's socket: an agent's hook asks about a command, or tells that one has finished.
 * It exists apart from MCP because a hook lives for one question and must be answered while an agent waits.
 * Invariant: a check waits for no import, no journal and no slow git; a folder in no repository is guarded, but nothing is learned there.
 */
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import type { Threads } from '../runtime/index.js';
import type { HookFolders } from './hook-folders.js';

/** Checks need no workspace's learners, so they all share one that holds nothing and is open at once. */
export const GUARD_WORKSPACE = 'open:guard';
/** Checks and records under way at once; more are refused, and the agent works on. */
const MOST = 256;

/** Cut, not refused: whoever sends a long name must not go unchecked. */
const name = (most: number) =>
  z
    .string()
    .transform((it) => it.slice(0, most))
    .default('');
const shared = {
  client: name(32),
  command: z.string().min(1),
  cwd: z.string().default(''),
  session: name(200),
  call: name(200),
};
const question = z.discriminatedUnion('event', [
  z.object({ event: z.literal('before'), ...shared, permissionMode: name(64) }),
  z.object({
    event: z.literal('after'),
    ...shared,
    exitCode: z.int().min(0).max(0x7fff_ffff).nullable().default(null),
    durationMs: z.number().min(0).nullable().default(null),
  }),
]);

export interface HookOptions {
  readonly threads: Pick<Threads, 'query'>;
  readonly folders: Pick<HookFolders, 'soon' | 'find'>;
  readonly log: (level: 'warn', text: string) => void;
}

/** @returns for `before` {decision, reason}; for `after` nothing: it is recorded later, if it can be */
export function hookService({ threads, folders, log }: HookOptions): (request: unknown) => Promise<unknown> {
  let underWay = 0;
  const inOrder = queues();
  const counted = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  };
  return async (request) => {
    const { success, data: asked, error } = question.safeParse(request);
    if (!success) throw new LmcpError('LMCP_INVALID_REQUEST', `No question of a hook: ${faults(error)}.`);
    if (underWay >= MOST)
      throw new LmcpError('LMCP_OVERLOADED', 'The daemon has too many commands to check.');
    if (asked.event === 'before')
      return counted(async () => {
        const tree = (await folders.soon(asked.cwd))?.root ?? null;
        return threads.query('bash', GUARD_WORKSPACE, 'hook', { ...asked, tree }, 'interactive');
      });
    counted(() =>
      inOrder(asked.session, async () => {
        const place = await folders.find(asked.cwd);
        if (!place) return;
        await threads.query('bash', place.id, 'hook', { ...asked, tree: place.root }, 'background');
      }),
    ).catch((failure: unknown) => log('warn', `a finished command was not recorded: ${failure}`));
    return null;
  };
}

/** Work of one session, one after the other: what comes next is learned from the order in which commands ran. */
function queues(): (session: string, work: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (session, work) => {
    const mine = (last.get(session) ?? Promise.resolve()).then(work);
    const over = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(session) === over) last.delete(session);
      });
    last.set(session, over);
    return mine;
  };
}

function faults(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => `\`${path.join('.')}\` ${message}`)
    .join('; ');
}
