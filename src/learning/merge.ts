/**
 * Three-way merge of additive statistics: A + B − base.
 * It exists so that two branches of a model's history become one without learning anything anew or anything twice.
 * Invariant: counts are exact; sums agree with learning the whole to about 1e-12 of their size; the inputs are not changed.
 *
 * Only what adds up can be merged like this; trees, gradients and windows cannot, and are joined by an ensemble instead:
 * `join` keeps both branches' models and listens to the one that foretells the stream better from then on.
 */
import { LmcpError } from '../errors/index.js';
import { GatedEnsemble, type GatedEnsembleOptions } from './gated-ensemble.js';
import { Association } from './models/association.js';
import { GaussianNaiveBayes } from './models/bayes/gaussian.js';
import { MultinomialNaiveBayes } from './models/bayes/multinomial.js';
import type { Classifier } from './models/classifier.js';
import { StandardScaler } from './models/linear/standard-scaler.js';
import { joined, Welford, without } from './models/statistics/welford.js';
import { Tally } from './models/tally.js';

/** Statistics that can be merged. */
export type Additive =
  | Association
  | GaussianNaiveBayes
  | MultinomialNaiveBayes
  | StandardScaler
  | Tally
  | Welford;

/**
 * What `a` and `b` know together, what both have from `base` counted once.
 * @param base the state both grew from; a fresh one of the same options when they share nothing
 */
export function merge<T extends Additive>(a: T, b: T, base: T): T;
export function merge(a: Additive, b: Additive, base: Additive): Additive {
  if (a instanceof Welford && b instanceof Welford && base instanceof Welford)
    return Welford.of(without(joined(a, b), base));
  if (a instanceof Tally && b instanceof Tally && base instanceof Tally) return Tally.merge(a, b, base);
  if (a instanceof Association && b instanceof Association && base instanceof Association)
    return Association.merge(a, b, base);
  if (
    a instanceof GaussianNaiveBayes &&
    b instanceof GaussianNaiveBayes &&
    base instanceof GaussianNaiveBayes
  )
    return GaussianNaiveBayes.merge(a, b, base);
  if (
    a instanceof MultinomialNaiveBayes &&
    b instanceof MultinomialNaiveBayes &&
    base instanceof MultinomialNaiveBayes
  )
    return MultinomialNaiveBayes.merge(a, b, base);
  if (a instanceof StandardScaler && b instanceof StandardScaler && base instanceof StandardScaler)
    return StandardScaler.merge(a, b, base);
  throw new LmcpError('LMCP_INTERNAL', 'Only statistics of one kind can be merged.');
}

/**
 * Models of branches that cannot be added, as one: each keeps what it learned, all learn what comes, the better are heard.
 * @param branches by the branch's name; the order is part of the state
 */
export function join(
  branches: Readonly<Record<string, Classifier>>,
  options?: GatedEnsembleOptions,
): GatedEnsemble {
  return new GatedEnsemble(branches, options);
}
