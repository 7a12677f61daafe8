/**
 * The npm libraries that models are compared with, as far as they are used here.
 * They exist in one place because most of them come without types.
 * Invariant: development only; nothing under src/ knows them.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export type Table = readonly (readonly number[])[];

interface Batch {
  train(rows: Table, labels: readonly number[]): void;
  predict(rows: Table): ArrayLike<number>;
  toJSON(): unknown;
}

export interface Perceptron {
  defineConfig(options: { shuffleData: boolean; maxIterations: number }): void;
  learn(examples: readonly (readonly [Readonly<Record<string, number>>, { label: string }])[]): unknown;
  predict(features: Readonly<Record<string, number>>): string;
  exportJSON(): string;
}

export interface TextBayes {
  defineConfig(options: { considerOnlyPresence: boolean; smoothingFactor: number }): void;
  learn(input: string | readonly string[], label: string): void;
  consolidate(): void;
  predict(input: string | readonly string[]): string;
  exportJSON(): string;
}

interface Matrix {
  readonly rows: number;
}

interface Digest {
  push(value: number): void;
  compress(): void;
  percentile(share: number): number;
  toArray(): unknown[];
}

interface Forest {
  fit(rows: readonly Readonly<Record<string, number>>[]): void;
  predict(rows: readonly Readonly<Record<string, number>>[]): number[];
  readonly trees: unknown;
}

export const bayes: { GaussianNB: new () => Batch } = require('ml-naivebayes');
export const Neighbours: new (
  rows: Table,
  labels: readonly number[],
  options: { k: number },
) => Omit<Batch, 'train'> = require('ml-knn');
export const cart: { DecisionTreeClassifier: new (options: object) => Batch } = require('ml-cart');
export const forest: { RandomForestClassifier: new (options: object) => Batch } = require('ml-random-forest');
export const Logistic: new (options: {
  numSteps: number;
  learningRate: number;
}) => {
  train(rows: Matrix, labels: Matrix): void;
  predict(rows: Matrix): ArrayLike<number>;
  toJSON(): unknown;
} = require('ml-logistic-regression');
export const matrix: {
  Matrix: (new (rows: Table) => Matrix) & { columnVector(values: readonly number[]): Matrix };
} = require('ml-matrix');
export const perceptron: () => Perceptron = require('wink-perceptron');
export const textBayes: () => TextBayes = require('wink-naive-bayes-text-classifier');
export const digest: { TDigest: new () => Digest } = require('tdigest');
export const simple: {
  sampleVariance(values: readonly number[]): number;
  quantile(values: readonly number[], share: number): number;
} = require('simple-statistics');
export const online: { Variance(options: { ddof: 0 | 1 }): (value?: number) => number } =
  require('online-stats');
export const isolation: { IsolationForest: new (trees: number, sample: number) => Forest } =
  require('isolation-forest');
