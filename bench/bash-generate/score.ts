/**
 * Scores lists of candidate commands against the commands that people wrote.
 * It exists so that the generator and its baseline are measured by one piece of code.
 * Invariant: a candidate that does not parse counts as wrong; nothing is run.
 */
import { agreement, outlineOf, type Shape, shapeOf } from '../../src/servers/bash/generate/index.js';

export interface Row {
  readonly n: number;
  readonly utility1: number;
  readonly utility5: number;
  readonly utilities1: number;
  readonly template1: number;
  readonly template5: number;
  readonly nlc1: number;
  readonly nlc5: number;
}

function programs(shape: Shape | null): string {
  return shape ? shape.programs.map(({ name }) => name).join(' ') : '';
}

export class Scores {
  #n = 0;
  readonly #sums = { utility1: 0, utility5: 0, utilities1: 0, template1: 0, template5: 0, nlc1: 0, nlc5: 0 };

  add(truth: Shape, commands: readonly string[]): void {
    const shapes = commands.slice(0, 5).map((command) => shapeOf(command));
    const first = shapes[0] ?? null;
    const wanted = truth.programs[0]?.name;
    const sums = this.#sums;
    this.#n++;
    if (first?.programs[0]?.name === wanted) sums.utility1++;
    if (shapes.some((shape) => shape?.programs[0]?.name === wanted)) sums.utility5++;
    if (programs(first) === programs(truth)) sums.utilities1++;
    if (first?.template === truth.template) sums.template1++;
    if (shapes.some((shape) => shape?.template === truth.template)) sums.template5++;
    const scores = shapes.map((shape) => (shape ? agreement(outlineOf(shape), outlineOf(truth)) : -1));
    sums.nlc1 += scores[0] ?? -1;
    // The competition's rule: the best one if any is above zero, else the mean.
    const best = Math.max(-1, ...scores);
    sums.nlc5 +=
      best > 0 ? best : scores.length === 0 ? -1 : scores.reduce((a, b) => a + b, 0) / scores.length;
  }

  row(): Row {
    const n = Math.max(1, this.#n);
    const { utility1, utility5, utilities1, template1, template5, nlc1, nlc5 } = this.#sums;
    return {
      n: this.#n,
      utility1: utility1 / n,
      utility5: utility5 / n,
      utilities1: utilities1 / n,
      template1: template1 / n,
      template5: template5 / n,
      nlc1: nlc1 / n,
      nlc5: nlc5 / n,
    };
  }
}
