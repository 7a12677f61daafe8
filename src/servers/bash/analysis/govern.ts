/**
 * Applies a team's rules to an analysis: by finding code and effect, never by the text of a command.
 * It exists as the seam for the policy file; what the file says becomes these rules.
 * Invariant: a rule may raise any level; it lowers none that comes from a part that could not be analysed.
 */
import { type Analysis, type EffectKind, LEVELS, type Level } from './answer.js';

export interface Rule {
  /** A finding's code; absent: any. */
  readonly code?: string;
  /** The kind of an effect that must be there; absent: any. */
  readonly effect?: EffectKind;
  /** The level the matching findings get. */
  readonly level: Level;
  /** Shown with the answer. */
  readonly reason: string;
}

export interface GovernedBy {
  readonly analysis: Analysis;
  /** The rules that changed something. */
  readonly rules: readonly Rule[];
}

export function govern(analysis: Analysis, rules: readonly Rule[]): GovernedBy {
  const used = new Set<Rule>();
  const kinds = new Set(analysis.effects.map(({ kind }) => kind));
  const findings = analysis.findings.map((finding) => {
    const rule = rules.find(
      ({ code, effect }) =>
        (code === undefined || code === finding.code) && (effect === undefined || kinds.has(effect)),
    );
    if (!rule || rule.level === finding.level) return finding;
    used.add(rule);
    return { ...finding, level: rule.level };
  });
  const least: Level = analysis.unanalysable.length > 0 ? 'unknown' : 'safe';
  const level = findings.reduce<Level>((heaviest, finding) => heavier(heaviest, finding.level), least);
  return { analysis: { ...analysis, findings, level }, rules: [...used] };
}

function heavier(a: Level, b: Level): Level {
  return LEVELS.indexOf(a) >= LEVELS.indexOf(b) ? a : b;
}
