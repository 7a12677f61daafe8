/**
 * Progressive accuracy of every classifier on River's data sets, and of those that adapt on streams that never rest.
 * It exists so that ours and River's published figures stand in one table.
 * Invariant: one configuration a model for all sets; a model with randomness runs once for each of five seeds.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { moving } from './drift.js';
import type { StreamModel } from './models.js';
import { type Example, progressive } from './progressive.js';
import { type Published, published } from './published.js';
import { mean, seeds } from './seeds.js';

export interface AccuracyRow {
  readonly model: string;
  readonly set: string;
  readonly mean: number;
  readonly least: number;
  readonly greatest: number;
  readonly runs: number;
  /** What River publishes for its model of this kind; absent where it has none. */
  readonly river?: Published;
}

interface Data {
  readonly name: string;
  readonly examples: readonly Example[];
}

/** The data sets in a folder; undefined when they are not there. */
export function riverData(folder: string): Data[] | undefined {
  const path = (name: string) => join(folder, `${name}.jsonl.gz`);
  if (!existsSync(path('phishing'))) return undefined;
  return ['phishing', 'bananas'].map((name) => ({
    name,
    examples: gunzipSync(readFileSync(path(name)))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Example => JSON.parse(line)),
  }));
}

function row({ name, make }: StreamModel, { name: set, examples }: Data): AccuracyRow {
  // A model that takes no seed gives the same figure for each: it runs once.
  const all = (make.length === 0 ? [1] : seeds).map((seed) => progressive(make(seed), examples).accuracy);
  const river = published(name, set);
  return {
    model: name,
    set,
    mean: mean(all),
    least: Math.min(...all),
    greatest: Math.max(...all),
    runs: all.length,
    ...(river ? { river } : {}),
  };
}

export function accuracies(models: readonly StreamModel[], data: readonly Data[]): AccuracyRow[] {
  return models.flatMap((model) => data.map((set) => row(model, set)));
}

/** Accuracy where the concept moves all the time. */
export function restless(models: readonly StreamModel[]): AccuracyRow[] {
  return accuracies(models, moving(7));
}

export function accuracyLine({ model, set, mean, least, greatest, river }: AccuracyRow): string {
  const spread = least === greatest ? '' : ` [${least.toFixed(4)}, ${greatest.toFixed(4)}]`;
  const other = river
    ? `River ${river.newer.toFixed(6)}${river.older === undefined ? '' : ` (older page ${river.older.toFixed(6)})`}`
    : '';
  return `  ${model.padEnd(36)} ${set.padEnd(20)} ${mean.toFixed(6)}${spread.padEnd(18)} ${other}`.trimEnd();
}
