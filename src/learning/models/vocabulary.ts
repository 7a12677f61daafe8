/**
 * Labels as small integers, bounded: a label not seen for long is forgotten and gets a new number when it returns.
 * It exists so that tallies hold numbers; a tally may hold the number of a forgotten label, which then has no label.
 * Invariant: a number is never given to two labels; numbering follows the order of first sight.
 */
import type { StateReader, StateWriter } from '../state-codec.js';
import { GenerationalMap } from './generational-map.js';

export interface Word {
  readonly id: number;
  readonly label: string;
  /** Count of interned words when this one was last interned. */
  seen: number;
}

export class Vocabulary {
  readonly #words: GenerationalMap<string, Word>;
  readonly #byId = new Map<number, Word>();
  #next = 0;
  #steps = 0;

  constructor(capacity = 8192) {
    this.#words = new GenerationalMap(capacity, (_, { id }) => this.#byId.delete(id));
  }

  get size(): number {
    return this.#words.size;
  }

  /** The number of a label, if it is known. Changes nothing. */
  find(label: string): number | undefined {
    return this.#words.peek(label)?.id;
  }

  label(id: number): string | undefined {
    return this.#byId.get(id)?.label;
  }

  /** A label with its last sight; undefined when it is not known. */
  word(id: number): Readonly<Word> | undefined {
    return this.#byId.get(id);
  }

  /** How many words were interned so far, repeats counted: the clock that `Word.seen` is read against. */
  get steps(): number {
    return this.#steps;
  }

  /** The number of a label, given one if new; keeps it alive. */
  intern(label: string): number {
    const word = this.#words.touch(label, () => {
      const made = { id: this.#next++, label, seen: 0 };
      this.#byId.set(made.id, made);
      return made;
    });
    word.seen = ++this.#steps;
    return word.id;
  }

  write(out: StateWriter): void {
    out.uint(this.#next).uint(this.#steps);
    this.#words.write(out, (label, { id, seen }) => {
      out.string(label).uint(id).uint(seen);
    });
  }

  read(input: StateReader): void {
    this.#next = input.uint();
    this.#steps = input.uint();
    this.#words.read(input, () => {
      const label = input.string();
      return [label, { id: input.uint(), label, seen: input.uint() }];
    });
    this.#byId.clear();
    for (const word of this.#words.values()) this.#byId.set(word.id, word);
  }
}
