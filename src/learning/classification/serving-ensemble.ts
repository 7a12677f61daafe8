/**
 * The one configuration of the classifier that serves: four kinds of models, heard by how well each has done.
 * It exists so that every task that classifies, and every bench of it, speaks of the same model.
 * Invariant: nothing here is tuned to a data set; memory is bounded by the members' own limits.
 */
import { GatedEnsemble } from '../gated-ensemble.js';
import { GaussianNaiveBayes } from '../models/bayes/gaussian.js';
import { AdaGrad } from '../models/linear/optimiser.js';
import { SoftmaxRegression } from '../models/linear/softmax-regression.js';
import { StandardScaler } from '../models/linear/standard-scaler.js';
import { KNearest } from '../models/neighbours/k-nearest.js';
import { AdaptiveRandomForest } from '../models/tree/adaptive-random-forest.js';
import { pipe } from '../pipeline.js';

/** Name of the model on scorecards. */
export const servingEnsembleName = 'gated-ensemble';

/** @param seed of the forest's draws; the only randomness */
export function servingEnsemble(seed = 1): GatedEnsemble {
  return new GatedEnsemble({
    bayes: new GaussianNaiveBayes(),
    logistic: pipe(new StandardScaler(), new SoftmaxRegression({ optimiser: () => new AdaGrad() })),
    nearest: new KNearest(),
    forest: new AdaptiveRandomForest({ seed }),
  });
}
