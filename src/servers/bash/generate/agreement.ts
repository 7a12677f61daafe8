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

export interface Chosen {
  readonly shape: Shape;
  /** Of this command, and of its first program. */
  readonly probability: number;
  readonly first: number;
}

export interface Gains {
  readonly top: number;
  /** What starting with a program that no earlier candidate starts with is worth. */
  readonly others: number;
  /** What being the right command, and not only one that agrees with it, is worth. */
  readonly likely: number;
}

/**
 * Chooses candidates: the first by expected score plus its own probability, each next one by what it adds to the best of
 * those before it.
 */
export function chooseByGain(options: readonly Chosen[], { top, others, likely }: Gains): number[] {
  const outlines = options.map(({ shape }) => outlineOf(shape));
  const starts = options.map(({ shape }) => shape.programs[0]?.name ?? '');
  const table = outlines.map((predicted) =>
    Float32Array.from(outlines, (truth) => agreement(predicted, truth)),
  );
  const best = new Float32Array(options.length);
  const chosen: number[] = [];
  const covered = new Set<string>();
  while (chosen.length < Math.min(top, options.length)) {
    let winner = -1;
    let gain = Number.NEGATIVE_INFINITY;
    options.forEach(({ probability, first }, c) => {
      if (chosen.includes(c)) return;
      let sum = likely * probability + (covered.has(starts[c] ?? '') ? 0 : others * first);
      const row = table[c];
      options.forEach((truth, t) => {
        const more = (row?.[t] ?? 0) - (best[t] ?? 0);
        if (more > 0) sum += truth.probability * more;
      });
      if (sum > gain) [gain, winner] = [sum, c];
    });
    const row = table[winner];
    if (!row) break;
    for (let t = 0; t < best.length; t++) best[t] = Math.max(best[t] ?? 0, row[t] ?? 0);
    covered.add(starts[winner] ?? '');
    chosen.push(winner);
  }
  return chosen;
}
