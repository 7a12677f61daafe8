/**
 * The policy of a team: what its files say, and what that makes of an analysis.
 * It exists as the public face of the room; the judge of commands, the runs and the hook import from here.
 * Invariant: what a repository brings along loosens nothing that cannot be undone.
 */
export { type Policy, type PolicyRule, type Source, strictestRun } from './policy.js';
export { policyFor } from './policy-for.js';
export { rulesFor } from './rules-for.js';
