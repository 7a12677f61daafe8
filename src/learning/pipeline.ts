/**
 * Pipelines: transformers before a classifier, as one classifier.
 * They exist so that "scale, then learn" is one model with one snapshot that fits wherever a classifier does.
 * Invariant: asking changes no state; a transformer learns an example before it transforms it, as in River.
 */
import type { Distribution } from './distribution.js';
import { type Classifier, checkExample, type Features, type Label } from './models/classifier.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Learns from features alone and maps them to other features. */
export interface Transformer {
  readonly size: number;
  learnOne(x: Features, weight?: number): void;
  /** What comes out passes `checkFeatures` for every input that does. */
  transformOne(x: Features): Features;
  write(out: StateWriter): void;
  read(input: StateReader): void;
}

class Pipeline implements Classifier {
  readonly #transformers: readonly Transformer[];
  readonly #model: Classifier;

  constructor(transformers: readonly Transformer[], model: Classifier) {
    this.#transformers = transformers;
    this.#model = model;
  }

  get size(): number {
    return this.#transformers.reduce((sum, { size }) => sum + size, this.#model.size);
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    // Checked before the first transformer learns: a refused example leaves all parts as they were.
    checkExample(x, y, weight);
    let features = x;
    for (const transformer of this.#transformers) {
      transformer.learnOne(features, weight);
      features = transformer.transformOne(features);
    }
    this.#model.learnOne(features, y, weight);
  }

  #transformed(x: Features): Features {
    return this.#transformers.reduce((features, transformer) => transformer.transformOne(features), x);
  }

  predictProbaOne(x: Features): Distribution {
    return this.#model.predictProbaOne(this.#transformed(x));
  }

  predictOne(x: Features): string | undefined {
    return this.#model.predictOne(this.#transformed(x));
  }

  write(out: StateWriter): void {
    out.section('pipeline', 1);
    for (const transformer of this.#transformers) transformer.write(out);
    this.#model.write(out);
  }

  read(input: StateReader): void {
    input.section('pipeline', 1);
    for (const transformer of this.#transformers) transformer.read(input);
    this.#model.read(input);
  }
}

/**
 * Joins transformers and a classifier.
 * @example
 * const model = pipe(new StandardScaler(), new Binary(new LogisticRegression()));
 * model.learnOne({ minutes: 12, files: 3 }, true);
 */
export function pipe(...parts: readonly [...Transformer[], Classifier]): Classifier {
  const model = parts[parts.length - 1] as Classifier;
  return new Pipeline(parts.slice(0, -1) as Transformer[], model);
}
