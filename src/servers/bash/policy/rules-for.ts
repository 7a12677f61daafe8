/**
 * A policy's rules made ready for one analysis.
 * It exists between the policy's file and the analysis, which tells of commands and effects as it interprets them.
 * Invariant: where no rule is about commands, effects, targets or hosts, the analysis is not listened to.
 */
import {
  absolute,
  type Effect,
  LEVELS,
  type SeenCommand,
  type TeamRules,
  type Verdict,
} from '../analysis/index.js';
import { isAbout, saysAllOf } from './command-pattern.js';
import { Glob, Steps } from './glob.js';
import { hostOf, type PathPattern, pathPattern } from './path-pattern.js';
import type { Policy, PolicyRule } from './policy.js';

export interface RulesPlace {
  /** Absolute root of the repository. */
  readonly root: string | null;
  readonly home: string;
  /** Links resolved as far as the path exists. */
  real(path: string): string;
}

/** A rule's verdict, which remembers its rule. */
interface Ruling extends Verdict {
  readonly rule: PolicyRule;
}

interface Prepared {
  readonly rule: PolicyRule;
  readonly ruling: Ruling;
  readonly targets: readonly PathPattern[] | undefined;
  readonly hosts: readonly Glob[] | undefined;
}

/** What a rule does that an analysis must be listened to for. */
const listens = ({ command, effects, targets, hosts }: PolicyRule) =>
  command !== undefined || effects !== undefined || targets !== undefined || hosts !== undefined;

const prepared = new WeakMap<Policy, readonly Prepared[]>();

function prepare(policy: Policy, place: RulesPlace): readonly Prepared[] {
  const known = prepared.get(policy);
  if (known) return known;
  const made = policy.rules.filter(listens).map((rule) => ({
    rule,
    ruling: {
      bound: rule.bound,
      level: rule.level,
      reason: rule.reason,
      rule,
      ...(rule.codes && { codes: rule.codes }),
    },
    targets: rule.targets?.map((glob) => pathPattern(glob, place)),
    hosts: rule.hosts?.map(Glob.ofWord),
  }));
  prepared.set(policy, made);
  return made;
}

/** @param changed told of each rule that changed a level. @returns undefined where nothing needs to be listened to. */
export function rulesFor(
  policy: Policy,
  place: RulesPlace,
  changed: (rule: PolicyRule) => void,
): TeamRules | undefined {
  const rules = prepare(policy, place);
  if (rules.length === 0) return undefined;
  const raised = new Set<Ruling>();
  const raising = new Steps(true);
  const lowering = new Steps(false);
  return {
    command(seen) {
      const verdicts: Verdict[] = [];
      for (const one of rules)
        if (one.rule.bound === 'atMost' ? lowers(one, seen, place, lowering) : raises(one, seen, raising))
          verdicts.push(one.ruling);
      return verdicts;
    },
    effect(effect, cwd, remote) {
      for (const { rule, ruling, ...given } of rules)
        if (rule.bound === 'atLeast' && rule.command === undefined && rule.codes === undefined)
          if (isOf(rule, { ...given, steps: raising }, effect, cwd, remote)) raised.add(ruling);
    },
    atEnd: () => [...raised],
    applied: (verdict) => changed((verdict as Ruling).rule),
  };
}

type Given = Pick<Prepared, 'targets' | 'hosts'> & { readonly steps: Steps };

function raises({ rule, targets, hosts }: Prepared, seen: SeenCommand, steps: Steps): boolean {
  const { command, codes, effects } = rule;
  if (command === undefined && codes === undefined)
    return hosts !== undefined && reaches(rule, hosts, seen, steps);
  if (command && !isAbout(command, seen, steps)) return false;
  if (codes && !seen.findings.some(({ code }) => codes.includes(code))) return false;
  if (!effects && !targets && !hosts) return true;
  if (hosts && reaches(rule, hosts, seen, steps)) return true;
  return seen.effects.some((effect) => isOf(rule, { targets, hosts, steps }, effect, seen.cwd, seen.remote));
}

/** Whether a command that uses the network names such a host anywhere in its words. */
function reaches({ effects }: PolicyRule, hosts: readonly Glob[], seen: SeenCommand, steps: Steps): boolean {
  if (effects && !effects.includes('network')) return false;
  if (!seen.effects.some(({ kind }) => kind === 'network')) return false;
  const { operands, options } = seen.structure();
  return [...operands, ...options.map(({ value }) => value ?? '')].some((word) => goesTo(hosts, word, steps));
}

/** Whether an effect is one that the rule names; a path counts when it holds something of the glob. */
function isOf(
  rule: PolicyRule,
  { targets, hosts, steps }: Given,
  effect: Effect,
  cwd: string,
  remote: boolean,
): boolean {
  const { kind, target } = effect;
  if (rule.effects && !rule.effects.includes(kind)) return false;
  if (hosts) return kind === 'network' && goesTo(hosts, target, steps);
  if (!targets) return true;
  if (remote || !ON_PATHS.has(kind)) return false;
  const path = pathOf(target, cwd);
  return targets.some((pattern) => pattern.touches(path, steps));
}

/** What is not known is not folded away: `known/…/..` may be anywhere. */
function pathOf(target: string, cwd: string): string {
  return target.includes('…') ? target : absolute(target, cwd);
}

const ON_PATHS: ReadonlySet<string> = new Set(['read', 'write', 'delete']);

/** Whether a rule that lowers holds: everything the command does, reading aside, is what the rule names. */
function lowers(
  { rule, targets, hosts }: Prepared,
  seen: SeenCommand,
  place: RulesPlace,
  steps: Steps,
): boolean {
  const { command, effects, lowersFinal } = rule;
  if (LEVELS.indexOf(seen.level) <= LEVELS.indexOf(rule.level)) return false;
  if (!lowersFinal && (seen.level !== 'caution' || seen.effects.some(({ reversible }) => !reversible)))
    return false;
  if (command && !saysAllOf(command, seen, place.root, steps)) return false;
  if (!effects && !targets && !hosts) return true;
  if (seen.remote) return false;
  const weighty = seen.effects.filter(({ kind }) => kind !== 'read');
  return (
    weighty.length > 0 &&
    weighty.every(({ kind, target }) => {
      if (effects && !effects.includes(kind)) return false;
      if (kind === 'network') return hosts ? goesTo(hosts, target, steps) : !targets;
      if (hosts && !targets) return false;
      if (!targets) return true;
      const path = pathOf(target, seen.cwd);
      const real = ON_PATHS.has(kind) ? place.real(path) : undefined;
      return targets.some(
        (pattern) =>
          real !== undefined && pattern.covers(path, steps) && (real === path || pattern.covers(real, steps)),
      );
    })
  );
}

function goesTo(hosts: readonly Glob[], target: string, steps: Steps): boolean {
  const host = hostOf(target);
  return host !== undefined && hosts.some((pattern) => pattern.matches(host, steps));
}
