/**
 * What River publishes for its models on the same data sets, to stand beside ours.
 * It exists so that the bench prints both, and nobody has to look up the other half.
 * Invariant: copied digit by digit from online-ml/river, docs/benchmarks/Binary classification/index.md, at the commits named.
 */

export interface Published {
  /** At commit 7468665, the newer page. */
  readonly newer: number;
  /** At commit d0f621a, where it differs. */
  readonly older?: number;
}

type Sets = Readonly<Record<'phishing' | 'bananas', Published>>;

/** River's rows by the name of our model that answers them. */
const rows: Readonly<Record<string, Sets>> = {
  'last class': { phishing: { newer: 0.515612 }, bananas: { newer: 0.50953 } },
  'Gaussian naive Bayes': { phishing: { newer: 0.884708 }, bananas: { newer: 0.61521 } },
  'logistic regression, SGD': {
    phishing: { newer: 0.8872, older: 0.888 },
    bananas: { newer: 0.543208, older: 0.543019 },
  },
  ALMA: { phishing: { newer: 0.8256 }, bananas: { newer: 0.506415 } },
  'k nearest neighbours': {
    phishing: { newer: 0.881505, older: 0.867094 },
    bananas: { newer: 0.885073, older: 0.848462 },
  },
  'Hoeffding tree': { phishing: { newer: 0.879904 }, bananas: { newer: 0.642197 } },
  'Hoeffding adaptive tree': { phishing: { newer: 0.874299 }, bananas: { newer: 0.616531 } },
  'adaptive random forest': {
    phishing: { newer: 0.907926, older: 0.908727 },
    bananas: { newer: 0.88696 },
  },
};

/** The best model of the newer page: streaming random patches, and the aggregated Mondrian forest. */
export const best: Readonly<Record<'phishing' | 'bananas', number>> = {
  phishing: 0.913531,
  bananas: 0.889413,
};

/** Undefined where River has no such row. */
export function published(model: string, set: string): Published | undefined {
  return set === 'phishing' || set === 'bananas' ? rows[model]?.[set] : undefined;
}
