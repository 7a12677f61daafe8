/**
 * Variable-order Markov model with Witten-Bell mixing: what follows the last 0 … `order` labels.
 * It exists as the classic sequence predictor; lower orders are its trivial relatives and serve as baselines.
 * Invariant: bounded by its options; a longer context never hides a shorter one, it is mixed with it.
 *
 * p_k(y) = (c_k(y) + t_k · p_{k-1}(y)) / (n_k + t_k), t_k = distinct labels seen in the context of length k.
 * Witten and Bell 1991 (method C); Begleiter, El-Yaniv, Yona 2004 on variable-order Markov prediction.
 */
import type { Distribution } from '../distribution.js';
import { byProbability, type Ranked } from '../ranking.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { ContextTable, type ContextTableOptions } from './context-table.js';
import { hashNumbers, hashString } from './hash.js';
import { positiveNumber } from './statistics/finite-number.js';
import { Tally, type Votes } from './tally.js';
import { Vocabulary } from './vocabulary.js';

/**
 * Witten-Bell probabilities from tallies of rising order.
 * @param base order 0: its unseen mass (types / (total + types)) is left out, so the values sum to less than 1
 * @param orders tallies of order 1, 2 …; undefined where the context is new
 * @param ids the labels wanted
 */
export function wittenBell(
  base: Votes & { count(id: number): number },
  orders: readonly (Votes | undefined)[],
  ids: readonly number[],
): Float64Array {
  const positions = new Map(ids.map((id, at) => [id, at]));
  const p = new Float64Array(ids.length);
  const mass = base.total + base.types;
  if (mass > 0) for (const [at, id] of ids.entries()) p[at] = base.count(id) / mass;
  for (const order of orders) {
    if (!order || order.types === 0) continue;
    const denominator = order.total + order.types;
    for (let at = 0; at < p.length; at++) p[at] = ((p[at] ?? 0) * order.types) / denominator;
    for (let i = 0; i < order.ids.length; i++) {
      const at = positions.get(order.ids[i] ?? -1);
      if (at !== undefined) p[at] = (p[at] ?? 0) + (order.counts[i] ?? 0) / denominator;
    }
  }
  return p;
}

/** The k best labels by Witten-Bell from the highest-ranked labels of each tally: O(orders · depth). */
export function wittenBellRanking(
  base: Votes & { count(id: number): number },
  orders: readonly (Votes | undefined)[],
  { k, label, depth = 24 }: { k: number; label: (id: number) => string | undefined; depth?: number },
): Ranked[] {
  const wanted = new Set<number>();
  for (const votes of [base, ...orders])
    for (let i = 0; votes && i < Math.min(depth, votes.ids.length); i++) wanted.add(votes.ids[i] ?? -1);
  const ids = [...wanted];
  const p = wittenBell(base, orders, ids);
  const ranked: Ranked[] = [];
  for (const [at, id] of ids.entries()) {
    const text = label(id);
    if (text !== undefined) ranked.push({ label: text, p: p[at] ?? 0 });
  }
  return ranked.sort(byProbability).slice(0, k);
}

export interface MarkovOptions extends ContextTableOptions {
  /** Longest context, 0 … 5. Order 0 predicts the most frequent label. */
  readonly order: number;
  /** Most labels known at once; default 8,192. */
  readonly vocabulary?: number;
}

export class MarkovModel {
  readonly #order: number;
  readonly #vocabularySize: number;
  #base: Tally;
  readonly #tables: ContextTable[];
  readonly #words: Vocabulary;

  constructor({ order, vocabulary = 8192, ...table }: MarkovOptions) {
    this.#order = order;
    this.#vocabularySize = vocabulary;
    this.#words = new Vocabulary(vocabulary);
    this.#base = new Tally(vocabulary);
    this.#tables = Array.from({ length: order }, () => new ContextTable(table));
  }

  /** Contexts and labels held: for memory bounds. */
  get size(): number {
    return this.#words.size + this.#base.ids.length + this.#tables.reduce((sum, t) => sum + t.size, 0);
  }

  /** Context hashes of length 1 … order, as far as the history reaches. */
  #contexts(history: readonly string[]): number[] {
    const hashes: number[] = [];
    let context = 0;
    for (let back = 1; back <= Math.min(this.#order, history.length); back++) {
      context = hashNumbers(context, back, hashString(history[history.length - back] ?? ''));
      hashes.push(context);
    }
    return hashes;
  }

  #orders(history: readonly string[]): (Tally | undefined)[] {
    return this.#contexts(history).map((context, i) => this.#tables[i]?.votes(context));
  }

  /** @param history earlier labels, oldest first */
  predictProbaOne(history: readonly string[]): Distribution {
    const ids = this.#base.ids.filter((id) => this.#words.label(id) !== undefined);
    const values = wittenBell(this.#base, this.#orders(history), ids);
    const p = new Map<string, number>();
    let listed = 0;
    for (const [at, id] of ids.entries()) {
      const value = values[at] ?? 0;
      p.set(this.#words.label(id) ?? '', value);
      listed += value;
    }
    return { p, other: Math.max(0, 1 - listed) };
  }

  /** The k most probable labels, best first. */
  rank(history: readonly string[], k: number): Ranked[] {
    return wittenBellRanking(this.#base, this.#orders(history), { k, label: (id) => this.#words.label(id) });
  }

  /** @param weight > 0 @throws LMCP_BAD_FEATURES when it is not */
  learnOne(history: readonly string[], label: string, weight = 1): void {
    positiveNumber('The weight', weight);
    const id = this.#words.intern(label);
    this.#base.add(id, weight);
    for (const [i, context] of this.#contexts(history).entries()) this.#tables[i]?.learn(context, id, weight);
  }

  write(out: StateWriter): void {
    out.section('markov', 1).uint(this.#order);
    this.#words.write(out);
    this.#base.write(out);
    for (const table of this.#tables) table.write(out);
  }

  read(input: StateReader): void {
    input.section('markov', 1);
    input.uint();
    this.#words.read(input);
    this.#base = Tally.read(input, this.#vocabularySize);
    for (const table of this.#tables) table.read(input);
  }
}
