/**
 * The tool `related_files`: which other files belong to a change, from this repository's own history.
 * It exists to be asked before an edit is called done; the learner does the thinking, this file the talking.
 * Invariant: a question never reads or names anything outside the repository's root.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { ReceiptInit, Services } from '../../../runtime/index.js';
import { modelName } from '../learners/co-change/validation.js';
import type { CoChangeLearner, RelatedFile } from '../learners/co-change.js';
import { AnswerMemo } from './answer-memo.js';
import { repositoryPath } from './repository-path.js';
import { sessionReceipt } from './session-receipt.js';

const relatedFile = z.object({
  path: z.string(),
  p: z.number().describe('own probability; the order also spreads over alternatives'),
  together: z.int().describe('commits with both'),
  total: z.int().describe('commits with the asked file'),
  lastCommit: z.string().nullable(),
  reason: z.enum(['history', 'import', 'test-pair', 'directory']),
  commits: z.array(z.string()),
});

const input = z.object({
  paths: z
    .array(z.string().min(1).max(4096))
    .min(1)
    .max(50)
    .describe('Files of the change, relative to the root'),
  task: z.string().max(2000).optional().describe('What the change is for'),
  limit: z.int().min(1).max(50).default(10),
});

const output = z.object({
  files: z.array(relatedFile).nullable(),
  prediction: z.string().nullable(),
  confidence: z.number().nullable(),
  evidence: z.object({
    n: z.int(),
    interval: z.array(z.number()).length(2).nullable(),
    references: z.array(z.string()),
  }),
  baseline: z.array(relatedFile).nullable(),
  mode: z.enum(['learned', 'baseline', 'insufficient']),
  unknown: z.array(z.string()).optional(),
  learning: z.object({ done: z.int(), total: z.int().nullable() }).optional(),
});

export type RelatedFilesAnswer = Omit<z.output<typeof output>, 'prediction'>;

export interface RelatedFilesCall {
  readonly paths: readonly string[];
  readonly limit: number;
  /** Absolute root of the work tree, or null when there is none to look into. */
  readonly root: string | null;
  /** Whether a path of the root exists now; history may be behind the work tree. */
  readonly exists?: (path: string) => boolean;
}

/**
 * Answers one question: a pure function of the learner and the call.
 * @throws LMCP_PATH_OUTSIDE
 */
export function relatedFiles(learner: CoChangeLearner, call: RelatedFilesCall): RelatedFilesAnswer {
  const paths = [...new Set(call.paths.map((path) => repositoryPath(path, call.root)))];
  const unknown = paths.filter((path) => !learner.knows(path));
  const { exists = () => true, limit } = call;
  const { answer, confidence, evidence, baseline, mode } = learner.predictOne({ paths, limit: limit * 2 });
  const files = answer?.filter(({ path }) => exists(path)).slice(0, limit) ?? null;
  const nothing = files === null || files.length === 0;
  return {
    files: nothing ? null : files,
    confidence: nothing ? null : files[0] === answer?.[0] ? confidence : (files[0]?.p ?? null),
    evidence: {
      n: evidence.n,
      interval: evidence.interval && [...evidence.interval],
      references: [...evidence.references],
    },
    baseline: baseline?.filter(({ path }) => exists(path)) ?? null,
    mode: nothing ? 'insufficient' : mode,
    ...(unknown.length > 0 ? { unknown } : {}),
  };
}

/** How long a question waits for the first import; clients give up after a minute. */
const patienceMs = 15_000;
/** How long the work tree may have moved on before a repeated question looks again. */
const memoMs = 500;
const memoAnswers = 512;
/** One memo a learner: a workspace that is let go takes its answers along. */
const memos = new WeakMap<CoChangeLearner, AnswerMemo<RelatedFilesAnswer>>();

function memoOf(learner: CoChangeLearner, now: () => number): AnswerMemo<RelatedFilesAnswer> {
  let memo = memos.get(learner);
  if (memo === undefined) {
    memo = new AnswerMemo({ capacity: memoAnswers, maxAgeMs: memoMs, now });
    memos.set(learner, memo);
  }
  return memo;
}

/** How long the next commit may take to settle an answer: two weeks. */
const expiresInMs = 14 * 86_400_000;

function receiptOf(paths: readonly string[], answer: RelatedFilesAnswer): ReceiptInit {
  const distribution = (files: readonly RelatedFile[] | null) =>
    Object.fromEntries((files ?? []).slice(0, 20).map(({ path, p }) => [path, p]));
  return {
    task: 'co-change',
    model: modelName,
    subject: paths[0] ?? '',
    question: paths,
    ranked: (answer.files ?? []).slice(0, 20).map(({ path }) => path),
    distribution: distribution(answer.files),
    baseline: distribution(answer.baseline),
    mode: answer.mode,
    expiresInMs,
  };
}

const percent = (p: number): string => `${Math.round(p * 100)} %`;

function line({ path, p, together, total, reason }: RelatedFile): string {
  const why = together > 0 ? `together in ${together} of ${total} commits` : reason;
  return `${percent(p)}  ${path} (${why})`;
}

/** The short text for people. */
export function relatedFilesText(answer: z.output<typeof output>): string {
  const lines: string[] = [];
  if (answer.learning) {
    const { done, total } = answer.learning;
    lines.push(`Still learning the history (${done}${total === null ? '' : ` of ${total}`} commits).`);
  }
  if (answer.unknown) {
    lines.push(`Not in the history: ${answer.unknown.join(', ')}; answered from directory and name.`);
  }
  if (!answer.files)
    lines.push(
      answer.learning
        ? 'Ask again in a moment.'
        : 'Nothing is known to belong to this change: there is too little history to learn from.',
    );
  else {
    if (answer.mode === 'baseline')
      lines.push('The learned model has not yet beaten a plain count; this is the plain count.');
    lines.push(...answer.files.slice(0, 10).map(line));
  }
  return lines.join('\n');
}

export const relatedFilesTool = defineTool({
  name: 'related_files',
  title: 'Related files',
  description:
    'Files that usually change together with the given ones, learned from this repository: tests, docs, types, counterparts. Ask before you finish an edit.',
  input,
  output,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  combined: true,
  subject: ({ paths }) => paths[0],
  async run({ paths, limit }, context: ToolContext<Services>) {
    const { services, call } = context;
    const { workspace } = services;
    // The tree the client stands in: a work tree or a further clone has files of its own.
    const root = call.root ?? workspace.root;
    const known = workspace.isReady || (await workspace.ready(patienceMs, context.signal));
    const learning = known ? null : workspace.learning;
    const learner = workspace.learner<CoChangeLearner>('co-change');
    const answer = memoOf(learner, services.now).get(
      JSON.stringify([root, limit, paths]),
      learner.revision,
      () => {
        const exists = workTreeLook(root);
        return relatedFiles(learner, { paths, limit, root, ...(exists ? { exists } : {}) });
      },
    );
    const asked = paths.map((path) => repositoryPath(path, root));
    const held = {
      session: call.session,
      paths: asked,
      revision: learner.revision,
      ranked: (answer.files ?? []).map(({ path }) => path),
    };
    const receipt = () => workspace.receipt(receiptOf(asked, answer));
    const structured = {
      ...answer,
      prediction: answer.files ? sessionReceipt(workspace.state, held, receipt) : null,
      ...(learning ? { learning: { done: learning.done, total: learning.total } } : {}),
    };
    return { structured, text: relatedFilesText(structured) };
  },
});

/** Looks a path up in the work tree; none when the root is a bare repository or absent. */
function workTreeLook(root: string | null): ((path: string) => boolean) | undefined {
  if (root === null || !existsSync(join(root, '.git'))) return undefined;
  return (path) => existsSync(join(root, path));
}
