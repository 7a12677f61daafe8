/**
 * Where a command would run: directories and, when given, what git knows of the working tree.
 * It exists because `git checkout .` destroys nothing in a clean tree and `rm -rf *` depends on where one stands.
 * Invariant: nothing is looked up here; the caller says what it knows, the rest counts as unknown.
 */

import { absolute } from './targets/path.js';
import type { TeamRules } from './team-rules.js';

/** Paths relative to the repository root. */
export interface GitState {
  /** Tracked files with changes that no commit holds. */
  readonly changed: readonly string[];
  /** Files git does not know. */
  readonly untracked: readonly string[];
  /** Whether a path is ignored by git; unknown paths count as not ignored. */
  readonly ignored?: readonly string[];
}

export interface Surroundings {
  readonly cwd?: string | undefined;
  readonly home?: string | undefined;
  readonly repository?: string | undefined;
  /** Read only where it may change the answer: a getter tells its owner whether it was asked for. */
  readonly git?: GitState | undefined;
  /** Whether a path, absolute, was there before the line ran; undefined: not known. Asked only where it matters. */
  readonly exists?: (path: string) => boolean | undefined;
  readonly rules?: TeamRules | undefined;
}

export interface Places {
  readonly cwd: string;
  readonly home: string;
  readonly repository: string;
  readonly git: GitState | undefined;
  readonly exists: ((path: string) => boolean | undefined) | undefined;
  readonly rules: TeamRules | undefined;
}

/** Stand-ins for what is not given: an ordinary project in an ordinary home. */
const HOME = '/home/user';
const PROJECT = '/home/user/project';

export function placesOf(surroundings: Surroundings): Places {
  return new GivenPlaces(surroundings);
}

/** A class, so that all of them have one shape in memory: a getter in a literal makes each its own. */
class GivenPlaces implements Places {
  readonly cwd: string;
  readonly home: string;
  readonly repository: string;
  readonly exists: ((path: string) => boolean | undefined) | undefined;
  readonly rules: TeamRules | undefined;

  constructor(readonly given: Surroundings) {
    const { cwd, home, repository, exists, rules } = given;
    this.cwd = cwd === undefined ? PROJECT : absolute(cwd, '/');
    this.home = home ?? HOME;
    this.repository = repository ?? this.cwd;
    this.exists = exists;
    this.rules = rules;
  }

  get git(): GitState | undefined {
    return this.given.git;
  }
}
