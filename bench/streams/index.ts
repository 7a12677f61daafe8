/**
 * Bench "streams": accuracy on published data sets, recovery after drift, and cost of every classifier.
 * It exists so that each figure the documents state about these models comes from one command.
 * Invariant: one configuration a model for all streams; every prediction is made before its outcome is learned.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { alarms } from './alarms.js';
import { cost } from './cost.js';
import { moving, recovery, scenarios } from './drift.js';
import { models, type StreamModel } from './models.js';
import { type Example, progressive } from './progressive.js';

const dataSets = ['phishing', 'bananas'] as const;

const seeds = [1, 2, 3, 4, 5] as const;

/** Folder of the data sets: LMCP_SHARED_DATA, else beside the checkout. */
function folder(): string | undefined {
  const path = join(process.env.LMCP_SHARED_DATA ?? join('..', 'shared', 'data'), 'learning', 'streams');
  return existsSync(path) ? path : undefined;
}

function load(path: string): Example[] {
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Example => JSON.parse(line));
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A model that takes no seed gives the same figure for each: it runs once. */
function accuracies(
  models: readonly StreamModel[],
  data: readonly { name: string; examples: readonly Example[] }[],
) {
  return models.flatMap(({ name, make }) =>
    data.map(({ name: set, examples }) => {
      const runs = make.length === 0 ? [1] : seeds;
      const all = runs.map((seed) => progressive(make(seed), examples).accuracy);
      return { model: name, set, mean: mean(all), least: Math.min(...all), greatest: Math.max(...all) };
    }),
  );
}

function recoveries(models: readonly StreamModel[]) {
  const runs = seeds.map((seed) => scenarios(100 * seed));
  return models.flatMap((model) =>
    (runs[0] ?? []).map(({ name }, at) => {
      const all = runs.flatMap((run, i) => (run[at] ? [recovery(model, run[at], seeds[i] ?? 1)] : []));
      const back = all.map(({ recoveredAfter }) => recoveredAfter ?? Infinity);
      return {
        model: model.name,
        adaptive: model.adaptive === true,
        scenario: name,
        before: mean(all.map((r) => r.before)),
        first: mean(all.map((r) => r.first)),
        second: mean(all.map((r) => r.second)),
        /** Least share of the accuracy before that the second window has, over the seeds. */
        worstShare: Math.min(...all.map((r) => r.second / r.before)),
        last: mean(all.map((r) => r.last)),
        recoveredAfter: { median: median(back), worst: Math.max(...back) },
      };
    }),
  );
}

/**
 * @param arguments the models wanted, by part of their names; default all
 * @returns rows of each table; `accuracy` is empty and `skipped` says why when the data sets are not here
 */
export async function run(options: { json: boolean; arguments: readonly string[] }): Promise<object> {
  const print = (line: string) => {
    if (!options.json) console.log(line);
  };
  const wanted = options.arguments.filter((argument) => !argument.startsWith('--'));
  const chosen = models.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  // Drift is measured for the models that are made for it, and for the plain tree as what they must beat.
  const followers = chosen.filter(({ name, adaptive }) => adaptive || name === 'Hoeffding tree');
  const path = folder();
  const skipped = path ? undefined : 'No data: set LMCP_SHARED_DATA to the folder of the data sets.';
  if (skipped) print(skipped);

  print('Progressive accuracy (mean, least, greatest of 5 seeds)');
  const published = path
    ? dataSets.map((name) => ({ name, examples: load(join(path, `${name}.jsonl.gz`)) }))
    : [];
  const showAccuracy = (row: ReturnType<typeof accuracies>[number]) =>
    print(
      `  ${row.model.padEnd(36)} ${row.set.padEnd(20)} ${row.mean.toFixed(6)}  ${row.least.toFixed(6)}  ${row.greatest.toFixed(6)}`,
    );
  const accuracy = accuracies(chosen, published);
  for (const row of accuracy) showAccuracy(row);
  const never = accuracies(followers, moving(7));
  for (const row of never) showAccuracy(row);

  print(
    'Drift: accuracy over the last 1,000 before, the first and second 1,000 after, the last of all; worst of second / before; examples until no window is below 90 % (median, worst)',
  );
  const drift = recoveries(followers);
  for (const row of drift)
    print(
      `  ${row.model.padEnd(36)} ${row.scenario.padEnd(12)} ${row.before.toFixed(3)} ${row.first.toFixed(3)} ${row.second.toFixed(3)} ${row.last.toFixed(3)}  ${row.worstShare.toFixed(3)}  ${row.recoveredAfter.median} ${row.recoveredAfter.worst}`,
    );

  print(
    'Detectors: stationary streams of 10,000 with a false alarm, 99 % interval, alarms a look; delay after .2 → .4',
  );
  const detectors = alarms();
  for (const row of detectors)
    print(
      `  ${row.detector.padEnd(36)} ${row.alarmed} of ${row.streams}  ${row.interval?.map((p) => p.toFixed(4)).join(' … ')}  ${row.perLook.toExponential(1)}  ${row.delay}`,
    );

  print('Cost on RBF, 10 features: predict, learn in ns; snapshot in bytes; entries held');
  const costs = chosen.map((model) => ({ model: model.name, ...cost(model) }));
  for (const row of costs)
    print(
      `  ${row.model.padEnd(36)} ${row.predictNs.toFixed(0).padStart(8)} ${row.learnNs.toFixed(0).padStart(8)} ${String(row.bytes).padStart(9)} ${String(row.size).padStart(7)}`,
    );
  return { ...(skipped ? { skipped } : {}), accuracy, moving: never, drift, detectors, costs };
}
