/**
 * What a person reads before a yes: the command as it is, where, what it does, and how long the question stands.
 * It exists so that no control character can hide a part of the command.
 * Invariant: every character that a terminal would act on, or show in another order, is shown by its code.
 */
import type { PendingApproval } from './approve-request.js';

export function approvalText(it: PendingApproval, now: number): string {
  const { analysis } = it;
  const left = Math.max(0, Math.round((it.expiresAt - now) / 1000));
  return [
    `Command   ${visible(it.command)}`,
    `Folder    ${visible(it.cwd)}`,
    `Level     ${visible(analysis.level)}: ${visible(it.reason)}`,
    ...analysis.findings.map(({ message }) => `          ${visible(message)}`),
    ...analysis.effects.map(
      ({ kind, target, reversible }) =>
        `Effect    ${visible(kind)} ${visible(target)}${reversible ? '' : ' (cannot be undone)'}`,
    ),
    ...(analysis.fixedCommand === undefined ? [] : [`Safer     ${visible(analysis.fixedCommand)}`]),
    `Expires   in ${left} s`,
  ].join('\n');
}

/** Control, format and bidirectional characters and line separators by their code points (Unicode Cc, Cf, Zl, Zp). */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
