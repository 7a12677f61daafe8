/**
 * The daemon's API as the command line uses it, and waiting until every server has learned what the journal holds.
 * It exists for tests that compare what was learned: learning goes on after an import has answered.
 */
import { expect } from 'vitest';
import { type Started, until } from './daemon.js';

export interface Place {
  readonly root: string;
  readonly daemon: Started;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

export interface Scorecard {
  readonly task: string;
  readonly kind: string;
  readonly n: number;
  readonly model: string;
  readonly primary: string;
  readonly metrics: Record<string, Record<string, number>>;
  readonly sources?: {
    readonly source: string | null;
    readonly suspect: boolean;
    readonly overall: { readonly lower: boolean };
  }[];
}

interface Status {
  readonly workspaces: {
    readonly id: string;
    readonly root: string;
    readonly events: number;
    readonly scorecards: Scorecard[];
  }[];
  readonly threads: {
    readonly servers: Record<
      string,
      { readonly workspaces: { readonly id: string; readonly fold: { readonly offset: number } }[] } | null
    >;
  };
}

interface ReplayAll {
  readonly equal: boolean;
  readonly learners: { readonly task: string; readonly digest: string }[];
}

/** What a request says, to the end of its stream. */
export async function ask(daemon: Started, { method, path, query }: Request): Promise<string> {
  const url = new URL(path, daemon.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${daemon.token}` } });
  expect(response.status).toBe(200);
  return response.text();
}

/** Has the repository and a file of events learned, if one is given, by every server. */
export async function learn({ root, daemon }: Place, file?: string): Promise<void> {
  expect(await ask(daemon, { method: 'POST', path: '/api/learn', query: { path: root } })).toContain(
    '"done":true',
  );
  if (file !== undefined)
    await ask(daemon, { method: 'POST', path: '/api/import', query: { file, workspace: root } });
  await until(
    'all of it to be learned',
    async () => {
      const { workspaces, threads } = await statusOf(daemon);
      const own = workspaces.find((workspace) => workspace.root === root);
      return Object.values(threads.servers).every((server) =>
        server?.workspaces.some(({ id, fold }) => id === own?.id && fold.offset >= own.events),
      );
    },
    30_000,
  );
}

/** Of one learner's state, which equals the one that is folded anew. */
export async function digestOf({ root, daemon }: Place, task = 'next-action'): Promise<string | undefined> {
  const query = { workspace: root };
  const all = JSON.parse(await ask(daemon, { method: 'GET', path: '/api/replay-all', query })) as ReplayAll;
  expect(all.equal).toBe(true);
  return all.learners.find((learner) => learner.task === task)?.digest;
}

export async function historyOf({ root, daemon }: Place, task = 'next-action'): Promise<Scorecard> {
  const { workspaces } = await statusOf(daemon);
  const found = workspaces
    .find((workspace) => workspace.root === root)
    ?.scorecards.find((card) => card.task === task && card.kind === 'history');
  if (!found) throw new Error(`there is no scorecard of ${task}`);
  return found;
}

async function statusOf(daemon: Started): Promise<Status> {
  const query = { scorecards: '1' };
  return JSON.parse(await ask(daemon, { method: 'GET', path: '/api/status', query })) as Status;
}
