/**
 * The daemon's side of the agent's hook: one query that judges a command before it runs, or records one that has run.
 * It exists so that an agent's shell is guarded and learned from without the agent asking for it.
 * Invariant: judging reads only; recording never waits, and stays within the capture budget.
 */
export { hookQuery } from './hook-query.js';
