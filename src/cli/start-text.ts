/**
 * What `lmcp start` prints: addresses, how to connect, what was learned, and where the first answer is.
 * It exists so that a new user reaches an answer without reading anything else.
 * Invariant: the token is in the page's address only (a fragment: it is not sent); elsewhere its file is named.
 */
import type { DaemonFile } from '../gateway/daemon-file.js';
import type { Learned } from './learn-progress.js';
import { scorecardLines } from './scorecard-text.js';

const out = (lines: readonly string[]) => process.stdout.write(`${lines.join('\n')}\n`);

/** @param token where the token is to be found, not the token. */
export function tellDaemon(daemon: DaemonFile, token: string): void {
  out([
    `Learning MCP ${daemon.version}`,
    '',
    `  MCP over HTTP  ${daemon.url}/mcp   (bearer token: ${token})`,
    `  page           ${daemon.url}/#token=${daemon.token}`,
    '',
    '  Connect an agent (or let `lmcp init` write the configurations):',
    '    Claude Code      claude mcp add lmcp -- lmcp stdio',
    '    Cursor, VS Code  command "lmcp", arguments ["stdio"]',
    '',
  ]);
}

export function tellLearned(daemon: DaemonFile, learned: Learned): void {
  const { workspace, state, seconds, example } = learned;
  const address = example ? `${daemon.url}/?path=${encodeURIComponent(example)}#token=${daemon.token}` : null;
  out([
    `Learned ${workspace.root}`,
    `  ${state.offset.toLocaleString('en')} events in ${seconds.toFixed(1)} s`,
    ...learned.scorecards
      .filter(({ n }) => n > 0)
      .flatMap((report) => scorecardLines(report).map((line) => `  ${line}`)),
    ...(address ? ['', `First answer: what belongs to ${example}?`, `  ${address}`] : []),
  ]);
}
