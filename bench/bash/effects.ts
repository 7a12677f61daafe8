/**
 * How well the named effects agree with a person's reading of everyday commands.
 * It exists because a right level may rest on wrong effects.
 * Invariant: the mapping is fixed and stated: deletions, losses and ended processes are `destructive`, other writes `write`.
 */
import { analyze } from '../../src/servers/bash/analysis/analyze.js';
import type { EffectRow } from './rows.js';

const KINDS = ['write', 'network', 'privileged', 'destructive'] as const;

export interface EffectScore {
  readonly f1: Readonly<Record<string, number>>;
  /** Mean over write, network, privileged, destructive. */
  readonly macroF1: number;
  /** Mean that also counts `read` (no effect) and `unknown`. */
  readonly macroF1WithNone: number;
  readonly rows: number;
}

/** Our effects in the words of the labels. */
export function namedEffects(command: string): ReadonlySet<string> {
  const { effects, level } = analyze(command);
  const named = new Set<string>();
  for (const { kind, reversible } of effects) {
    if (kind === 'network') named.add('network');
    else if (kind === 'privilege') named.add('privileged');
    else if (kind === 'process') named.add('destructive');
    else if (kind === 'write' || kind === 'delete') named.add(reversible ? 'write' : 'destructive');
  }
  const runs = effects.some(({ kind }) => kind === 'exec');
  if (level === 'unknown' || (runs && named.size === 0)) named.add('unknown');
  return named.size === 0 ? new Set(['read']) : named;
}

export function measureEffects(rows: readonly EffectRow[]): EffectScore {
  const counts = new Map<string, { hit: number; extra: number; missed: number }>();
  for (const kind of [...KINDS, 'read', 'unknown']) counts.set(kind, { hit: 0, extra: 0, missed: 0 });
  for (const { command, effects } of rows) {
    const named = namedEffects(command);
    const truth = new Set(effects.length === 0 ? ['read'] : effects);
    for (const [kind, count] of counts) {
      if (named.has(kind) && truth.has(kind)) count.hit += 1;
      else if (named.has(kind)) count.extra += 1;
      else if (truth.has(kind)) count.missed += 1;
    }
  }
  const f1 = Object.fromEntries(
    [...counts].map(([kind, { hit, extra, missed }]) => [
      kind,
      (2 * hit) / Math.max(1, 2 * hit + extra + missed),
    ]),
  );
  const mean = (kinds: readonly string[]) =>
    kinds.reduce((sum, kind) => sum + (f1[kind] ?? 0), 0) / kinds.length;
  return { f1, macroF1: mean(KINDS), macroF1WithNone: mean([...counts.keys()]), rows: rows.length };
}
