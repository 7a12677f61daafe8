/**
 * Approvals and the guard: who may let a command run, and what an agent is told before it runs one.
 * It exists so that a yes comes from a person, outside the model's channel, for exactly what was shown.
 * Invariant: pure: events and the time come in, answers go out.
 */
export { analysisDigest } from './analysis-digest.js';
export { DEFAULT_GUARD, type GuardAnswer, type GuardPolicy, guard } from './guard.js';
export { type Grant, MOST_TO_READ, PendingApprovals } from './pending-approvals.js';
export {
  type Bound,
  CHANNELS,
  type Channel,
  mismatch,
  type Pending,
  type WaitingCommand,
} from './question.js';
export { visible } from './visible.js';
export type { WaitingSummary } from './waiting-summary.js';
