/**
 * What forgetting does, as lines a person reads before agreeing and after.
 * It exists so that the question is asked with everything on the table: counts, times, scores, backups.
 * Invariant: the backups that still hold the events are always named.
 */
import type { ForgetReport } from '../servers/learning/forgetting.js';
import { changeLines } from './score-text.js';

const count = (n: number) => n.toLocaleString('en');

export function forgetLines(report: ForgetReport): string[] {
  const { what, events, byType, firstAt, lastAt, learners, backups, compacted } = report;
  const types = Object.entries(byType).sort(([, a], [, b]) => b - a);
  const width = Math.max(0, ...types.map(([type]) => type.length));
  return [
    events === 0
      ? `no events of ${what}`
      : `${count(events)} events of ${what}, ${firstAt?.slice(0, 10)} to ${lastAt?.slice(0, 10)}`,
    ...types.map(([type, n]) => `  ${type.padEnd(width)}  ${count(n)}`),
    ...learners.flatMap(({ task, affected, before, after }) => [
      `${task}, ${count(affected)} events fewer:`,
      ...changeLines(before, after).map((line) => `  ${line}`),
    ]),
    ...(compacted ? [`${count(compacted.events)} payloads taken off the disk`] : []),
    ...(backups.length > 0
      ? ['backups that still hold the events:', ...backups.map(({ folder, at }) => `  ${folder}  (${at})`)]
      : []),
  ];
}
