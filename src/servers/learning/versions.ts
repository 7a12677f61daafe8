/**
 * A learner's versions, asked for and moved: log, diff, rollback, branch, tag, merge.
 * It exists as the one door to them, for the tool `models` and for `lmcp models`.
 * Invariant: a move is an event of the learner's own journal and can be moved back; a dry run changes nothing.
 */
import type { Compared, Move, Moved, Named, NewName, Versions } from '../../runtime/index.js';
import { type AskServers, seatedLearners, serverOf } from './asking-servers.js';

/** @throws LMCP_UNKNOWN_LEARNER */
export async function versionsOf(servers: AskServers, learner: string): Promise<Versions> {
  const server = await serverOf(servers, learner);
  return (await servers.ask(server, 'versions', { learner })) as Versions;
}

/** Of every learner of every server. */
export async function allVersions(servers: AskServers): Promise<readonly Versions[]> {
  const seats = await seatedLearners(servers);
  return Promise.all(
    seats.map(
      async ({ server, task }) => (await servers.ask(server, 'versions', { learner: task })) as Versions,
    ),
  );
}

/** @throws LMCP_UNKNOWN_LEARNER, LMCP_UNKNOWN_VERSION, LMCP_AMBIGUOUS_VERSION, LMCP_BAD_NAME, LMCP_NAME_TAKEN, LMCP_TOO_MANY_NAMES */
export async function moveHead(servers: AskServers, move: Move): Promise<Moved> {
  const server = await serverOf(servers, move.learner);
  return (await servers.ask(server, 'moveHead', move)) as Moved;
}

/** Names a state; `ref` defaults to the head. @throws as `moveHead` */
export async function tagVersion(
  servers: AskServers,
  tag: { readonly learner: string; readonly name: string; readonly ref?: string },
): Promise<void> {
  await servers.ask(await serverOf(servers, tag.learner), 'tag', tag);
}

/** Refuses a name that could not be given, to a state that is not there. @throws as `moveHead` */
export async function checkName(servers: AskServers, name: NewName): Promise<Named> {
  return (await servers.ask(await serverOf(servers, name.learner), 'checkName', name)) as Named;
}

/** @throws as `moveHead` */
export async function compareVersions(
  servers: AskServers,
  { learner, a, b }: { readonly learner: string; readonly a: string; readonly b: string },
): Promise<Compared> {
  return (await servers.ask(await serverOf(servers, learner), 'compare', { learner, a, b })) as Compared;
}
