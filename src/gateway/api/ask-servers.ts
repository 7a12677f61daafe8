/**
 * The servers of one workspace, as what is asked about learners needs them.
 * It exists so that routes of the API take the same steps as the tools of the learning server.
 * Invariant: adds nothing to what is asked.
 */
import type { Threads } from '../../runtime/index.js';
import type { AskServers } from '../../servers/learning/asking-servers.js';

export function askServers(threads: Threads, workspace: string): AskServers {
  return {
    ask: (server, query, argument) => threads.query(server, workspace, query, argument),
    askAll: (query, argument) => threads.queryAll(workspace, query, argument),
  };
}
