/**
 * The label seen last, as a classifier: the trivial predictor that any model must beat on a stream.
 * It exists as the baseline of scorecards and of River's table ("last class", no-change classifier).
 * Invariant: the state is one label.
 */
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, checkExample, checkFeatures, type Features, type Label } from '../classifier.js';

export class LastClass implements Classifier {
  #last: string | undefined;

  get size(): number {
    return this.#last === undefined ? 0 : 1;
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    this.#last = checkExample(x, y, weight);
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    return this.#last === undefined
      ? { p: new Map(), other: 1 }
      : { p: new Map([[this.#last, 1]]), other: 0 };
  }

  predictOne(x: Features): string | undefined {
    checkFeatures(x);
    return this.#last;
  }

  write(out: StateWriter): void {
    out.section('last-class', 1).strings(this.#last === undefined ? [] : [this.#last]);
  }

  read(input: StateReader): void {
    input.section('last-class', 1);
    this.#last = input.strings()[0];
  }
}
