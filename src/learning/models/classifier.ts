/**
 * The contract of an online classifier over named numbers, after River's names: learnOne, predictOne, predictProbaOne.
 * It exists so that pipelines, ensembles, benches and learners take any model for any other.
 * Invariant: asking changes no state; input is checked at the edge, so that a model's state is finite for good.
 */
import { LmcpError } from '../../errors/index.js';
import type { Distribution } from '../distribution.js';
import { topK } from '../ranking.js';
import type { StateReader, StateWriter } from '../state-codec.js';

/** Feature name → value. A feature that is left out is unknown, not 0, unless the model says otherwise. */
export type Features = Readonly<Record<string, number>>;

/** What is to be predicted. Labels are told apart by their text: `true` and 'true' are one label. */
export type Label = string | boolean | number;

export interface Classifier {
  /** Entries held, of whatever kind grows: for memory bounds. */
  readonly size: number;
  /**
   * @param weight how many examples this one counts for; > 0, default 1
   * @throws LMCP_BAD_FEATURES by `checkExample`; the model is then as before
   */
  learnOne(x: Features, y: Label, weight?: number): void;
  /** @throws LMCP_BAD_FEATURES by `checkFeatures` */
  predictProbaOne(x: Features): Distribution;
  /** The most probable label's text; undefined while no label was seen. */
  predictOne(x: Features): string | undefined;
  write(out: StateWriter): void;
  /** Replaces the state by what `write` wrote. @throws LMCP_BAD_STATE */
  read(input: StateReader): void;
}

/** Most features of one example, longest name or label in UTF-16 units, largest magnitude (its square times 1e9 is finite). */
export const limits = { features: 4096, name: 1024, magnitude: 1e100, weight: 1e9 } as const;

function bad(detail: string): LmcpError {
  return new LmcpError('LMCP_BAD_FEATURES', detail);
}

/** @throws LMCP_BAD_FEATURES when a value is no finite number, or there are too many, too large or too long-named ones */
export function checkFeatures(x: Features): void {
  let n = 0;
  for (const name of Object.keys(x)) {
    const value: unknown = x[name];
    if (++n > limits.features) throw bad(`More than ${limits.features} features.`);
    if (name.length > limits.name) throw bad(`A feature's name has ${name.length} characters.`);
    if (typeof value !== 'number' || !(Math.abs(value) <= limits.magnitude))
      throw bad(`Feature ${name} is ${typeof value === 'number' ? value : typeof value}.`);
  }
}

/** @returns the label's text @throws LMCP_BAD_FEATURES as `checkFeatures`, and for a bad label or weight */
export function checkExample(x: Features, y: Label, weight = 1): string {
  checkFeatures(x);
  const label = String(y);
  if (label.length > limits.name) throw bad(`The label has ${label.length} characters.`);
  if (typeof y === 'number' && !Number.isFinite(y)) throw bad(`The label is ${label}.`);
  if (!(weight > 0 && weight <= limits.weight)) throw bad(`The weight is ${weight}.`);
  return label;
}

/** The value of a feature; undefined when it is not there. Never an inherited member of the object. */
export function featureOf(x: Features, name: string): number | undefined {
  const value: unknown = x[name];
  return typeof value === 'number' ? value : undefined;
}

/** The most probable label, ties by code units; undefined when none is listed. */
export function mostProbable({ p }: Distribution): string | undefined {
  return topK(p, 1)[0]?.label;
}
