/**
 * The tool `generate_command`: command lines for a request in plain words, each with what it would do here.
 * It exists so that an agent starts from what worked, for this team or for others, with the danger beside it.
 * Invariant: nothing is run; each candidate is analysed where it would run, and names its source.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { ReceiptInit, Services } from '../../../runtime/index.js';
import {
  asksForItsChanges,
  type Generator,
  generateModel,
  generateTask,
  loadGenerator,
  type Proposal,
  type Request,
} from '../generate/index.js';
import { flagFindings, knowsProgram } from '../grammar/index.js';
import { below } from '../history/index.js';
import { type CommandLinesLearner, commandTasks } from '../predict/index.js';
import { analyseHere, folderOf } from '../surroundings/analyse-here.js';
import { effect, level } from './analysis-shape.js';
import { sampledCommand } from './generate-command-sampling.js';

/** Own lines that are looked at. */
const ownLooked = 50;
/** How long it may take until what was proposed is run or judged. */
const expiresInMs = 24 * 60 * 60_000;

const input = z.object({
  request: z
    .string()
    .min(1)
    .max(2000)
    .describe('What it should do, in plain words; quote names and patterns'),
  cwd: z.string().max(4096).optional().describe('Folder it would run in'),
  limit: z.int().min(1).max(10).default(5),
  sampling: z.boolean().default(true).describe('also ask the client’s model where it can be asked'),
});

const candidate = z.object({
  command: z.string(),
  confidence: z.number().describe('probability that the right command starts with this program'),
  source: z.enum(['history', 'pattern', 'retrieval', 'sampling']),
  analysis: z.object({ level, effects: z.array(effect).readonly() }),
});

const output = z.object({
  candidates: z.array(candidate).nullable(),
  prediction: z.string().nullable(),
  confidence: z.number().nullable(),
  evidence: z.object({ n: z.int(), interval: z.array(z.number()).length(2).nullable() }),
  baseline: z.string().nullable().describe('the command of the nearest known request, as it was written'),
  mode: z.enum(['learned', 'baseline', 'insufficient']),
});

type Answer = z.output<typeof output>;

const levelNote = (danger: string) => (danger === 'safe' ? '' : `  (${danger})`);

/** Words that stand for values the request did not name. */
const placeholders = /\b(?:FILE|DIR|PATTERN|REPLACEMENT|HOST|URL|USER|GROUP)\b/;
/** Levels that come last. */
const dangerous: ReadonlySet<string> = new Set(['dangerous', 'blocked']);

/** The short text for people. */
export function generatedText({ candidates }: Answer): string {
  if (!candidates)
    return 'No known request is like this one, so there is no command to show. Say it in other words, name the program, quote names and patterns, or import a shell history that holds such commands (lmcp import history).';
  const lines = candidates.map(
    ({ command, confidence, source, analysis }) =>
      `${command}${levelNote(analysis.level)}  [${source}; program likely ${Math.round(confidence * 100)} %]`,
  );
  const open = candidates.some(({ command }) => placeholders.test(command));
  return [...lines, ...(open ? ['Put your own values in the place of words in capitals.'] : [])].join('\n');
}

function receiptOf(request: string, { candidates, baseline, mode }: Answer): ReceiptInit {
  const shown = candidates ?? [];
  return {
    task: generateTask,
    model: generateModel,
    mode,
    question: [request.slice(0, 200)],
    ranked: shown.map(({ command }) => command),
    distribution: Object.fromEntries(shown.map(({ command, confidence }) => [command, confidence])),
    baseline: baseline === null ? {} : { [baseline]: 1 },
    expiresInMs,
  };
}

/** Own lines that share words with a request. */
function historyOf(learner: CommandLinesLearner, cwd: string | null) {
  return ({ words, slots }: Request) => {
    const query = [...words.filter((word) => !word.startsWith('<')), ...slots.map(({ value }) => value)];
    return learner.find({ query: query.join(' '), cwd, limit: ownLooked, runnable: true }).lines;
  };
}

const unknownOption = (command: string) => flagFindings(command).length > 0;

/** The tool over a generator that is loaded when it is first asked. */
export const generateCommandBy = (load: () => Promise<Generator>) =>
  defineTool({
    name: 'generate_command',
    title: 'Generate a command',
    description:
      'Shell commands for a request in plain words, from this team’s history and known requests, filled with your values, each analysed for danger. Nothing is run.',
    input,
    output,
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    combined: true,
    async run({ request, cwd, limit, sampling }, context: ToolContext<Services>) {
      const { services, call } = context;
      const { workspace } = services;
      const root = call.root ?? workspace.root;
      const folder = folderOf({ cwd, base: call.cwd, root });
      const generator: Generator = await load();
      const learner = workspace.learner<CommandLinesLearner>(commandTasks.line);
      const history = historyOf(learner, folder === null || root === null ? null : below(root, folder));
      const proposals: Proposal[] = generator.generate(request, {
        top: limit,
        history,
        unknownOption,
        isProgram: knowsProgram,
      });
      if (sampling && context.can('sampling')) {
        const sampled = await sampledCommand(context, { request, cwd: folder, generator, proposals });
        if (sampled && !unknownOption(sampled.command)) {
          const others = proposals.filter(({ command }) => command !== sampled.command);
          proposals.splice(0, proposals.length, sampled, ...others.slice(0, limit - 1));
        }
      }
      const analysed = await Promise.all(
        proposals.map(async (proposal) => {
          const { level: danger, effects } = await analyseHere({
            command: proposal.command,
            cwd,
            base: call.cwd,
            root,
          });
          return { ...proposal, analysis: { level: danger, effects } };
        }),
      );
      // What the analysis warns of comes after what it does not, unless the request asks for such a change.
      const last = (command: string, danger: string) =>
        dangerous.has(danger) && !asksForItsChanges(command, request);
      const candidates = [
        ...analysed.filter(({ command, analysis }) => !last(command, analysis.level)),
        ...analysed.filter(({ command, analysis }) => last(command, analysis.level)),
      ];
      const known = candidates.length > 0;
      const baseline = generator.nearest(request);
      const answer: Answer = {
        candidates: known ? candidates : null,
        prediction: null,
        confidence: candidates[0]?.confidence ?? null,
        evidence: { n: generator.evidence(request), interval: null },
        baseline: known ? baseline : null,
        mode: !known ? 'insufficient' : candidates[0]?.command === baseline ? 'baseline' : 'learned',
      };
      const structured = {
        ...answer,
        prediction: known ? workspace.receipt(receiptOf(request, answer)) : null,
      };
      return { structured, text: generatedText(structured) };
    },
  });

export const generateCommand = generateCommandBy(() => loadGenerator());
