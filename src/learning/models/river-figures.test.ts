/**
 * Progressive accuracy on River's data sets beside its published table ("Binary classification", docs/benchmarks of
 * online-ml/river), with one configuration for both sets; where the data are present.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pipe } from '../pipeline.js';
import { GaussianNaiveBayes } from './bayes/gaussian.js';
import type { Classifier, Features } from './classifier.js';
import { Alma } from './linear/alma.js';
import { Binary } from './linear/binary.js';
import { LogisticRegression } from './linear/logistic-regression.js';
import { Sgd } from './linear/optimiser.js';
import { StandardScaler } from './linear/standard-scaler.js';
import { KNearest } from './neighbours/k-nearest.js';
import { LastClass } from './statistics/last-class.js';

const data =
  process.env.LMCP_SHARED_DATA ?? join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data');
const folder = join(data, 'learning', 'streams');
const why = existsSync(folder) ? '' : ' (skipped: set LMCP_SHARED_DATA to the folder of the data sets)';

function examples(name: string): { x: Features; y: boolean }[] {
  const lines = gunzipSync(readFileSync(join(folder, `${name}.jsonl.gz`))).toString();
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { x: Features; y: boolean });
}

/** Share of right predictions among those made, each before its outcome. */
function accuracy(model: Classifier, name: string): number {
  let [right, n] = [0, 0];
  for (const { x, y } of examples(name)) {
    const said = model.predictOne(x);
    if (said !== undefined) n++;
    if (said === String(y)) right++;
    model.learnOne(x, y);
  }
  return right / n;
}

const sgd = () => new LogisticRegression({ optimiser: new Sgd({ rate: 0.005 }) });
const scaled = (model: Classifier) => pipe(new StandardScaler(), model);
const rows: readonly [string, () => Classifier, phishing: number, bananas: number, within: number][] = [
  ['last class', () => new LastClass(), 0.515612, 0.50953, 5e-7],
  ['Gaussian naive Bayes', () => new GaussianNaiveBayes(), 0.884708, 0.61521, 5e-7],
  ['logistic regression', () => scaled(new Binary(sgd())), 0.888, 0.543019, 0.002],
  ['ALMA', () => scaled(new Binary(new Alma())), 0.8256, 0.506415, 5e-7],
];

describe.skipIf(why !== '')(`River's table${why}`, () => {
  it.each(rows)('%s', (_, make, phishing, bananas, within) => {
    expect(Math.abs(accuracy(make(), 'phishing') - phishing)).toBeLessThan(within);
    expect(Math.abs(accuracy(make(), 'bananas') - bananas)).toBeLessThan(within);
  });

  it('k nearest neighbours, at least as good', () => {
    expect(accuracy(new KNearest(), 'phishing')).toBeGreaterThanOrEqual(0.867094);
    expect(accuracy(new KNearest(), 'bananas')).toBeGreaterThanOrEqual(0.848462);
  });
});
