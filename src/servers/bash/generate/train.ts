/**
 * Trains the compiled model on pairs of requests and commands.
 * It exists for the build and the bench: some ten seconds and hundreds of megabytes that no server thread has.
 * Invariant: equal pairs in equal order give equal models; no randomness, no clock.
 */
import { createHash } from 'node:crypto';
import { letterFeatures, wordFeatures } from './features.js';
import { type DenseWeights, type Example, type LinearOptions, trainLinear } from './linear.js';
import { type Model, modelVersion, unmodelledPart } from './model.js';
import { Neighbours } from './neighbours.js';
import { type RawPair, readPairs } from './pairs.js';
import { purposes } from './purposes.js';
import { readRequest } from './request.js';
import type { Shape } from './shape.js';
import { SparseWeights } from './sparse-weights.js';
import { type SparseVector, Vocabulary } from './vocabulary.js';

/** A part seen in fewer commands has no model of its own. */
const minimumPart = 6;
/** Weights below these say nothing. */
const leastFirst = 0.08;
const leastPart = 0.15;

class Labels {
  readonly ids = new Map<string, number>();
  add(name: string): number {
    const id = this.ids.get(name) ?? this.ids.size;
    this.ids.set(name, id);
    return id;
  }
}

/** Programs and their options, as features of a command. */
export function partsOf({ programs }: Shape): string[] {
  const parts = new Set<string>();
  for (const { name, options } of programs) {
    parts.add(name);
    for (const option of options) parts.add(`${name} ${option}`);
  }
  if (programs.length > 1) parts.add('2+');
  if (programs.length > 2) parts.add('3+');
  return [...parts];
}

/** Names the pairs a model was trained on. */
export function digestOf(raw: readonly RawPair[]): string {
  const hash = createHash('sha256').update(`${modelVersion}\n`);
  for (const { nl, command } of raw) hash.update(JSON.stringify([nl, command]));
  return hash.digest('hex');
}

type Task = Pick<LinearOptions, 'link' | 'labels' | 'passes' | 'rate' | 'smoothing'>;

function fitted(vectors: readonly SparseVector[], labels: readonly number[][], task: Task): DenseWeights {
  const features = vectors.reduce((most, { ids }) => ids.reduce((a, id) => Math.max(a, id + 1), most), 0);
  const examples = vectors.map((vector, i): Example => ({ vector, labels: labels[i] ?? [] }));
  return trainLinear(examples, { ...task, features });
}

export function trainModel(raw: readonly RawPair[]): Model {
  const pairs = readPairs(raw);
  const wordLists = pairs.map(({ text, request }) => wordFeatures(text, request));
  const allLists = wordLists.map((list, i) => [...list, ...letterFeatures(pairs[i]?.text ?? '')]);
  const [words, all] = [Vocabulary.of(wordLists), Vocabulary.of(allLists)];
  const wordVectors = wordLists.map((list) => words.vector(list));

  const firsts = new Labels();
  const firstOf = pairs.map(({ shape }) => [firsts.add(shape.programs[0]?.name ?? '')]);
  // What programs do, in our own words: some have few pairs. Only those that some known command starts with.
  const told = purposes.flatMap(([program, text]) => {
    const label = firsts.ids.get(program);
    return label === undefined ? [] : [{ label, text }];
  });
  const toldLists = told.map(({ text }) => [
    ...wordFeatures(text, readRequest(text)),
    ...letterFeatures(text),
  ]);
  const firstModel = fitted(
    [...allLists, ...toldLists].map((list) => all.vector(list)),
    [...firstOf, ...told.map(({ label }) => [label])],
    { link: 'one', labels: firsts.ids.size, passes: 8, rate: 3, smoothing: 0.1 },
  );

  const partLists = pairs.map(({ shape }) => partsOf(shape));
  const counts = new Map<string, number>();
  for (const list of partLists) for (const part of list) counts.set(part, (counts.get(part) ?? 0) + 1);
  const known = new Labels();
  for (const [part, n] of counts) if (n >= minimumPart) known.add(part);
  const partModel = fitted(
    wordVectors,
    partLists.map((list) => list.flatMap((part) => known.ids.get(part) ?? [])),
    { link: 'many', labels: known.ids.size, passes: 5, rate: 6 },
  );

  const templates = new Labels();
  const templateOf = pairs.map(({ shape }) => templates.add(shape.template));
  const templateFirsts = new Uint16Array(templates.ids.size);
  const partStarts = new Uint32Array(templates.ids.size + 1);
  const parts: number[] = [];
  let described = 0;
  templateOf.forEach((template, i) => {
    if (template !== described) return;
    templateFirsts[template] = firstOf[i]?.[0] ?? 0;
    for (const part of partLists[i] ?? []) parts.push(known.ids.get(part) ?? unmodelledPart);
    partStarts[++described] = parts.length;
  });
  return {
    digest: digestOf(raw),
    requests: pairs.map(({ text }) => text),
    commands: pairs.map(({ command }) => command),
    firsts: [...firsts.ids.keys()],
    words,
    all,
    neighbours: Neighbours.of(wordVectors, words.arrays.weights),
    firstModel: SparseWeights.from(firstModel, leastFirst),
    partModel: SparseWeights.from(partModel, leastPart),
    templates: Uint16Array.from(templateOf),
    templateFirsts,
    partStarts,
    parts: Uint16Array.from(parts),
  };
}
