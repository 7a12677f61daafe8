/**
 * `lmcp status`: what runs, where, and how often its answers were right.
 * It exists as the first place to look.
 * Invariant: exit code 0 when a daemon answers, 1 when none does.
 */
import type { FiguresView } from '../gateway/index.js';
import type { ScorecardReport } from '../learning/index.js';
import type { MovedHead } from '../runtime/index.js';
import { dataFolder } from '../runtime/paths.js';
import { call, runningDaemon } from './daemon-client.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { figuresLines } from './figures-text.js';
import { scorecardLines } from './scorecard-text.js';
import { tokenSource } from './token-source.js';

interface Status {
  readonly version: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly memory: { readonly rssBytes: number };
  readonly problem: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly monitor: FiguresView;
  readonly workspaces: readonly {
    readonly id: string;
    readonly root: string;
    readonly events: number | null;
    readonly readOnly: string | null;
    readonly learning: { readonly what: string; readonly done: number; readonly total: number | null } | null;
    readonly scorecards: readonly ScorecardReport[] | null;
    readonly movedHeads: readonly MovedHead[] | null;
  }[];
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

export async function status(options: { data?: string; json?: boolean }): Promise<void> {
  const data = dataFolder(options.data);
  const daemon = runningDaemon(data);
  warnOfOtherVersion(daemon);
  const found = (await call(daemon, {
    method: 'GET',
    path: '/api/status',
    query: { scorecards: '1' },
  })) as Status;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...found, url: daemon.url, socket: daemon.socket, data })}\n`);
    return;
  }
  const text = [
    `lmcp ${found.version}, process ${found.pid}, up ${found.uptimeSeconds} s, ${mebibytes(found.memory.rssBytes)} resident`,
    `  address  ${daemon.url}/mcp`,
    `  token    ${tokenSource(data, daemon.token)}`,
    `  data     ${data}`,
    ...(found.problem
      ? [`  ${found.problem.code}: ${found.problem.message}`, `    ${found.problem.hint}`]
      : []),
    '',
    ...figuresLines(found.monitor).map((line) => (line === '' ? '' : `  ${line}`)),
    ...found.workspaces.flatMap(workspaceLines),
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

/** A learner that was moved does not look like one that has learned nothing yet. */
export function movedLine({ learner, branch, offset, undone }: MovedHead): string {
  return `${learner} is on ${branch} at @${offset}: ${undone.toLocaleString('en')} events undone (back: lmcp models branch ${learner} main)`;
}

function workspaceLines(workspace: Status['workspaces'][number]): string[] {
  const { learning, readOnly } = workspace;
  return [
    '',
    `${workspace.id}  (${workspace.root})`,
    `  ${workspace.events === null ? 'not opened yet' : `${workspace.events.toLocaleString('en')} events in the journal`}`,
    ...(readOnly ? [`  the journal is read-only: ${readOnly}`] : []),
    ...(learning ? [`  ${learning.what}: ${learning.done} of ${learning.total ?? '?'}`] : []),
    ...(workspace.movedHeads ?? []).map((head) => `  ${movedLine(head)}`),
    ...(workspace.scorecards ?? []).flatMap((report) => scorecardLines(report).map((line) => `  ${line}`)),
  ];
}
