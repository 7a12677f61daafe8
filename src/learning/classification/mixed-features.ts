/**
 * Named numbers, yes-or-no values and words as the named numbers that models want.
 * It exists because real examples mix minutes with branch names, and which words there are is only known by watching.
 * Invariant: bounded. Words get a feature of their own while there is room, 1 for the word met and 0 for the others of its
 * name; a word without one is 0 for all of them. Asking changes no state.
 */
import { LmcpError } from '../../errors/index.js';
import { checkFeatures, type Features, limits } from '../models/classifier.js';
import { byCodeUnit, type StateReader, type StateWriter } from '../state-codec.js';

/** One value of an example; null: not known. */
export type MixedValue = number | boolean | string | null;

/** Feature name → value, before words became numbers. */
export type Mixed = Readonly<Record<string, MixedValue>>;

export interface MixedOptions {
  /** Most words of one name that get a feature of their own; default 32. */
  readonly words?: number;
  /** Most words of all names together; default 96: trees see 128 features. */
  readonly all?: number;
}

function featureOf(name: string, word: string): string {
  return `${name}=${word}`;
}

export class MixedFeatures {
  readonly #words: number;
  readonly #all: number;
  /** Name → its words with their features, in the order they were met. */
  readonly #known = new Map<string, Map<string, string>>();
  #size = 0;

  constructor({ words = 32, all = 96 }: MixedOptions = {}) {
    this.#words = words;
    this.#all = all;
  }

  /** Words that have a feature. */
  get size(): number {
    return this.#size;
  }

  /** The example as numbers; a word never met is 0 for every known word of its name. @throws LMCP_BAD_FEATURES */
  look(x: Mixed): Features {
    if (allNumbers(x)) {
      checkFeatures(x);
      return x;
    }
    // Room for the words that may still be met: what was looked at can then be learned.
    if (Object.keys(x).length > limits.features - this.#all)
      throw bad(`More than ${limits.features - this.#all} features, texts among them.`);
    const out: [string, number][] = [];
    for (const [name, value] of Object.entries(x)) {
      if (value === null) continue;
      if (typeof value !== 'string') out.push([name, Number(checked(name, value))]);
      else
        for (const [word, feature] of this.#known.get(checkedWord(name, value)) ?? [])
          out.push([feature, word === value ? 1 : 0]);
    }
    const features = Object.fromEntries(out);
    checkFeatures(features);
    return features;
  }

  /** The same, after new words got a feature where there is room. @throws LMCP_BAD_FEATURES; then nothing has changed */
  meet(x: Mixed): Features {
    if (allNumbers(x)) return this.look(x);
    this.look(x);
    // By name: when more words come than there are places, who gets one must not hang on the order of the keys.
    for (const name of Object.keys(x).sort(byCodeUnit)) {
      const value = x[name];
      if (typeof value === 'string') this.#meetWord(name, value);
    }
    return this.look(x);
  }

  #meetWord(name: string, word: string): void {
    const words = this.#known.get(name);
    if (words?.has(word) || this.#size >= this.#all || (words?.size ?? 0) >= this.#words) return;
    this.#size++;
    if (words) words.set(word, featureOf(name, word));
    else this.#known.set(name, new Map([[word, featureOf(name, word)]]));
  }

  write(out: StateWriter): void {
    out.section('mixed-features', 1).list(this.#known, ([name, words]) => {
      out.string(name).strings([...words.keys()]);
    });
  }

  read(input: StateReader): void {
    input.section('mixed-features', 1);
    this.#known.clear();
    this.#size = 0;
    for (const [name, words] of input.list((): [string, string[]] => [input.string(), input.strings()]))
      for (const word of words) this.#meetWord(name, word);
  }
}

function allNumbers(x: Mixed): x is Features {
  for (const name of Object.keys(x)) if (typeof x[name] !== 'number') return false;
  return true;
}

function bad(detail: string): LmcpError {
  return new LmcpError('LMCP_BAD_FEATURES', detail);
}

/** Half the longest name of a feature: name and word must fit into one. */
const longest = limits.name / 2 - 1;

function checkedWord(name: string, word: string): string {
  if (word.length > longest)
    throw bad(`Feature ${name.slice(0, 64)} is a text of ${word.length} characters.`);
  if (name.length > longest) throw bad(`A feature's name has ${name.length} characters.`);
  return name;
}

function checked(name: string, value: unknown): number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  throw bad(`Feature ${name.slice(0, 64)} is neither a number, a text, true, false nor null.`);
}
