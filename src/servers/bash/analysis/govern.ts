/**
 * Applies a team's rules on finding codes to an analysis.
 * It exists apart from the rules on commands (team-rules.ts): a finding may come from a redirection, which no command owns.
 * Invariant: a rule may raise any finding; weight that no finding in sight explains, and what could not be analysed, stays.
 */
import { type Analysis, LEVELS, type Level } from './answer.js';

export interface Rule {
  /** Codes of the findings it is about. */
  readonly codes: readonly string[];
  readonly bound: 'atLeast' | 'atMost';
  readonly level: Level;
  /** Whether it also lowers what cannot be undone. */
  readonly lowersFinal: boolean;
}

export interface GovernedBy<R extends Rule> {
  readonly analysis: Analysis;
  /** The rules that changed something. */
  readonly rules: readonly R[];
}

/** Raising wins over lowering, whatever the order of the rules. */
export function govern<R extends Rule>(analysis: Analysis, rules: readonly R[]): GovernedBy<R> {
  const used = new Set<R>();
  const final = analysis.effects.some(({ reversible }) => !reversible);
  const findings = analysis.findings.map((finding) => {
    const about = rules.filter(({ codes }) => codes.includes(finding.code));
    let { level } = finding;
    for (const rule of about) {
      if (rule.bound !== 'atMost' || weightOf(level) <= weightOf(rule.level)) continue;
      if (!rule.lowersFinal && (final || level !== 'caution')) continue;
      used.add(rule);
      level = rule.level;
    }
    for (const rule of about) {
      if (rule.bound !== 'atLeast' || weightOf(level) >= weightOf(rule.level)) continue;
      used.add(rule);
      level = rule.level;
    }
    return level === finding.level ? finding : { ...finding, level };
  });
  if (used.size === 0) return { analysis, rules: [] };
  const unseen = heaviest(analysis.findings, 'safe') === analysis.level ? 'safe' : analysis.level;
  const least: Level = analysis.unanalysable.length > 0 ? 'unknown' : 'safe';
  const level = heaviest(findings, weightOf(unseen) > weightOf(least) ? unseen : least);
  return { analysis: { ...analysis, findings, level }, rules: [...used] };
}

const weightOf = (level: Level): number => LEVELS.indexOf(level);

function heaviest(findings: readonly { readonly level: Level }[], least: Level): Level {
  return findings.reduce<Level>(
    (heavy, { level }) => (weightOf(level) > weightOf(heavy) ? level : heavy),
    least,
  );
}
