/**
 * Rewrites of commands: what is saved, and how far old and new form agree.
 * It exists as the public face of the optimiser; the tool and the differential harness import from here.
 * Invariant: nothing here runs a command.
 */
export { optimise, ruleCodes } from './optimise.js';
export type { Equivalence, Rewrite, Speedup } from './rewrite.js';
