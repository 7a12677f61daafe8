/**
 * One tree of an adaptive forest with its two drift detectors and, after a warning, its successor in the background.
 * It exists so that the forest is a loop and the reaction to drift is in one place.
 * Invariant: at most two trees; the background tree takes over only when the drift is confirmed.
 *
 * Gomes et al. 2017, algorithm 1. Only a rise of the error counts as drift.
 */
import { Adwin } from '../../drift/adwin.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { Tree, type TreeOptions } from './tree.js';

export interface ForestMemberOptions {
  readonly tree: TreeOptions;
  readonly warning: number;
  readonly drift: number;
}

export class ForestMember {
  readonly #options: ForestMemberOptions;
  #tree: Tree;
  #successor: Tree | undefined;
  #warning: Adwin;
  #drift: Adwin;
  #seen = 0;
  #right = 0;
  #replaced = 0;

  constructor(options: ForestMemberOptions) {
    this.#options = options;
    this.#tree = new Tree(options.tree);
    this.#warning = new Adwin({ delta: options.warning });
    this.#drift = new Adwin({ delta: options.drift });
  }

  /** Share of examples that this tree got right before learning them; 0 before the first. */
  get accuracy(): number {
    return this.#seen === 0 ? 0 : this.#right / this.#seen;
  }

  get replaced(): number {
    return this.#replaced;
  }

  get size(): number {
    const trees = [this.#tree, ...(this.#successor ? [this.#successor] : [])];
    return trees.reduce((n, { nodes, cells }) => n + nodes + cells, this.#warning.size + this.#drift.size);
  }

  votes(vector: Float64Array): Float64Array {
    return this.#tree.votes(vector);
  }

  /** @param weight 0 to be tested only */
  learn(vector: Float64Array, y: number, weight: number): void {
    const right = this.#tree.learn(vector, y, weight);
    if (weight > 0) this.#successor?.learn(vector, y, weight);
    this.#seen++;
    if (right) this.#right++;
    const error = right ? 0 : 1;
    if (this.#warning.update(error) === 'rise') {
      this.#successor = new Tree(this.#options.tree);
      this.#warning = new Adwin({ delta: this.#options.warning });
    }
    if (this.#drift.update(error) === 'rise') this.#replace();
  }

  #replace(): void {
    this.#tree = this.#successor ?? new Tree(this.#options.tree);
    this.#successor = undefined;
    this.#warning = new Adwin({ delta: this.#options.warning });
    this.#drift = new Adwin({ delta: this.#options.drift });
    this.#seen = 0;
    this.#right = 0;
    this.#replaced++;
  }

  write(out: StateWriter): void {
    out.uint(this.#seen).uint(this.#right).uint(this.#replaced);
    this.#warning.write(out);
    this.#drift.write(out);
    this.#tree.write(out);
    out.bool(this.#successor !== undefined);
    this.#successor?.write(out);
  }

  read(input: StateReader): void {
    this.#seen = input.uint();
    this.#right = input.uint();
    this.#replaced = input.uint();
    this.#warning.read(input);
    this.#drift.read(input);
    this.#tree.read(input);
    this.#successor = input.bool() ? new Tree(this.#options.tree) : undefined;
    this.#successor?.read(input);
  }
}
