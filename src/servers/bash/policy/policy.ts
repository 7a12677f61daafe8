/**
 * The policy in force: the user's own file and the repository's, put together.
 * It exists because a repository's file comes from whoever wrote the repository, and an agent can edit it.
 * Invariant: a repository's file tightens; it loosens nothing but routine commands whose effects can be undone, unless the user trusts that very text.
 */
import type { Level } from '../analysis/index.js';
import { type CommandPattern, commandPattern } from './command-pattern.js';
import {
  faultAt,
  lineOf,
  type PolicyFault,
  type PolicyText,
  type ReadPolicy,
  type RuleText,
} from './policy-file.js';

export type Source = 'user' | 'repository';

export interface GuardSettings {
  readonly ask: readonly Level[];
  readonly deny: readonly Level[];
}

export type ApprovalFrom = 'caution' | 'unknown' | 'dangerous';

export interface RunSettings {
  /** Whether a command may run where no sandbox can be made. */
  readonly unsandboxed: boolean;
  /** From this level on a run needs an approval. */
  readonly approvalFrom: ApprovalFrom;
  /** Whether a run may be granted the network. */
  readonly network: boolean;
}

export interface PolicyRule {
  readonly name: string;
  readonly source: Source;
  readonly bound: 'atLeast' | 'atMost';
  readonly level: Level;
  readonly command: CommandPattern | undefined;
  readonly codes: readonly string[] | undefined;
  readonly effects: readonly string[] | undefined;
  readonly targets: readonly string[] | undefined;
  readonly hosts: readonly string[] | undefined;
  /** Whether it lowers more than routine commands whose effects can be undone. */
  readonly lowersFinal: boolean;
  readonly reason: string;
}

export interface Policy {
  readonly guard: GuardSettings;
  readonly run: RunSettings;
  readonly rules: readonly PolicyRule[];
  readonly faults: readonly PolicyFault[];
}

export const STRICT: Policy = {
  guard: { ask: ['dangerous'], deny: ['blocked'] },
  run: { unsandboxed: false, approvalFrom: 'unknown', network: false },
  rules: [],
  faults: [],
};

/** A file as it was found: its path, its text. */
export interface PolicySource {
  readonly path: string;
  readonly text: string;
  readonly read: ReadPolicy;
}

/**
 * A fault in either file: nothing loosens until it is mended.
 *
 * @param trusted whether the user's file names the repository's text by its digest.
 */
export function policyOf(
  user: PolicySource | undefined,
  repository: PolicySource | undefined,
  trusted: boolean,
): Policy {
  const faults: PolicyFault[] = [];
  const own = accepted(user, 'user', true, faults);
  const theirs = accepted(repository, 'repository', trusted, faults);
  const rules = [...(own?.rules ?? []), ...(theirs?.rules ?? [])];
  const loose = faults.length === 0;
  const guard = loose
    ? { ...STRICT.guard, ...defined(own?.text.guard) }
    : tighterGuard(STRICT.guard, own?.text.guard);
  const run = loose ? { ...STRICT.run, ...defined(own?.text.run) } : tighterRun(STRICT.run, own?.text.run);
  const free = loose && trusted;
  return {
    guard: free ? { ...guard, ...defined(theirs?.text.guard) } : tighterGuard(guard, theirs?.text.guard),
    run: free ? { ...run, ...defined(theirs?.text.run) } : tighterRun(run, theirs?.text.run),
    rules: loose ? rules : rules.filter(({ bound }) => bound === 'atLeast'),
    faults,
  };
}

interface Accepted {
  readonly text: PolicyText;
  readonly rules: readonly PolicyRule[];
}

function accepted(
  file: PolicySource | undefined,
  source: Source,
  lowersFinal: boolean,
  faults: PolicyFault[],
): Accepted | undefined {
  if (file === undefined) return undefined;
  if ('fault' in file.read) {
    faults.push(file.read.fault);
    return undefined;
  }
  const { policy } = file.read;
  const refuse = (keys: readonly (string | number)[], key: string, why: string) => {
    faults.push(faultAt(file.path, lineOf(file.text, keys), key, why));
    return undefined;
  };
  if (source === 'repository' && policy.trust !== undefined)
    return refuse(['trust'], 'trust', 'stands in the own file of a user only');
  const rules: PolicyRule[] = [];
  for (const [i, rule] of (policy.rule ?? []).entries()) {
    const command = rule.command === undefined ? undefined : commandPattern(rule.command);
    if (typeof command === 'string') return refuse(['rule', i, 'command'], `rule[${i}].command`, command);
    rules.push(ruleOf(rule, command, source, lowersFinal));
  }
  return { text: policy, rules };
}

function ruleOf(
  rule: RuleText,
  command: CommandPattern | undefined,
  source: Source,
  lowersFinal: boolean,
): PolicyRule {
  const { name, code, effect, target, host, atLeast, atMost } = rule;
  return {
    name,
    source,
    bound: atLeast === undefined ? 'atMost' : 'atLeast',
    level: atLeast ?? atMost ?? 'unknown',
    command,
    codes: code,
    effects: effect,
    targets: target,
    hosts: host,
    lowersFinal,
    reason:
      rule.reason ?? `The ${source === 'user' ? "user's" : "repository's"} policy has the rule ${name}.`,
  };
}

function tighterGuard(guard: GuardSettings, theirs: PolicyText['guard']): GuardSettings {
  return {
    ask: [...new Set([...guard.ask, ...(theirs?.ask ?? [])])],
    deny: [...new Set([...guard.deny, ...(theirs?.deny ?? [])])],
  };
}

const STRICTEST_FIRST: readonly ApprovalFrom[] = ['caution', 'unknown', 'dangerous'];

function tighterRun(run: RunSettings, theirs: PolicyText['run']): RunSettings {
  const { approvalFrom } = theirs ?? {};
  return {
    unsandboxed: run.unsandboxed && theirs?.unsandboxed !== false,
    network: run.network && theirs?.network !== false,
    approvalFrom:
      STRICTEST_FIRST.find((level) => level === run.approvalFrom || level === approvalFrom) ??
      run.approvalFrom,
  };
}

/** What both allow. */
export function strictestRun(a: RunSettings, b: RunSettings): RunSettings {
  return tighterRun(a, b);
}

/** Without the members that are not there, so that a spread keeps the defaults. */
function defined<Settings extends object>(
  settings: Settings | undefined,
): { [Key in keyof Settings]: Exclude<Settings[Key], undefined> } {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Settings]: Exclude<Settings[Key], undefined>;
  };
}
