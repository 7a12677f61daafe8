/**
 * Scores lists of candidate commands against the commands that people wrote.
 * It exists so that the generator and its baseline are measured by one piece of code.
 * Invariant: a candidate that does not parse counts as wrong; nothing is run.
 */
import { agreement, outlineOf, type Shape, shapeOf } from '../../src/servers/bash/generate/index.js';

type Sums = { -readonly [Key in keyof Omit<Row, 'n'>]: number };

export interface Row {
  readonly n: number;
  readonly utility1: number;
  readonly utility5: number;
  readonly utilities1: number;
  readonly template1: number;
  readonly template5: number;
  /** The same command but for quotes and spaces. */
  readonly command1: number;
  readonly command5: number;
  readonly nlc1: number;
  /** The best of five if any is above zero, else their mean; and the same with each score times its confidence. */
  readonly nlc5: number;
  readonly nlcConfidence: number;
  /** Brier score of the first candidate's confidence in its program. */
  readonly brier1: number;
}

function programs(shape: Shape | null): string {
  return shape ? shape.programs.map(({ name }) => name).join(' ') : '';
}

/** Without quotes, `./` before names and double spaces. */
function plain(command: string): string {
  return command
    .replace(/["'\\]/g, '')
    .replace(/(^|\s)\.\/(?=\S)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}

export interface Answered {
  /** What a person wrote, and its shape. */
  readonly command: string;
  readonly truth: Shape;
  readonly candidates: readonly { readonly command: string; readonly confidence: number }[];
}

function competitionScore(scores: readonly number[]): number {
  if (scores.length === 0) return -1;
  const best = Math.max(...scores);
  return best > 0 ? best : scores.reduce((a, b) => a + b, 0) / scores.length;
}

export class Scores {
  #n = 0;
  readonly #sums: Sums = {
    utility1: 0,
    utility5: 0,
    utilities1: 0,
    template1: 0,
    template5: 0,
    command1: 0,
    command5: 0,
    nlc1: 0,
    nlc5: 0,
    nlcConfidence: 0,
    brier1: 0,
  };

  add({ truth, command, candidates }: Answered): void {
    const shown = candidates.slice(0, 5);
    const shapes = shown.map((candidate) => shapeOf(candidate.command));
    const first = shapes[0] ?? null;
    const wanted = truth.programs[0]?.name;
    const wantedPlain = plain(command);
    const sums = this.#sums;
    this.#n++;
    if (first?.programs[0]?.name === wanted) sums.utility1++;
    if (shapes.some((shape) => shape?.programs[0]?.name === wanted)) sums.utility5++;
    if (programs(first) === programs(truth)) sums.utilities1++;
    if (first?.template === truth.template) sums.template1++;
    if (shapes.some((shape) => shape?.template === truth.template)) sums.template5++;
    if (plain(shown[0]?.command ?? '') === wantedPlain) sums.command1++;
    if (shown.some((candidate) => plain(candidate.command) === wantedPlain)) sums.command5++;
    const scores = shapes.map((shape) => (shape ? agreement(outlineOf(shape), outlineOf(truth)) : -1));
    sums.nlc1 += scores[0] ?? -1;
    sums.nlc5 += competitionScore(scores);
    sums.nlcConfidence += competitionScore(scores.map((score, i) => score * (shown[i]?.confidence ?? 0)));
    const sure = shown[0]?.confidence ?? 0;
    sums.brier1 += (sure - (first?.programs[0]?.name === wanted ? 1 : 0)) ** 2;
  }

  row(): Row {
    const n = Math.max(1, this.#n);
    const means = { ...this.#sums };
    for (const key of Object.keys(means) as (keyof typeof means)[]) means[key] /= n;
    return { n: this.#n, ...means };
  }
}
