/**
 * How one server's thread, or the gateway, asks the servers about their learners.
 * It exists so that the same steps serve a tool call and the command line.
 * Invariant: a learner is named by its task; exactly one server holds it.
 */
import { LmcpError } from '../../errors/index.js';

/** Both `Services` and the gateway offer this for one workspace. */
export interface AskServers {
  /** @throws what the server refuses it with */
  ask(server: string, query: string, argument: unknown): Promise<unknown>;
  /** server → its answer; a server that fails is left out. */
  askAll(query: string, argument: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** A learner as its server tells of it. */
export interface Seated {
  readonly server: string;
  readonly task: string;
  readonly consumes: readonly string[];
}

/** Every learner of every server. */
export async function seatedLearners(servers: AskServers): Promise<readonly Seated[]> {
  const answers = await servers.askAll('consumers', null);
  return Object.entries(answers).flatMap(([server, seats]) =>
    (seats as readonly Omit<Seated, 'server'>[]).map(({ task, consumes }) => ({ server, task, consumes })),
  );
}

/** The server that holds a learner. @throws LMCP_UNKNOWN_LEARNER naming the learners there are */
export async function serverOf(servers: AskServers, learner: string): Promise<string> {
  const seats = await seatedLearners(servers);
  const found = seats.find(({ task }) => task === learner);
  if (found) return found.server;
  const known = seats.map(({ task }) => task).join(', ');
  throw new LmcpError(
    'LMCP_UNKNOWN_LEARNER',
    `There is no learner "${learner.slice(0, 100)}"; there are ${known}.`,
  );
}
