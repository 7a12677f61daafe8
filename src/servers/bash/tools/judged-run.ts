/**
 * What a run would be, judged now: where, what it does, and what the policies say of that.
 * It exists as one function because it is asked twice where a person is: before the question, and after the answer.
 * Invariant: of several policies each holds where it is the strictest; what a person agrees to is bound to all that was judged.
 */
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { LEVELS } from '../analysis/index.js';
import { analysisDigest, type Bound } from '../approvals/index.js';
import { type Policy, policyFor, strictestRun } from '../policy/index.js';
import { analyseHere, type HereAnalysis } from '../surroundings/analyse-here.js';
import { type CommandPlace, commandPlace, policyRoots } from './command-place.js';
import { scriptDigests } from './script-digests.js';

export interface WantedRun {
  readonly command: string;
  readonly cwd: string | undefined;
  readonly network: boolean;
}

export interface JudgedRun {
  readonly place: CommandPlace;
  readonly analysis: HereAnalysis;
  readonly rules: Policy['run'];
  readonly bound: Bound;
}

/** @throws LMCP_PATH_OUTSIDE */
export async function judgedRun(
  { command, cwd, network }: WantedRun,
  context: Pick<ToolContext<Services>, 'services' | 'call'>,
): Promise<JudgedRun> {
  const place = await commandPlace(cwd, context);
  const roots = policyRoots(place);
  const analyses = await Promise.all(roots.map((root) => analyseHere({ command, cwd: place.cwd, root })));
  const analysis = analyses.reduce(heavier);
  const rules = roots.map((root) => policyFor(root).run).reduce(strictestRun);
  const digest = analysisDigest(analysis, await scriptDigests(analysis.effects, place.cwd));
  const bound = { command, cwd: place.cwd, folder: place.folder, digest, network: network || rules.network };
  return { place, analysis, rules, bound };
}

const heavier = (a: HereAnalysis, b: HereAnalysis) =>
  LEVELS.indexOf(b.level) > LEVELS.indexOf(a.level) ? b : a;
