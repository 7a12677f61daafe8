/**
 * Labels as small numbers with their weights, bounded: the lightest label gives way to a new one.
 * It exists so that a model keeps one row a class and a stream of ever new labels cannot fill the memory.
 * Invariant: at most `capacity` labels; a slot that changed its label is told to the model before it is used.
 */
import type { StateReader, StateWriter } from '../../state-codec.js';

export class LabelSlots {
  readonly #capacity: number;
  readonly #slots = new Map<string, number>();
  readonly #labels: string[] = [];
  readonly #weights: number[] = [];
  #total = 0;

  /** @param capacity most labels held; default 64 */
  constructor(capacity = 64) {
    this.#capacity = Math.max(1, capacity);
  }

  get size(): number {
    return this.#labels.length;
  }

  /** Labels by slot. */
  get labels(): readonly string[] {
    return this.#labels;
  }

  /** Weight learned, forgotten labels included. */
  get total(): number {
    return this.#total;
  }

  /** Weight of the label in a slot. */
  weight(slot: number): number {
    return this.#weights[slot] ?? 0;
  }

  slot(label: string): number | undefined {
    return this.#slots.get(label);
  }

  /** Share of the weight that belongs to labels that gave way. */
  get forgotten(): number {
    if (this.#total === 0) return 0;
    let held = 0;
    for (const weight of this.#weights) held += weight;
    return Math.max(0, 1 - held / this.#total);
  }

  /**
   * The slot of a label with its weight added.
   * @param fresh called with the slot when it belongs to this label from now on: whatever it held is another's
   */
  meet(label: string, weight: number, fresh: (slot: number) => void): number {
    this.#total += weight;
    let slot = this.#slots.get(label);
    if (slot === undefined) {
      slot = this.#labels.length;
      if (slot >= this.#capacity) {
        slot = 0;
        for (let i = 1; i < this.#weights.length; i++)
          if ((this.#weights[i] ?? 0) <= (this.#weights[slot] ?? 0)) slot = i;
        this.#slots.delete(this.#labels[slot] ?? '');
      }
      this.#slots.set(label, slot);
      this.#labels[slot] = label;
      this.#weights[slot] = 0;
      fresh(slot);
    }
    this.#weights[slot] = (this.#weights[slot] ?? 0) + weight;
    return slot;
  }

  write(out: StateWriter): void {
    out.section('label-slots', 1).f64(this.#total).strings(this.#labels).f64s(this.#weights);
  }

  read(input: StateReader): void {
    input.section('label-slots', 1);
    this.#total = input.f64();
    this.#slots.clear();
    this.#labels.splice(0, Infinity, ...input.strings());
    this.#weights.splice(0, Infinity, ...input.f64s());
    for (const [slot, label] of this.#labels.entries()) this.#slots.set(label, slot);
  }
}
