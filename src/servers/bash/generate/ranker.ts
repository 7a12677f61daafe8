/**
 * Ranks the templates of the known commands for a request: first the program, then, for each program, its commands.
 * It exists to join what neighbours in the index say with what linear models say of programs and options.
 * Invariant: probabilities over programs sum to 1, those over a program's templates to the program's.
 */
import { type Chosen, chooseByGain } from './agreement.js';
import { type Familiarity, familiarity } from './familiarity.js';
import { letterFeatures, wordFeatures } from './features.js';
import { type Filled, fill } from './fill.js';
import { softmax } from './linear.js';
import { type Model, unmodelledPart } from './model.js';
import { type Pair, pairOf } from './pairs.js';
import type { Request } from './request.js';
import type { Shape } from './shape.js';

export interface RankerWeights {
  /** Within a program: similarity of the nearest request, the parts of the command, how often the template was used. */
  readonly near: number;
  readonly parts: number;
  readonly prior: number;
  /** Flattens what the linear model of programs says. */
  readonly heat: number;
  /** Shares of the voices on the program: linear model, neighbours; the rest goes to programs that are named. */
  readonly model: number;
  readonly vote: number;
  /** How fast a neighbour's vote falls with its similarity. */
  readonly sharp: number;
  /** Flattens the shares of a program's templates. */
  readonly within: number;
  /** How much the likeliest command is preferred to one that agrees with many. */
  readonly likely: number;
  /** What each value costs that is somebody else's, or that the request names and the command lacks. */
  readonly left: number;
  readonly unused: number;
  /** What a program adds that no earlier candidate starts with. */
  readonly others: number;
}

export const rankerWeights: RankerWeights = {
  near: 6,
  parts: 0.5,
  prior: 0.2,
  heat: 0.7,
  model: 0.82,
  vote: 0.15,
  sharp: 16,
  within: 1.5,
  likely: 1.5,
  left: 0.7,
  unused: 0.5,
  others: 4,
};

export interface RankedTemplate {
  /** Probability of the template, and that the command starts with this program. */
  readonly probability: number;
  readonly first: number;
  /** With the values of the request. */
  readonly command: string;
  /** Similarity of the nearest, 0 to 1. */
  readonly similarity: number;
}

interface Asked {
  readonly text: string;
  readonly request: Request;
}

/** Requests that vote on the program. */
const voters = 40;
/** Log-odds of a part without a model. */
const rarePart = -3;
/** Programs and templates that are looked at closely. */
const programsShown = 12;
const shortlist = 96;
const pairsShown = 6;
const pairsRemembered = 2048;

/** The places of the largest values, largest first; of equals the earlier. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (found.length === count && value <= (values[found[count - 1] ?? 0] ?? 0)) continue;
    let at = Math.min(found.length, count - 1);
    for (; at > 0 && (values[found[at - 1] ?? 0] ?? 0) < value; at--) found[at] = found[at - 1] ?? 0;
    found[at] = i;
  }
  return found;
}

export class Ranker {
  readonly #model: Model;
  readonly #weights: RankerWeights;
  readonly #labels: ReadonlyMap<string, number>;
  readonly #members: readonly (readonly number[])[];
  readonly #byFirst: readonly (readonly number[])[];
  readonly #pairs = new Map<number, Pair | null>();

  constructor(model: Model, weights: RankerWeights = rankerWeights) {
    this.#model = model;
    this.#weights = weights;
    this.#labels = new Map(model.firsts.map((name, label) => [name, label]));
    const members: number[][] = Array.from(model.templateFirsts, () => []);
    model.templates.forEach((template, pair) => {
      members[template]?.push(pair);
    });
    this.#members = members;
    const byFirst: number[][] = model.firsts.map(() => []);
    model.templateFirsts.forEach((first, template) => {
      byFirst[first]?.push(template);
    });
    this.#byFirst = byFirst;
  }

  /** The pair with its request and command read; kept for a while. */
  #pair(at: number): Pair | null {
    const known = this.#pairs.get(at);
    if (known !== undefined) return known;
    if (this.#pairs.size >= pairsRemembered) this.#pairs.clear();
    const { requests, commands } = this.#model;
    const pair = pairOf({ nl: requests[at] ?? '', command: commands[at] ?? '' });
    this.#pairs.set(at, pair);
    return pair;
  }

  /** How likely each program comes first, by label: the linear model, the nearest requests, and programs that are named. */
  #programs(text: string, request: Request, near: Float32Array): Float32Array {
    const { all, firstModel, templates, templateFirsts } = this.#model;
    const { heat, model, vote, sharp } = this.#weights;
    const features = [...wordFeatures(text, request), ...letterFeatures(text)];
    const mixed = softmax(firstModel.scores(all.vector(features)), heat).map((p) => p * model);
    const nearest = largest(near, voters);
    const top = near[nearest[0] ?? 0] ?? 0;
    const votes = nearest.map((i) => Math.exp(sharp * ((near[i] ?? 0) - top)));
    const sum = votes.reduce((a, b) => a + b, 0) || 1;
    nearest.forEach((i, k) => {
      const first = templateFirsts[templates[i] ?? 0] ?? 0;
      mixed[first] = (mixed[first] ?? 0) + (vote * (votes[k] ?? 0)) / sum;
    });
    const named = new Set(request.words.flatMap((word) => this.#labels.get(word) ?? []));
    for (const label of named) mixed[label] = (mixed[label] ?? 0) + (1 - model - vote) / named.size;
    const total = mixed.reduce((a, b) => a + b, 0) || 1;
    return mixed.map((p) => p / total);
  }

  /** Programs by how likely they come first. */
  firsts(text: string, request: Request, top: number): { name: string; p: number }[] {
    const { words, neighbours, firsts } = this.#model;
    const near = neighbours.similarities(words.vector(wordFeatures(text, request)));
    const mixed = this.#programs(text, request, near);
    return largest(mixed, top).map((label) => ({ name: firsts[label] ?? '', p: mixed[label] ?? 0 }));
  }

  /** How likely the right command starts with one of these programs. */
  starting(text: string, request: Request, names: readonly string[]): number[] {
    const { words, neighbours } = this.#model;
    const near = neighbours.similarities(words.vector(wordFeatures(text, request)));
    const mixed = this.#programs(text, request, near);
    return names.map((name) => mixed[this.#labels.get(name) ?? -1] ?? 0);
  }

  /** How far known requests bear on this one. */
  familiarity(text: string, request: Request): Familiarity {
    const { words, neighbours } = this.#model;
    return familiarity(wordFeatures(text, request), request, words, neighbours);
  }

  /** How many known requests hold a word. */
  pairsWith(word: string): number {
    const { words, neighbours } = this.#model;
    const id = words.vector([word]).ids[0];
    return id === undefined ? 0 : neighbours.holding(id).length;
  }

  /** The command of the nearest known request; null when none shares a word. */
  nearest(text: string, request: Request): string | null {
    const { words, neighbours, commands } = this.#model;
    const near = neighbours.similarities(words.vector(wordFeatures(text, request)));
    const [at = 0] = largest(near, 1);
    return (near[at] ?? 0) > 0 ? (commands[at] ?? null) : null;
  }

  /** The command of the template that takes the values of the request best, of the pairs that are nearest. */
  #filled(
    template: number,
    { text, request }: Asked,
    near: Float32Array,
  ): (Filled & { shape: Shape }) | null {
    const members = this.#members[template] ?? [];
    const order = members.toSorted((a, b) => (near[b] ?? 0) - (near[a] ?? 0) || a - b).slice(0, pairsShown);
    let best: (Filled & { shape: Shape }) | null = null;
    for (const at of order) {
      const pair = this.#pair(at);
      if (!pair) continue;
      const filled = fill(pair, request, text);
      if (!best || filled.left + filled.unused < best.left + best.unused)
        best = { ...filled, shape: pair.shape };
    }
    return best;
  }

  rank(text: string, request: Request, top: number): RankedTemplate[] {
    const { words, neighbours, partModel, partStarts, parts } = this.#model;
    const vector = words.vector(wordFeatures(text, request));
    const near = neighbours.similarities(vector);
    const programs = this.#programs(text, request, near);
    const odds = partModel.scores(vector);
    const w = this.#weights;
    const scored: { template: number; label: number; first: number; probability: number; best: number }[] =
      [];
    for (const label of largest(programs, programsShown)) {
      const templates = this.#byFirst[label] ?? [];
      const bests = new Float32Array(templates.length);
      const scores = new Float32Array(templates.length);
      templates.forEach((template, i) => {
        const members = this.#members[template] ?? [];
        let best = 0;
        for (const member of members) best = Math.max(best, near[member] ?? 0);
        let sum = 0;
        for (let k = partStarts[template] ?? 0; k < (partStarts[template + 1] ?? 0); k++) {
          const part = parts[k] ?? unmodelledPart;
          sum += part === unmodelledPart ? rarePart : (odds[part] ?? 0);
        }
        bests[i] = best;
        scores[i] = w.near * best + w.parts * sum + w.prior * Math.log(members.length);
      });
      const shares = softmax(scores, w.within);
      const first = programs[label] ?? 0;
      for (const i of largest(shares, shortlist))
        scored.push({
          template: templates[i] ?? 0,
          label,
          first,
          probability: first * (shares[i] ?? 0),
          best: bests[i] ?? 0,
        });
    }
    const shown = scored.sort((x, y) => y.probability - x.probability || x.template - y.template);
    // The likeliest of each program stays in, however unlikely: five candidates should not all be one program's.
    const programsSeen = new Set<number>();
    const kept = shown.filter(({ first }, i) => {
      const fresh = !programsSeen.has(first);
      programsSeen.add(first);
      return i < shortlist || fresh;
    });
    const read = kept.flatMap((entry) => {
      const filled = this.#filled(entry.template, { text, request }, near);
      if (!filled) return [];
      const { left, unused } = filled;
      return [
        {
          ...entry,
          ...filled,
          probability: entry.probability * Math.exp(-w.left * left - w.unused * unused),
        },
      ];
    });
    const sums = new Map<number, number>();
    for (const { label, probability } of read) sums.set(label, (sums.get(label) ?? 0) + probability);
    const options = read.map(({ shape, probability, first, label }): Chosen => {
      return { shape, first, probability: (first * probability) / (sums.get(label) || 1) };
    });
    return chooseByGain(options, { top, others: w.others, likely: w.likely }).flatMap((at) => {
      const entry = read[at];
      if (!entry) return [];
      const { first, command, best } = entry;
      return [{ probability: options[at]?.probability ?? 0, first, command, similarity: best }];
    });
  }
}
