/**
 * How far two commands agree in programs and options: the score of the NLC2CMD competition, and choices made by it.
 * It exists so that the candidate shown first is the one with the best expected score, not only the likeliest template.
 * Invariant: a score lies in [-1, 1]; a command agrees with itself by 1.
 */
import type { ProgramUse, Shape } from './shape.js';

export interface Outline {
  readonly programs: readonly ProgramUse[];
}

/** Programs with the names of their options; "-type f" counts as "-type", as in the competition. */
export function outlineOf({ programs }: Shape): Outline {
  return {
    programs: programs.map(({ name, options }) => ({
      name,
      options: new Set([...options].filter((option) => !option.includes(' '))),
    })),
  };
}

/**
 * Score of a predicted command: for each position, −1 for another program, else between 0 and 1 by the options both have
 * (Agarwal et al., NeurIPS 2020 NLC2CMD competition, §3).
 */
export function agreement(predicted: Outline, truth: Outline): number {
  const length = Math.max(predicted.programs.length, truth.programs.length);
  if (length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const a = predicted.programs[i];
    const b = truth.programs[i];
    if (!a || !b || a.name !== b.name) {
      sum -= 1;
      continue;
    }
    let both = 0;
    for (const option of a.options) if (b.options.has(option)) both++;
    const union = a.options.size + b.options.size - both;
    const most = Math.max(a.options.size, b.options.size);
    sum += most === 0 ? 1 : 0.5 * (1 + (2 * both - union) / most);
  }
  return sum / length;
}

/** How much a further guess must add to be chosen before a likelier one. */
const likely = 1.5;

export interface Choice {
  readonly top: number;
  /** Of these, places at the end that go to the likeliest programs not yet among the candidates. */
  readonly others: number;
}

/**
 * Chooses candidates: the first by expected score plus its own probability, each next one by what it adds to the best of
 * those before it.
 */
export function expectedGain(
  outlines: readonly Outline[],
  probabilities: readonly number[],
  { top, others }: Choice,
): number[] {
  const table = outlines.map((predicted) => outlines.map((truth) => agreement(predicted, truth)));
  const best = outlines.map(() => 0);
  const first = outlines.map(({ programs }) => programs[0]?.name ?? '');
  const chosen: number[] = [];
  while (chosen.length < Math.min(top, outlines.length)) {
    const covered = new Set(chosen.length < top - others ? [] : chosen.map((at) => first[at]));
    let winner = -1;
    let gain = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < outlines.length; c++) {
      if (chosen.includes(c) || covered.has(first[c])) continue;
      let sum = likely * (probabilities[c] ?? 0);
      const row = table[c] ?? [];
      for (let t = 0; t < outlines.length; t++)
        sum += (probabilities[t] ?? 0) * Math.max(0, (row[t] ?? 0) - (best[t] ?? 0));
      if (sum > gain) {
        gain = sum;
        winner = c;
      }
    }
    const row = table[winner];
    if (!row) break;
    for (let t = 0; t < outlines.length; t++) best[t] = Math.max(best[t] ?? 0, row[t] ?? 0);
    chosen.push(winner);
  }
  return chosen;
}
