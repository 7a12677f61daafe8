/**
 * Which command line comes next: what followed these lines, this line in this folder, and this line when it ended so.
 * It exists so that a whole line can be offered; the learning server predicts the first word alone.
 * Invariant: asking changes nothing; an expert is weighed by what it said before the line was known.
 */
import {
  type Distribution,
  Hedge,
  MarkovModel,
  type Ranked,
  type StateReader,
  type StateWriter,
  topK,
} from '../../../learning/index.js';
import { RecentFollowers } from './recent-followers.js';

/** What is known when the question is asked. */
export interface LineContext {
  /** Earlier lines of the session, oldest first. */
  readonly lines: readonly string[];
  /** Folder relative to the workspace. */
  readonly cwd: string;
  /** How the last command ended: "ok", "failed", or "" where it is not known. */
  readonly ended: string;
}

const considered = 24;
const baselines = ['most-frequent', 'order-1', 'order-2'] as const;
export type LineBaseline = (typeof baselines)[number];
export const lineBaselines: readonly LineBaseline[] = baselines;

interface Expert {
  readonly model: MarkovModel;
  history(context: LineContext): readonly string[];
}

function experts(): Expert[] {
  const last = ({ lines }: LineContext) => lines.at(-1) ?? '';
  const table = { contexts: 4096, labels: 24, vocabulary: 8192 };
  return [
    { model: new MarkovModel({ order: 3, ...table }), history: ({ lines }) => lines.slice(-3) },
    { model: new MarkovModel({ order: 2, ...table }), history: (c) => [last(c), `cwd ${c.cwd}`] },
    { model: new MarkovModel({ order: 2, ...table }), history: (c) => [`ended ${c.ended}`, last(c)] },
    // The verb of the last line: new arguments, same habit.
    { model: new MarkovModel({ order: 1, ...table }), history: (c) => [last(c).split(' ', 1)[0] ?? ''] },
  ];
}

function listed(ranked: readonly Ranked[]): Distribution {
  const p = new Map(ranked.map(({ label, p: value }) => [label, value]));
  let sum = 0;
  for (const value of p.values()) sum += value;
  return { p, other: Math.max(0, 1 - sum) };
}

export class LineModel {
  readonly #experts = experts();
  readonly #recent = new RecentFollowers();
  readonly #hedge = new Hedge({ experts: this.#experts.length + 1 });

  /** Entries held: for memory bounds. */
  get size(): number {
    return this.#experts.reduce((sum, { model }) => sum + model.size, this.#recent.size);
  }

  #said(context: LineContext): Distribution[] {
    return [
      ...this.#experts.map(({ model, history }) => listed(model.rank(history(context), considered))),
      this.#recent.predictProbaOne(context.lines.at(-1) ?? ''),
    ];
  }

  rank(context: LineContext, top: number): Ranked[] {
    return topK(this.#hedge.mix(this.#said(context)).p, top);
  }

  /** What the trivial predictors say; they share the counts of the first expert. */
  baseline(name: LineBaseline, { lines }: LineContext, top: number): Ranked[] {
    const order = baselines.indexOf(name);
    return this.#experts[0]?.model.rank(order === 0 ? [] : lines.slice(-order), top) ?? [];
  }

  learnOne(context: LineContext, line: string): void {
    this.#hedge.learnOne(this.#said(context).map(({ p }) => p.get(line) ?? 0));
    for (const { model, history } of this.#experts) model.learnOne(history(context), line);
    this.#recent.learnOne(context.lines.at(-1) ?? '', line);
  }

  write(out: StateWriter): void {
    for (const { model } of this.#experts) model.write(out);
    this.#recent.write(out);
    this.#hedge.write(out);
  }

  read(input: StateReader): void {
    for (const { model } of this.#experts) model.read(input);
    this.#recent.read(input);
    this.#hedge.read(input);
  }
}
