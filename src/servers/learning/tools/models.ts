/**
 * models: a learner's versions as a graph, and the ways to move on it.
 * It exists so that a learner that went wrong can be put back, and what that costs can be seen before.
 * Invariant: only our own store changes, by an event that the next move can undo; so `dryRun` is not the default.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services, VersionRow, Versions } from '../../../runtime/index.js';
import { scoreRowOf, scoreText } from '../score-row.js';
import { stepVersions, versionActions } from '../version-step.js';
import { versionsOf } from '../versions.js';

const SHOWN = 20;
/** Branches and tags an answer shows, the newest. */
const NAMES_SHOWN = 50;

/** What is beside the contract's fields is not spelled out: a server's whole list must fit an agent's context. */
const row = z.looseObject({});

const output = z.object({
  learner: z.string(),
  branch: z.string(),
  head: row,
  branches: z.array(row),
  tags: z.array(row),
  snapshots: z.array(
    z.looseObject({
      id: z.string(),
      parents: z.array(z.string()),
      offset: z.number(),
      at: z.string(),
      scorecard: z.array(row).nullable(),
    }),
  ),
  cursor: z.string().nullable(),
  moved: row.nullable(),
  compare: row.nullable(),
});

export const models = defineTool({
  name: 'models',
  title: 'Versions of a learner',
  description:
    'Versions of a learner (a task of learning_report): log; diff (ref A or A..B); rollback to ref; branch name (at ref), switches to it; tag name (at ref); merge branch name. A ref is a snapshot id, tag, branch, HEAD~n or @sequence. Moving back undoes a move; dryRun only compares.',
  input: z.object({
    action: z.enum(versionActions),
    learner: z.string().min(1).max(100),
    ref: z.string().min(1).max(200).optional(),
    name: z.string().min(1).max(100).optional(),
    dryRun: z.boolean().optional(),
    limit: z.int().min(1).max(100).optional(),
    cursor: z.string().max(100).optional(),
  }),
  output,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  subject: ({ learner }) => learner,
  run: async ({ limit = SHOWN, cursor, ...step }, { services }: ToolContext<Services>) => {
    const { moved, compare, text } = await stepVersions(services, step);
    const versions = await versionsOf(services, step.learner);
    const { learner, branch, head, branches, tags, snapshots } = versions;
    const page = pageOf(snapshots, { limit, cursor });
    const structured = {
      learner,
      branch,
      head: { ...head },
      branches: branches.slice(0, NAMES_SHOWN).map((it) => ({ ...it })),
      tags: tags.slice(0, NAMES_SHOWN).map((it) => ({ ...it })),
      snapshots: page.shown.map((it) => ({
        ...it,
        at: new Date(it.at).toISOString(),
        parents: [...it.parents],
        scorecard: it.scorecard?.map((report) => ({ ...scoreRowOf(report) })) ?? null,
      })),
      cursor: page.next,
      moved: moved && { ...moved },
      compare: compare && { ...compare },
    };
    return { structured, text: [text, logText(versions, page.shown)].filter((it) => it !== '').join('\n') };
  },
});

/** The snapshots after the cursor, which is the id of the last one shown. */
function pageOf(
  snapshots: readonly VersionRow[],
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
): { readonly shown: readonly VersionRow[]; readonly next: string | null } {
  const before = cursor === undefined ? -1 : snapshots.findIndex(({ id }) => id === cursor);
  if (cursor !== undefined && before < 0)
    throw new LmcpError(
      'LMCP_INVALID_PARAMS',
      'The cursor names no snapshot that is still there; start without it.',
    );
  const shown = snapshots.slice(before + 1, before + 1 + limit);
  return { shown, next: snapshots.length > before + 1 + limit ? (shown.at(-1)?.id ?? null) : null };
}

function logText({ branch, head }: Versions, shown: readonly VersionRow[]): string {
  const lines = shown.map(({ id, offset, tags, scorecard }) => {
    const names = tags.length > 0 ? ` (${tags.join(', ')})` : '';
    const scores = (scorecard ?? []).map((report) => scoreText(scoreRowOf(report))).join('; ');
    return `${id.slice(0, 8)} @${offset}${names} ${scores}`.trimEnd();
  });
  return [`on ${branch} at @${head.offset}`, ...(lines.length > 0 ? lines : ['no snapshot yet'])].join('\n');
}
