/**
 * The tool `predict_command`: the command lines most likely to come next in a session, each with how dangerous it would be here.
 * It exists so that a habit is a keystroke, and so that one sees whether the next command is predictable at all.
 * Invariant: answers from the learners' state alone; a line is never shown without its level, and runs nothing.
 */
import { z } from 'zod';
import {
  distributionOf,
  type NextActionLearner,
  nextActionModel,
  questionOf,
  type Ranked,
} from '../../../learning/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { ReceiptInit, Services } from '../../../runtime/index.js';
import { below } from '../history/index.js';
import { type CommandLinesLearner, commandTasks } from '../predict/index.js';
import { analyseHere, folderOf } from '../surroundings/analyse-here.js';
import { level } from './analysis-shape.js';

/** The next command comes soon, or the session is over. */
const expiresInMs = 60 * 60_000;
/** First words that are told beside the lines. */
const verbsShown = 3;
/** Characters of a command that the short text shows. */
const textWidth = 120;

const ranked = z.object({ command: z.string(), p: z.number() });

const input = z.object({
  cwd: z.string().max(4096).optional(),
  recent: z
    .array(z.string().min(1).max(32_768))
    .max(64)
    .optional()
    .describe('Run last, oldest first; default: as recorded'),
  session: z.string().max(200).optional(),
  limit: z.int().min(1).max(10).default(5),
});

const output = z.object({
  candidates: z.array(ranked.extend({ level })).nullable(),
  sure: z.array(z.string()).optional().describe('hold the next command in 95 % of such cases'),
  verbs: z.record(z.string(), z.number()).optional().describe('first word: p'),
  prediction: z.string().nullable(),
  confidence: z.number().nullable(),
  evidence: z.object({ n: z.number(), interval: z.array(z.number()).length(2).nullable() }),
  baseline: z.array(ranked).nullable(),
  mode: z.enum(['learned', 'baseline', 'insufficient']),
});

type Answer = z.output<typeof output>;

const named = (answer: readonly Ranked[]) => answer.map(({ label, p }) => ({ command: label, p }));

/** The short text for people. */
export function predictionText({ candidates, mode, verbs, evidence }: Answer): string {
  if (!candidates)
    return `Too few commands have been seen (${evidence.n}); work on and ask again, or bring your shell's history with lmcp import history.`;
  const lines = candidates.map(({ command, p, level: danger }) => {
    const shown = command.length > textWidth ? `${command.slice(0, textWidth)}…` : command;
    return `${Math.round(p * 100)} %  ${shown}${danger === 'safe' ? '' : `  (${danger})`}`;
  });
  if (mode === 'baseline')
    lines.unshift('The model has not yet beaten a plain count; this is the plain count.');
  const [verb, p = 0] = Object.entries(verbs ?? {})[0] ?? [];
  if (p > (candidates[0]?.p ?? 0))
    lines.push(`First word, whatever follows: ${verb} (${Math.round(p * 100)} %).`);
  return lines.join('\n');
}

export const predictCommand = defineTool({
  name: 'predict_command',
  title: 'Predict the next command',
  description:
    'The command lines most likely to come next, from what this team ran, and how dangerous each is.',
  input,
  output,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run({ cwd, recent, session: asked, limit }, { services, call }: ToolContext<Services>) {
    const { workspace } = services;
    const root = call.root ?? workspace.root;
    const lines = workspace.learner<CommandLinesLearner>(commandTasks.line);
    const verbs = workspace.learner<NextActionLearner>(commandTasks.verb);
    const session = asked ?? lines.subjectOf(call.session);
    const folder = cwd === undefined ? null : folderOf({ cwd, base: call.cwd, root });
    const from = {
      ...(folder === null || root === null ? {} : { cwd: below(root, folder) ?? '' }),
      ...(recent === undefined || recent.length === 0 ? {} : { recent }),
    };
    const question = { session, ...from };
    const said = lines.predictOne({ ...question, top: limit });
    const { answer, baseline, mode, confidence, evidence } = said;
    const candidates =
      answer &&
      (await Promise.all(
        named(answer).map(async (candidate) => {
          const here = { command: candidate.command, cwd, base: call.cwd, root };
          return { ...candidate, level: (await analyseHere(here)).level };
        }),
      ));
    const receipt = (of: readonly Ranked[]): ReceiptInit => ({
      task: lines.task,
      model: nextActionModel,
      mode,
      subject: session,
      question: questionOf(session, limit, from),
      ranked: of.map(({ label }) => label),
      distribution: distributionOf(of),
      baseline: distributionOf(baseline ?? []),
      expiresInMs,
    });
    const words = verbs.predictOne({ ...question, top: verbsShown }).answer;
    const sure = mode === 'learned' && answer ? lines.sure(answer) : null;
    const structured: Answer = {
      candidates,
      ...(sure ? { sure: [...sure] } : {}),
      ...(words ? { verbs: distributionOf(words) } : {}),
      prediction: answer && workspace.receipt(receipt(answer)),
      confidence,
      evidence: { n: evidence.n, interval: evidence.interval && [...evidence.interval] },
      baseline: baseline && named(baseline),
      mode,
    };
    return { structured, text: predictionText(structured) };
  },
});
