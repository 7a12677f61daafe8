/**
 * A leaf of a Hoeffding tree: class weights, and what it has seen of each feature's values in each class.
 * It exists to answer by majority or by naive Bayes, whichever has been right more often here, and to propose splits.
 * Invariant: an inactive leaf holds class weights only; asking changes nothing that is learned or written.
 *
 * Domingos and Hulten 2000; naive Bayes adaptive leaves: Holmes, Kirkby, Pfahringer 2005, Stress-Testing Hoeffding Trees.
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import { Gaussians } from './gaussians.js';
import { bestCut, type Split, total } from './split.js';

export function greatest(weights: ArrayLike<number>): number {
  let best = -1;
  let most = 0;
  for (let i = 0; i < weights.length; i++)
    if ((weights[i] ?? 0) > most) {
      best = i;
      most = weights[i] ?? 0;
    }
  return best;
}

/** Where answers are worked out, one array for each number of classes: a forest asks dozens of leaves for each example. */
const rooms: Float64Array[] = [new Float64Array(0)];

function room(classes: number): Float64Array {
  while (rooms.length <= classes) rooms.push(new Float64Array(rooms.length));
  return rooms[classes] ?? new Float64Array(classes);
}

export class Leaf {
  readonly depth: number;
  #weights: Float64Array;
  #total: number;
  #observers: (Gaussians | undefined)[] = [];
  /** Feature slots looked at; undefined for all. */
  #subset: readonly number[] | undefined;
  #cells = 0;
  #majorityRight = 0;
  #bayesRight = 0;
  #active = true;
  /** Weight at the last attempt to split. */
  attemptedAt: number;

  constructor(depth = 0, weights: Float64Array = new Float64Array(0)) {
    this.depth = depth;
    this.#weights = weights;
    this.#total = total(weights);
    this.attemptedAt = this.#total;
  }

  get weight(): number {
    return this.#total;
  }

  get weights(): Float64Array {
    return this.#weights;
  }

  get active(): boolean {
    return this.#active;
  }

  /** Distributions held: features × classes. */
  get cells(): number {
    return this.#cells;
  }

  /** Whether the features to look at are still to be chosen by `look`. */
  get undecided(): boolean {
    return this.#subset === undefined;
  }

  look(subset: readonly number[]): void {
    this.#subset = subset;
  }

  /** Weight that is not the majority's: how much a split here could gain (Kirkby 2007). */
  get promise(): number {
    return this.#total - (this.#weights[greatest(this.#weights)] ?? 0);
  }

  /** Forgets the features, or begins to look at them again. */
  setActive(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#observers = [];
    this.#cells = 0;
  }

  /**
   * @param weight 0 to be tested only
   * @returns whether the leaf's answer was right before it learned
   */
  learn(vector: Float64Array, y: number, weight: number): boolean {
    const trustsBayes = this.#trustsBayes;
    const asked = this.#total > 0;
    const byMajority = asked && (weight > 0 || !trustsBayes) && greatest(this.#weights) === y;
    const byBayes = asked && this.#active && (weight > 0 || trustsBayes) && this.#bayesGuess(vector) === y;
    const right = trustsBayes ? byBayes : byMajority;
    if (weight === 0) return right;
    if (this.#active) {
      if (this.#total === 0 || byMajority) this.#majorityRight += weight;
      if (byBayes) this.#bayesRight += weight;
    }
    if (y >= this.#weights.length) {
      const grown = new Float64Array(y + 1);
      grown.set(this.#weights);
      this.#weights = grown;
    }
    this.#weights[y] = (this.#weights[y] ?? 0) + weight;
    this.#total += weight;
    if (!this.#active) return right;
    if (this.#subset) for (const feature of this.#subset) this.#observe(feature, vector[feature], y, weight);
    else for (let f = 0; f < vector.length; f++) this.#observe(f, vector[f], y, weight);
    return right;
  }

  get #trustsBayes(): boolean {
    return this.#active && this.#bayesRight >= this.#majorityRight;
  }

  #observe(feature: number, value: number | undefined, y: number, weight: number): void {
    if (value === undefined || Number.isNaN(value)) return;
    let observer = this.#observers[feature];
    if (!observer) {
      while (this.#observers.length < feature) this.#observers.push(undefined);
      observer = new Gaussians();
      this.#observers[feature] = observer;
    }
    this.#cells -= observer.classes;
    observer.add(y, value, weight);
    this.#cells += observer.classes;
  }

  /** Probabilities by class slot, summing to 1; all zero while nothing was seen. Valid until any leaf is asked again. */
  votes(vector: Float64Array): Float64Array {
    if (!(this.#total > 0)) return this.#weights;
    if (this.#trustsBayes) return this.#normalised(this.#bayes(vector));
    const votes = room(this.#weights.length);
    for (let y = 0; y < votes.length; y++) votes[y] = (this.#weights[y] ?? 0) / this.#total;
    return votes;
  }

  /** Log of weight times density by class; −∞ for a class that was not seen. */
  #bayes(vector: Float64Array): Float64Array {
    const logs = room(this.#weights.length);
    for (let y = 0; y < logs.length; y++) {
      const weight = this.#weights[y] ?? 0;
      let log = weight > 0 ? Math.log(weight / this.#total) : -Infinity;
      if (this.#subset) for (const feature of this.#subset) log += this.#logDensity(feature, vector, y);
      else for (let f = 0; f < this.#observers.length; f++) log += this.#logDensity(f, vector, y);
      logs[y] = log;
    }
    return logs;
  }

  /** Turns logs into the probabilities they stand for, in place. */
  #normalised(logs: Float64Array): Float64Array {
    let top = -Infinity;
    for (let y = 0; y < logs.length; y++) if ((logs[y] ?? 0) > top) top = logs[y] ?? 0;
    let sum = 0;
    for (let y = 0; y < logs.length; y++) {
      logs[y] = Math.exp((logs[y] ?? 0) - top);
      sum += logs[y] ?? 0;
    }
    for (let y = 0; y < logs.length; y++) logs[y] = (logs[y] ?? 0) / sum;
    return logs;
  }

  /** The class that naive Bayes would answer. The logs decide it; only near a tie are probabilities worked out. */
  #bayesGuess(vector: Float64Array): number {
    const logs = this.#bayes(vector);
    let best = 0;
    let second = -Infinity;
    for (let y = 1; y < logs.length; y++) {
      const log = logs[y] ?? 0;
      if (log > (logs[best] ?? 0)) {
        second = logs[best] ?? 0;
        best = y;
      } else if (log > second) second = log;
    }
    return (logs[best] ?? 0) - second > 1e-9 ? best : greatest(this.#normalised(logs));
  }

  /** What one feature says for a class; 0 where it is missing or was never seen. */
  #logDensity(feature: number, vector: Float64Array, y: number): number {
    const value = vector[feature];
    if (value === undefined || Number.isNaN(value)) return 0;
    return this.#observers[feature]?.logDensity(y, value) ?? 0;
  }

  /** The best cut of each feature, most gain first; ties by slot. */
  splits(): Split[] {
    const splits: Split[] = [];
    for (const [feature, observer] of this.#observers.entries()) {
      const split = observer && bestCut(feature, observer, this.#weights);
      if (split) splits.push(split);
    }
    return splits.sort((a, b) => b.gain - a.gain || a.feature - b.feature);
  }

  write(out: StateWriter): void {
    out.uint(this.depth).f64s(this.#weights).f64(this.#total).bool(this.#active).f64(this.attemptedAt);
    out.f64(this.#majorityRight).f64(this.#bayesRight);
    out.bool(this.#subset !== undefined).list(this.#subset ?? [], (feature) => out.uint(feature));
    out.list(this.#observers, (observer) => out.f64s(observer?.data ?? []));
  }

  static read(input: StateReader): Leaf {
    const leaf = new Leaf(input.uint(), Float64Array.from(input.f64s()));
    leaf.#total = input.f64();
    leaf.#active = input.bool();
    leaf.attemptedAt = input.f64();
    leaf.#majorityRight = input.f64();
    leaf.#bayesRight = input.f64();
    const chosen = input.bool();
    const subset = input.list(() => input.uint());
    if (chosen) leaf.#subset = subset;
    leaf.#observers = input.list(() => {
      const data = input.f64s();
      return data.length > 0 ? new Gaussians(Float64Array.from(data)) : undefined;
    });
    leaf.#cells = leaf.#observers.reduce((sum, observer) => sum + (observer?.classes ?? 0), 0);
    return leaf;
  }
}
