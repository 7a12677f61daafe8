/**
 * Hashed context → tally of labels, bounded in contexts and in labels a context.
 * It exists as the one memory under Markov orders and mixture voters.
 * Invariant: at most contexts × labels counts; reading changes nothing.
 */
import type { StateReader, StateWriter } from '../state-codec.js';
import { GenerationalMap } from './generational-map.js';
import { Tally } from './tally.js';

export interface ContextTableOptions {
  /** Most contexts held; default 8,192. */
  readonly contexts?: number;
  /** Most labels held a context; default 32. */
  readonly labels?: number;
}

export class ContextTable {
  readonly #labels: number;
  readonly #tallies: GenerationalMap<number, Tally>;

  constructor({ contexts = 8192, labels = 32 }: ContextTableOptions = {}) {
    this.#labels = labels;
    this.#tallies = new GenerationalMap(contexts);
  }

  /** Contexts held. */
  get size(): number {
    return this.#tallies.size;
  }

  /** What is known of a context; undefined when nothing is. */
  votes(context: number): Tally | undefined {
    return this.#tallies.peek(context);
  }

  learn(context: number, id: number, weight = 1): void {
    this.#tallies.touch(context, () => new Tally(this.#labels)).add(id, weight);
  }

  write(out: StateWriter): void {
    this.#tallies.write(out, (context, tally) => {
      out.uint(context);
      tally.write(out);
    });
  }

  read(input: StateReader): void {
    this.#tallies.read(input, () => [input.uint(), Tally.read(input, this.#labels)]);
  }
}
