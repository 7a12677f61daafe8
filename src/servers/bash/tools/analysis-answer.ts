/**
 * An analysis as an answer: bounded in rows and bytes, and as a few sentences.
 * It exists because a command of 32,768 characters can name as much in its effects again.
 * Invariant: the level is never cut; of findings the heaviest stay; an answer holds no more than 128 KiB.
 */
import { type Finding, LEVELS } from '../analysis/index.js';
import type { HereAnalysis } from '../surroundings/analyse-here.js';
import type { ShownAnalysis } from './analysis-shape.js';

/** Rows of the longest list. */
export const MOST_ROWS = 32;
const MOST = { effects: MOST_ROWS, findings: 16, unanalysable: 8 } as const;
/** Characters; what is longer is cut. */
const LONGEST = { target: 300, message: 400, fix: 1_000, fixedCommand: 8_192 } as const;

/** @param limit rows a list at most, besides the bounds of each */
export function shownAnalysis(analysis: HereAnalysis, limit: number = MOST_ROWS): ShownAnalysis {
  const { level, effects, findings, fixedCommand, unanalysable, policy, policyFaults } = analysis;
  const most = {
    effects: Math.min(MOST.effects, limit),
    findings: Math.min(MOST.findings, limit),
    unanalysable: Math.min(MOST.unanalysable, limit),
  };
  const kept = findings.length > most.findings ? heaviest(findings, most.findings) : findings;
  const more =
    left(effects.length, most.effects) +
    left(findings.length, most.findings) +
    left(unanalysable.length, most.unanalysable);
  const shown: ShownAnalysis = {
    level,
    effects: effects.slice(0, most.effects).map(({ kind, target, reversible }) => ({
      kind,
      target: cut(target, LONGEST.target),
      reversible,
    })),
    findings: kept.map(shownFinding),
    unanalysable: unanalysable.slice(0, most.unanalysable),
  };
  if (fixedCommand !== undefined && fixedCommand.length <= LONGEST.fixedCommand)
    shown.fixedCommand = fixedCommand;
  if (more > 0) shown.more = more;
  if (policy) shown.policy = [...policy];
  if (policyFaults) shown.policyFaults = policyFaults.map((fault) => cut(fault, LONGEST.message));
  return shown;
}

/** The short text for people. */
export function analysisText({
  level,
  findings,
  fixedCommand,
  unanalysable,
  policy,
  policyFaults,
}: HereAnalysis): string {
  let text = `${level}.`;
  for (const { message } of findings.slice(0, 5)) text += `\n${cut(message, LONGEST.message)}`;
  for (const { why } of unanalysable.slice(0, 3)) text += `\nNot analysed: ${why}.`;
  for (const { rule, source, change } of policy ?? [])
    text += `\n${change === 'raised' ? 'Raised' : 'Lowered'} by the rule "${rule}" of the ${source}'s policy.`;
  for (const fault of policyFaults ?? []) text += `\n${cut(fault, LONGEST.message)}`;
  if (fixedCommand !== undefined && fixedCommand.length <= LONGEST.fixedCommand)
    text += `\nSafer: ${cut(fixedCommand, LONGEST.fix)}`;
  return text;
}

function shownFinding({ code, level, start, end, message, fix }: Finding): ShownAnalysis['findings'][number] {
  const shown = { code, level, start, end, message: cut(message, LONGEST.message) };
  return fix === undefined || fix.text.length > LONGEST.fix ? shown : { ...shown, fix: { ...fix } };
}

function heaviest(findings: readonly Finding[], most: number): Finding[] {
  return findings.toSorted((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level)).slice(0, most);
}

const left = (length: number, most: number): number => Math.max(0, length - most);

/** Never between the halves of a character. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}…`;
}
