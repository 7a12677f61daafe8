/**
 * Runs a simple command and lets the team's rules judge it.
 * It exists so that a rule lowers exactly the findings of the command it names, and nothing beside it in the line.
 * Invariant: weight that no finding in sight explains is kept; so is that of a part that could not be analysed.
 */
import { LEVELS } from '../answer.js';
import { type Call, type Machine, SAFE, type Weight } from '../machine.js';
import type { Stream } from '../stream.js';
import type { SeenCommand, TeamRules, Verdict } from '../team-rules.js';
import { isKnown } from '../words/field.js';
import { structureOf } from './structure.js';

export function underRules(
  machine: Machine,
  call: Call,
  rules: TeamRules,
  run: (machine: Machine, call: Call) => Stream,
): Stream {
  const { weight: before, ownFindings, ownEffects } = machine;
  const from = machine.findings.length;
  const unanalysable = machine.unanalysable.length;
  machine.ownFindings = from;
  machine.ownEffects = machine.effects.length;
  machine.weight = SAFE;
  const { cwd } = machine;
  const out = run(machine, call);
  const findings = machine.findings.slice(from);
  const effects = machine.effects.slice(machine.ownEffects);
  const seen: SeenCommand = {
    word: call.word.text,
    name: call.name,
    known: call.fields.every(({ text }) => isKnown(text)),
    remote: machine.scope.remote || machine.scope.disposable,
    cwd,
    level: LEVELS[machine.weight] ?? 'unknown',
    findings,
    effects,
    analysable: machine.unanalysable.length === unanalysable && !machine.isFull,
    structure: () => structureOf(call.name, call.fields),
  };
  const verdicts = rules.command(seen);
  if (verdicts.length > 0) {
    for (const verdict of verdicts)
      if (verdict.bound === 'atMost' && seen.analysable) lower(machine, from, verdict, rules);
    for (const verdict of verdicts) if (verdict.bound === 'atLeast') raise(machine, verdict, rules, call);
  }
  machine.ownFindings = ownFindings;
  machine.ownEffects = ownEffects;
  if (machine.weight < before) machine.weight = before;
  return out;
}

/** Raises the line as a whole: what the effects told of. */
export function raise(
  machine: Machine,
  verdict: Verdict,
  rules: TeamRules,
  span: { readonly start: number; readonly end: number },
): void {
  const weight = LEVELS.indexOf(verdict.level) as Weight;
  if (weight <= machine.weight) return;
  machine.find(weight, 'policy', verdict.reason, span);
  rules.applied(verdict);
}

function lower(machine: Machine, from: number, verdict: Verdict, rules: TeamRules): void {
  const { findings } = machine;
  const most = LEVELS.indexOf(verdict.level);
  let explained = SAFE as number;
  let left = SAFE as number;
  let changed = false;
  for (let i = from; i < findings.length; i += 1) {
    const finding = findings[i];
    if (!finding) continue;
    const weight = LEVELS.indexOf(finding.level);
    explained = Math.max(explained, weight);
    const named = verdict.codes === undefined || verdict.codes.includes(finding.code);
    if (!named || weight <= most || finding.code === 'policy') {
      left = Math.max(left, weight);
      continue;
    }
    findings[i] = { ...finding, level: verdict.level };
    left = Math.max(left, most);
    changed = true;
  }
  if (!changed) return;
  if (explained >= machine.weight) machine.weight = left as Weight;
  rules.applied(verdict);
}
