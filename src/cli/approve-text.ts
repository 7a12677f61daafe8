/**
 * What a person reads before a yes: the command as it is, where, what it does, and how long the question stands.
 * It exists so that no control character can hide a part of the command.
 * Invariant: every character that a terminal would act on, or show in another order, is shown by its code.
 */
import { visible } from '../servers/bash/approvals/index.js';
import type { WaitingCommand, WaitingSummary } from './approve-request.js';

export function approvalText(it: WaitingCommand, now: number): string {
  const { analysis } = it;
  return [
    `Command   ${visible(it.command)}`,
    `Folder    ${visible(it.cwd)}`,
    `Writable  ${visible(it.folder)}`,
    `Level     ${visible(it.reason)}`,
    ...analysis.findings.map(({ message }) => `          ${visible(message)}`),
    ...analysis.effects.map(
      ({ kind, target, reversible }) =>
        `Effect    ${visible(kind)} ${visible(target)}${reversible ? '' : ' (cannot be undone)'}`,
    ),
    ...(it.network ? ['Network   it may reach the network'] : []),
    ...(analysis.fixedCommand === undefined ? [] : [`Safer     ${visible(analysis.fixedCommand)}`]),
    `Expires   in ${secondsLeft(it, now)} s`,
  ].join('\n');
}

/** One line a command. */
export function waitingLines(all: readonly WaitingSummary[], now: number): string[] {
  if (all.length === 0) return ['Nothing waits for approval.'];
  return all.flatMap((it) => [
    `${it.request}  ${visible(it.command)}`,
    `  in ${visible(it.cwd)}, ${visible(it.reason)}; ${secondsLeft(it, now)} s left`,
  ]);
}

const secondsLeft = ({ expiresAt }: WaitingSummary, now: number) =>
  Math.max(0, Math.round((expiresAt - now) / 1000));
