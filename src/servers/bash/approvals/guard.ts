/**
 * What the hook tells an agent about to run a command: nothing, ask, or deny.
 * It exists so that a destructive call is stopped with its reason and its safer form, and an ordinary one never is.
 * Invariant: pure; never says "allow": the client's own rules stay in force.
 */
import type { Analysis, Level } from '../analysis/answer.js';

export interface GuardAnswer {
  readonly decision: 'none' | 'ask' | 'deny';
  /** For deny read by the agent, for ask by the person. */
  readonly reason: string;
}

/** Which levels ask. `unknown` does not by default: most of what cannot be analysed is harmless, and the client has rules. */
export interface GuardPolicy {
  readonly ask: readonly Level[];
  readonly deny: readonly Level[];
}

export const DEFAULT_GUARD: GuardPolicy = { ask: ['dangerous'], deny: ['blocked'] };

/** Findings that ask although their level does not: what was not looked at may be padded to hide the rest. */
const ASKED = new Set(['too-large', 'too-deep']);

/** Modes in which nobody is asked: what should be asked is denied there (code.claude.com/docs/en/permission-modes). */
const NOBODY_ASKED = new Set(['bypassPermissions', 'dontAsk', 'auto']);

export function guard(
  analysis: Analysis,
  {
    permissionMode = 'default',
    policy = DEFAULT_GUARD,
  }: { permissionMode?: string; policy?: GuardPolicy } = {},
): GuardAnswer {
  const { level } = analysis;
  const asks = policy.ask.includes(level) || analysis.findings.some(({ code }) => ASKED.has(code));
  const deny = policy.deny.includes(level) || (asks && NOBODY_ASKED.has(permissionMode));
  if (!deny && !asks) return { decision: 'none', reason: '' };
  return { decision: deny ? 'deny' : 'ask', reason: reasonOf(analysis, deny) };
}

function reasonOf({ level, findings, unanalysable, fixedCommand }: Analysis, deny: boolean): string {
  const weighty = findings.filter((finding) => finding.level === level);
  const messages = [...new Set((weighty.length > 0 ? weighty : findings).map(({ message }) => message))];
  const why =
    messages.length > 0
      ? messages.slice(0, 3)
      : unanalysable.slice(0, 1).map((part) => `It cannot be analysed: ${part.why}.`);
  return [
    `lmcp: ${level}.`,
    ...why,
    ...(fixedCommand === undefined ? [] : [`Safer: ${fixedCommand}`]),
    ...(deny ? [instead(fixedCommand !== undefined)] : []),
  ].join(' ');
}

/** Told to an agent, which would else look for another way to the same end. */
function instead(isFixed: boolean): string {
  return isFixed
    ? 'Use the safer form, or ask the person you work for.'
    : 'Do not look for a way around this: ask the person you work for.';
}
