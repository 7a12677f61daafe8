/**
 * Three-way merge of additive statistics: A + B − base.
 * It exists so that two branches of a model's history become one without learning anything anew or anything twice.
 * Invariant: counts are exact; sums agree with learning the whole to about 1e-12 of their size; the inputs are not changed.
 *
 * Only what adds up can be merged like this; trees, gradients and windows cannot, and are joined by an ensemble instead.
 */
import { LmcpError } from '../errors/index.js';
import { Association } from './models/association.js';
import { GaussianNaiveBayes } from './models/bayes/gaussian.js';
import { MultinomialNaiveBayes } from './models/bayes/multinomial.js';
import { joined, Welford, without } from './models/statistics/welford.js';
import { Tally } from './models/tally.js';

/** Statistics that can be merged. */
export type Additive = Association | GaussianNaiveBayes | MultinomialNaiveBayes | Tally | Welford;

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
  throw new LmcpError('LMCP_INTERNAL', 'Only statistics of one kind can be merged.');
}
