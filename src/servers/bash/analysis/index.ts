/**
 * The analysis of command lines: one function in, one answer out.
 * Other parts of the bash server (tool, hook, preview, policy, optimiser) import this file and nothing behind it.
 * Invariant: pure and total; see analyze.ts.
 */

export { analyze, MAX_LENGTH } from './analyze.js';
export type { Analysis, Effect, EffectKind, Finding, Fix, Level, Unanalysable } from './answer.js';
export { LEVELS } from './answer.js';
export { type GovernedBy, govern, type Rule } from './govern.js';
export { structureOfWords } from './run/structure.js';
export type { GitState, Surroundings } from './surroundings.js';
export { absolute, isWithin } from './targets/path.js';
export type { SeenCommand, Structure, TeamRules, Verdict } from './team-rules.js';
