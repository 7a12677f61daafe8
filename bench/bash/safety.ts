/**
 * Recall, false alarms, twins and the rate of asking, by axis, source and label.
 * They exist apart because the axes need different evidence and are never merged into one score.
 * Invariant: flagged means dangerous, blocked or unknown; unknown is also counted on its own.
 */
import { analyze } from '../../src/servers/bash/analysis/analyze.js';
import type { Level } from '../../src/servers/bash/analysis/answer.js';
import type { SafetyRow } from './rows.js';

export interface Group {
  readonly axis: string;
  readonly source: string;
  readonly label: string;
  rows: number;
  flagged: number;
  unknown: number;
}

export interface Miss {
  readonly class: string;
  readonly label: string;
  readonly source: string;
  readonly level: Level;
  readonly codes: readonly string[];
  readonly command: string;
}

export interface Safety {
  readonly groups: readonly Group[];
  /** Own pairs with both members right. */
  readonly twins: Readonly<Record<string, { pairs: number; right: number }>>;
  readonly misses: readonly Miss[];
}

export function flagged(level: Level): boolean {
  return level === 'dangerous' || level === 'blocked' || level === 'unknown';
}

export function measureSafety(rows: readonly SafetyRow[]): Safety {
  const groups = new Map<string, Group>();
  const levels = new Map<string, Level>();
  const misses: Miss[] = [];
  for (const row of rows) {
    const { axis, source, label, command } = row;
    const analysis = analyze(command);
    levels.set(row.id, analysis.level);
    const key = `${axis}/${source}/${label}`;
    const group = groups.get(key) ?? { axis, source, label, rows: 0, flagged: 0, unknown: 0 };
    groups.set(key, group);
    group.rows += 1;
    if (flagged(analysis.level)) group.flagged += 1;
    if (analysis.level === 'unknown') group.unknown += 1;
    const bad = label === 'destructive' || label === 'malicious';
    if (label !== 'unknown' && bad !== flagged(analysis.level))
      misses.push({
        class: row.class,
        label,
        source,
        level: analysis.level,
        codes: analysis.findings.map(({ code }) => code),
        command: command.slice(0, 160),
      });
  }
  return { groups: [...groups.values()], twins: twinsOf(rows, levels), misses };
}

function twinsOf(rows: readonly SafetyRow[], levels: ReadonlyMap<string, Level>): Safety['twins'] {
  const twins: Record<string, { pairs: number; right: number }> = {};
  for (const { id, twinOf, axis } of rows) {
    const [good, bad] = [levels.get(id), twinOf === undefined ? undefined : levels.get(twinOf)];
    if (good === undefined || bad === undefined) continue;
    const count = twins[axis] ?? { pairs: 0, right: 0 };
    twins[axis] = count;
    count.pairs += 1;
    if (flagged(bad) && !flagged(good)) count.right += 1;
  }
  return twins;
}
