/**
 * Many labels from a binary method: one model a label, each against all the others.
 * It exists so that margin methods, which know only yes and no, can serve tasks with more labels.
 * Invariant: at most `labels` models; a label's model starts at its first sight and learns every example from then on.
 *
 * Rifkin and Klautau, "In defense of one-vs-all classification" (JMLR 2004).
 */
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import {
  type Classifier,
  checkExample,
  checkFeatures,
  type Features,
  type Label,
  mostProbable,
} from '../classifier.js';
import { LabelSlots } from '../statistics/label-slots.js';
import type { BinaryModel } from './binary.js';

export interface OneVsRestOptions {
  /** Most labels held; default 64, the rarest giving way. */
  readonly labels?: number;
}

export class OneVsRest implements Classifier {
  readonly #make: () => BinaryModel;
  readonly #labels: LabelSlots;
  readonly #models: BinaryModel[] = [];

  constructor(make: () => BinaryModel, { labels }: OneVsRestOptions = {}) {
    this.#make = make;
    this.#labels = new LabelSlots(labels);
  }

  get size(): number {
    return this.#models.reduce((sum, model) => sum + 1 + model.size, 0);
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    const truth = this.#labels.meet(checkExample(x, y, weight), weight, (slot) => {
      this.#models[slot] = this.#make();
    });
    for (const [slot, model] of this.#models.entries()) model.learn(x, slot === truth, weight);
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    const p = new Map<string, number>();
    if (this.#models.length === 0) return { p, other: 1 };
    const said = this.#models.map((model) => model.probability(x));
    const sum = said.reduce((a, b) => a + b, 0);
    const other = this.#labels.forgotten;
    for (const [slot, label] of this.#labels.labels.entries())
      p.set(label, (1 - other) * (sum > 0 ? (said[slot] ?? 0) / sum : 1 / said.length));
    return { p, other };
  }

  predictOne(x: Features): string | undefined {
    return mostProbable(this.predictProbaOne(x));
  }

  write(out: StateWriter): void {
    out.section('one-vs-rest', 1);
    this.#labels.write(out);
    for (const model of this.#models) model.write(out);
  }

  read(input: StateReader): void {
    input.section('one-vs-rest', 1);
    this.#labels.read(input);
    this.#models.splice(0, Infinity, ...this.#labels.labels.map(() => this.#make()));
    for (const model of this.#models) model.read(input);
  }
}
