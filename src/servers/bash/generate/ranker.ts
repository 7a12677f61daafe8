/**
 * Ranks the templates of the training pairs for a request.
 * It exists to join what neighbours in the index say with what linear models say of programs and options.
 * Invariant: probabilities over templates sum to 1; equal pairs in equal order give equal answers.
 */
import { expectedGain, type Outline, outlineOf } from './agreement.js';
import { LinearModel } from './linear.js';
import type { Pair } from './pairs.js';
import { featuresOf, type Request } from './request.js';
import { Cosine } from './retrieval.js';
import type { Shape } from './shape.js';

export interface RankerOptions {
  /** How strongly each voice counts: similarity of the nearest request, the parts of the command, the first program, how often the template was used. */
  readonly weights?: Readonly<typeof defaults>;
  readonly passes?: number;
}

export interface RankedTemplate {
  readonly template: string;
  readonly probability: number;
  /** Pairs of this template, nearest first. */
  readonly pairs: readonly Pair[];
  /** Similarity of the nearest, 0 to 1. */
  readonly similarity: number;
}

interface Group {
  readonly template: string;
  readonly shape: Shape;
  readonly outline: Outline;
  readonly members: number[];
  readonly parts: readonly number[];
  readonly first: string;
}

const defaults = {
  near: 12,
  parts: 0.5,
  first: 0.6,
  prior: 0.2,
  heat: 1,
  sharp: 12,
  model: 0.6,
  vote: 0.35,
  named: 0.05,
  others: 1,
};
/** Requests that vote on the program. */
const voters = 25;
/** A part seen in fewer commands has no model of its own. */
const minimumPart = 6;
const minimumFeature = 2;
/** Log-odds of a part without a model. */
const rarePart = -3;
const shortlist = 120;
const pairsShown = 8;

class Numbers {
  readonly ids = new Map<string, number>();
  get size(): number {
    return this.ids.size;
  }
  add(name: string): number {
    const id = this.ids.get(name) ?? this.ids.size;
    this.ids.set(name, id);
    return id;
  }
}

function counted(lists: Iterable<readonly string[]>, minimum: number): Numbers {
  const counts = new Map<string, number>();
  for (const list of lists) for (const name of list) counts.set(name, (counts.get(name) ?? 0) + 1);
  const numbers = new Numbers();
  for (const [name, count] of counts) if (count >= minimum) numbers.add(name);
  return numbers;
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

export class Ranker {
  readonly #pairs: readonly Pair[];
  readonly #cosine: Cosine;
  readonly #features: Numbers;
  readonly #parts: Numbers;
  readonly #firsts: Numbers;
  readonly #partModel: LinearModel;
  readonly #firstModel: LinearModel;
  readonly #groups: readonly Group[];
  readonly #weights: typeof defaults;

  constructor(pairs: readonly Pair[], { weights, passes = 8 }: RankerOptions = {}) {
    this.#pairs = pairs;
    this.#weights = weights ?? defaults;
    const features = pairs.map(({ request }) => featuresOf(request));
    this.#cosine = new Cosine(features);
    this.#features = counted(features, minimumFeature);
    const parts = pairs.map(({ shape }) => partsOf(shape));
    this.#parts = counted(parts, minimumPart);
    this.#firsts = counted(
      pairs.map(({ shape }) => [shape.programs[0]?.name ?? '']),
      1,
    );
    const numbered = features.map((list) => this.#numbers(list));
    const common = { features: this.#features.size, passes };
    this.#partModel = new LinearModel({ ...common, link: 'many', labels: this.#parts.size, rate: 6 });
    this.#partModel.train(
      numbered.map((list, i) => ({ features: list, labels: this.#known(this.#parts, parts[i] ?? []) })),
    );
    this.#firstModel = new LinearModel({ ...common, link: 'one', labels: this.#firsts.size, rate: 3 });
    this.#firstModel.train(
      numbered.map((list, i) => ({
        features: list,
        labels: this.#known(this.#firsts, [pairs[i]?.shape.programs[0]?.name ?? '']),
      })),
    );
    this.#groups = this.#grouped();
  }

  #numbers(features: readonly string[]): number[] {
    return this.#known(this.#features, features);
  }

  #known({ ids }: Numbers, names: readonly string[]): number[] {
    return names.flatMap((name) => ids.get(name) ?? []);
  }

  #grouped(): Group[] {
    const groups = new Map<string, Group>();
    this.#pairs.forEach(({ shape }, i) => {
      const found = groups.get(shape.template);
      if (found) {
        found.members.push(i);
        return;
      }
      const parts = partsOf(shape).map((part) => this.#parts.ids.get(part) ?? -1);
      groups.set(shape.template, {
        template: shape.template,
        shape,
        outline: outlineOf(shape),
        members: [i],
        parts,
        first: shape.programs[0]?.name ?? '',
      });
    });
    return [...groups.values()];
  }

  /** Programs by how likely they come first. */
  firsts(request: Request, top: number): { name: string; p: number }[] {
    const features = featuresOf(request);
    const mixed = this.#programs(this.#numbers(features), this.#cosine.scores(features), request.words);
    return [...mixed]
      .map(([name, p]) => ({ name, p }))
      .sort((x, y) => y.p - x.p)
      .slice(0, top);
  }

  /** How likely each program comes first: the linear model, the nearest requests, and programs that are named. */
  #programs(
    numbers: readonly number[],
    near: Float64Array,
    words: readonly string[],
    w = this.#weights,
  ): Map<string, number> {
    const { sharp, model, vote, named } = w;
    const linear = this.#firstModel.probabilities(numbers);
    const mixed = new Map<string, number>();
    const add = (name: string, p: number) => mixed.set(name, (mixed.get(name) ?? 0) + p);
    const tempered = linear.map((p) => p ** 0.7);
    const total = tempered.reduce((a, p) => a + p, 0);
    for (const [name, id] of this.#firsts.ids) add(name, (model * (tempered[id] ?? 0)) / total);
    const nearest = [...near.keys()].sort((a, b) => (near[b] ?? 0) - (near[a] ?? 0)).slice(0, voters);
    const weights = nearest.map((i) => Math.exp(sharp * ((near[i] ?? 0) - (near[nearest[0] ?? 0] ?? 0))));
    const all = weights.reduce((a, w) => a + w, 0);
    nearest.forEach((i, k) => {
      add(this.#pairs[i]?.shape.programs[0]?.name ?? '', (vote * (weights[k] ?? 0)) / all);
    });
    const mentioned = words.filter((word) => this.#firsts.ids.has(word));
    for (const word of mentioned) add(word, named / mentioned.length);
    return mixed;
  }

  rank(request: Request, top: number, weights = this.#weights): RankedTemplate[] {
    const features = featuresOf(request);
    const numbers = this.#numbers(features);
    const near = this.#cosine.scores(features);
    const odds = this.#partModel.scores(numbers);
    const programs = this.#programs(numbers, near, request.words, weights);
    const scored = this.#groups.map((group) => {
      let best = 0;
      for (const member of group.members) best = Math.max(best, near[member] ?? 0);
      let parts = 0;
      for (const part of group.parts) parts += part < 0 ? rarePart : (odds[part] ?? 0);
      const score =
        weights.near * best +
        weights.parts * parts +
        weights.first * Math.log((programs.get(group.first) ?? 0) + 1e-4) +
        weights.prior * Math.log(group.members.length);
      return { group, best, score };
    });
    scored.sort((x, y) => y.score - x.score);
    const shown = scored.slice(0, shortlist);
    const highest = shown[0]?.score ?? 0;
    const raised = shown.map(({ score }) => Math.exp((score - highest) / weights.heat));
    const sum = raised.reduce((x, y) => x + y, 0);
    const kept = shown.map(({ group, best }, i) => ({ group, best, probability: (raised[i] ?? 0) / sum }));
    const probabilities = kept.map(({ probability }) => probability);
    const outlines = kept.map(({ group }) => group.outline);
    const chosen = expectedGain(outlines, probabilities, { top, others: Math.min(weights.others, top - 1) });
    return chosen.flatMap((at) => {
      const entry = kept[at];
      if (!entry) return [];
      const pairs = entry.group.members
        .toSorted((a, b) => (near[b] ?? 0) - (near[a] ?? 0))
        .slice(0, pairsShown)
        .flatMap((i) => this.#pairs[i] ?? []);
      return [
        {
          template: entry.group.template,
          probability: probabilities[at] ?? 0,
          pairs,
          similarity: entry.best,
        },
      ];
    });
  }
}
