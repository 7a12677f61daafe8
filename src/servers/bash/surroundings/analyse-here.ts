/**
 * An analysis of a command where it would run: the folder, the repository around it, what git knows, and the team's policy.
 * It exists so that the tools, the hook, the preview and the generator judge one command alike.
 * Invariant: reads only; git and the disk are asked only where the answer may change the level.
 */
import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import {
  type Analysis,
  analyze,
  type GitState,
  govern,
  type Level,
  type Surroundings,
} from '../analysis/index.js';
import { type Policy, type PolicyRule, policyFor, rulesFor, type Source } from '../policy/index.js';
import { GitStates } from './git-states.js';
import { real, WorkTrees } from './work-tree.js';

export interface Here {
  readonly command: string;
  /** As the client wrote it: absolute, or relative to `base`. */
  readonly cwd?: string | undefined;
  /** The session's folder; the root when not given. */
  readonly base?: string | undefined;
  /** Absolute root of the workspace's work tree, or null when there is none. */
  readonly root: string | null;
  /** How long git may be asked, in milliseconds; 500 when not given. Without an answer the worst is assumed. */
  readonly gitBudgetMs?: number | undefined;
}

/** Where an agent waits before every command. */
export const HOOK_GIT_BUDGET_MS = 150;
const GIT_BUDGET_MS = 500;

/** A rule of the policy that changed a level. */
export interface AppliedRule {
  readonly rule: string;
  readonly source: Source;
  readonly change: 'raised' | 'lowered';
  readonly level: Level;
}

export interface HereAnalysis extends Analysis {
  /** Absent: no rule changed anything. */
  readonly policy?: readonly AppliedRule[];
  /** What is wrong with the policy's files; absent: nothing. */
  readonly policyFaults?: readonly string[];
}

/** The folder a command would run in, absolute; null when nobody said. */
export function folderOf({ cwd, base, root }: Omit<Here, 'command'>): string | null {
  const start = base ?? root;
  if (cwd === undefined) return start;
  if (isAbsolute(cwd)) return resolve(cwd);
  return start === null ? null : join(start, cwd);
}

const workTrees = new WorkTrees();
const gitStates = new GitStates(() => performance.now());
const home = homedir();

/** What git says is asked for by a second analysis, after the first has said that it would matter. */
export async function analyseHere(here: Here): Promise<HereAnalysis> {
  const now = performance.now();
  const given = folderOf(here);
  const { folder, root } = given === null ? { folder: null, root: null } : workTrees.around(given, now);
  const policy = policyFor(here.root ?? root);
  const asked = new Asked();
  const places = { folder, root, policyRoot: here.root ?? root };
  const first = judged(here.command, places, policy, asked);
  // What git and the disk say only ever lowers what they are asked about, and that is `dangerous`.
  if (first.level !== 'dangerous' || !(asked.forGit || asked.forExists)) return first;
  const git =
    asked.forGit && root !== null ? await gitStates.of(root, here.gitBudgetMs ?? GIT_BUDGET_MS) : undefined;
  if (git === undefined && !asked.forExists) return first;
  return judged(here.command, places, policy, { git, exists });
}

interface Places {
  readonly folder: string | null;
  readonly root: string | null;
  readonly policyRoot: string | null;
}

interface Facts {
  readonly git: GitState | undefined;
  readonly exists: NonNullable<Surroundings['exists']>;
}

/** Says nothing, and remembers what it was asked for. Classes: a getter in a literal makes every object a shape of its own. */
class Asked implements Facts {
  forGit = false;
  forExists = false;

  get git(): undefined {
    this.forGit = true;
    return undefined;
  }

  readonly exists = (): undefined => {
    this.forExists = true;
    return undefined;
  };
}

class SurroundingsHere implements Surroundings {
  readonly home = home;
  readonly cwd: string | undefined;
  readonly repository: string | undefined;
  readonly exists: Facts['exists'];

  constructor(
    folder: string | null,
    root: string | null,
    readonly facts: Facts,
    readonly rules: Surroundings['rules'],
  ) {
    this.cwd = folder ?? undefined;
    this.repository = root ?? undefined;
    this.exists = facts.exists;
  }

  get git(): GitState | undefined {
    return this.facts.git;
  }
}

function judged(
  command: string,
  { folder, root, policyRoot }: Places,
  policy: Policy,
  facts: Facts,
): HereAnalysis {
  const changed = new Set<PolicyRule>();
  const rulesHere = rulesFor(policy, { root: policyRoot, home, real }, (rule) => changed.add(rule));
  const analysis = analyze(command, new SurroundingsHere(folder, root, facts, rulesHere));
  const { rules, faults } = policy;
  if (rules.length === 0 && faults.length === 0) return analysis;
  const byCode = govern(analysis, rules.flatMap(onFindings));
  for (const { rule } of byCode.rules) changed.add(rule);
  return {
    ...byCode.analysis,
    ...(changed.size > 0 && { policy: [...changed].map(applied) }),
    ...(faults.length > 0 && { policyFaults: faults.map(({ message }) => message) }),
  };
}

/** Rules on codes alone are about findings, wherever they come from. */
function onFindings(rule: PolicyRule) {
  const { command, codes, effects, targets, hosts, bound, level, lowersFinal } = rule;
  return codes && !command && !effects && !targets && !hosts
    ? [{ codes, bound, level, lowersFinal, rule }]
    : [];
}

function applied({ name, source, bound, level }: PolicyRule): AppliedRule {
  return { rule: name, source, change: bound === 'atLeast' ? 'raised' : 'lowered', level };
}

/** A link counts: what it points to would be written through it. */
function exists(path: string): boolean | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return undefined;
  }
}
