/**
 * The next-action model: context voters and copy voters under one gated mixture, calibrated, beside its trivial baselines.
 * It exists apart from the learner so that what is predicted is kept from when events arrive and who is told.
 * Invariant: forecasting changes nothing; learning uses the forecast made before the outcome was known.
 */
import {
  ContextTable,
  type Forecast,
  LogLinearMixture,
  PlattCalibrator,
  type Ranked,
  type StateReader,
  type StateWriter,
  Tally,
  topK,
  Vocabulary,
  type Votes,
  wittenBellRanking,
} from '../../../learning/index.js';
import { type Action, type ActionLabel, compose, hasSubject, subjectOf } from './action.js';
import { contextsOf, copyVoters, labelVoters, type Moment, order1At, order2At } from './action-contexts.js';
import { directoryOf, type Session, subjectsKept } from './action-session.js';

/** The trivial predictors, by rising order. */
export const baselineNames = ['most-frequent', 'order-1', 'order-2'] as const;
export type BaselineName = (typeof baselineNames)[number];

/** What is said about the next action, by the model and by each baseline. */
export interface ActionForecast {
  readonly ranked: readonly Ranked[];
  readonly baselines: Readonly<Record<BaselineName, readonly Ranked[]>>;
  /** For learning: the mixture's own forecast, its top probability before calibration, its contexts. */
  readonly mixture: Forecast;
  readonly statedTop: number;
  readonly contexts: readonly number[];
  /** Labels that no event has had yet, made by copying a subject; ids -1, -2 … */
  readonly made: readonly string[];
}

const labelsKnown = 8192;
const toolsKnown = 1024;
const ownFeatures = 5;
/** Copies are numbered tool · 16 + position of the subject; this position means "none of the recent ones". */
const notRecent = 15;

interface Parts {
  readonly tool: string;
  readonly subject: string;
  /** Hash of the subject's folder; 0 when it has none. */
  readonly directory: number;
}

/** One question while it is being worked out. */
interface Asking {
  readonly session: Session | undefined;
  /** See ActionForecast.made. */
  readonly made: string[];
  /** For each copy voter: tool → log-odds that it turns to something not lately touched. */
  readonly fresh: (Map<string, number> | undefined)[];
}

export class ActionModel {
  readonly #withSubject: boolean;
  readonly #labels = new Vocabulary(labelsKnown);
  readonly #tools = new Vocabulary(toolsKnown);
  #base = new Tally(labelsKnown);
  readonly #tables: readonly ContextTable[];
  readonly #mixture: LogLinearMixture;
  readonly #calibrator = new PlattCalibrator();
  /** Parts of a label by its id: derived, so no part of the state. */
  readonly #parsed = new Map<number, Parts>();

  constructor(label: ActionLabel) {
    this.#withSubject = hasSubject(label);
    const copies = this.#withSubject ? copyVoters.length : 0;
    const voters = labelVoters.length + copies;
    this.#tables = Array.from({ length: voters }, () => new ContextTable());
    this.#mixture = new LogLinearMixture({ voters, features: ownFeatures + copies });
  }

  /** Contexts, labels and tools held: for memory bounds. */
  get size(): number {
    return this.#tables.reduce((sum, table) => sum + table.size, this.#labels.size + this.#tools.size);
  }

  /** @param top how many labels are wanted, best first */
  forecast(moment: Moment, session: Session | undefined, top: number): ActionForecast {
    const contexts = contextsOf(moment, session).slice(0, this.#tables.length);
    const asking: Asking = { session, made: [], fresh: [] };
    const { made } = asking;
    const votes = contexts.map((context, voter): Votes | undefined => {
      const tally = this.#tables[voter]?.votes(context);
      return voter < labelVoters.length || !tally
        ? tally
        : this.#copies(tally, voter - labelVoters.length, asking);
    });
    const mixture = this.#mixture.forecast(this.#base, votes, (id, out, at) =>
      this.#describe(id, asking, out, at),
    );
    const pairs = this.#named(mixture, made);
    const stated = topK(pairs, top);
    const statedTop = stated[0]?.p ?? 0;
    return {
      ranked: this.#calibrated(stated, statedTop),
      baselines: this.#baselines(votes, top),
      mixture,
      statedTop,
      contexts,
      made,
    };
  }

  #named(mixture: Forecast, made: readonly string[]): (readonly [string, number])[] {
    const named: (readonly [string, number])[] = [];
    for (const [at, id] of mixture.ids.entries()) {
      const label = id < 0 ? made[-1 - id] : this.#labels.label(id);
      if (label !== undefined) named.push([label, mixture.p[at] ?? 0]);
    }
    return named;
  }

  /** Turns "tool on n-th subject" into labels of this session; unknown labels get provisional ids. */
  #copies(tally: Tally, copyVoter: number, { session, made, fresh }: Asking): Votes {
    const ids: number[] = [];
    const counts: number[] = [];
    const turns = new Map<string, number>();
    fresh[copyVoter] = turns;
    for (const [i, copy] of tally.ids.entries()) {
      const position = copy % 16;
      const tool = this.#tools.label((copy - position) / 16);
      if (tool === undefined) continue;
      if (position === notRecent) turns.set(tool, Math.log1p((tally.counts[i] ?? 0) / tally.types));
      const subject = session?.recent[position];
      if (subject === undefined) continue;
      const label = compose(tool, subject);
      let id = this.#labels.find(label);
      if (id === undefined) {
        const at = made.indexOf(label);
        id = -1 - (at < 0 ? made.push(label) - 1 : at);
      }
      ids.push(id);
      counts.push(tally.counts[i] ?? 0);
    }
    return { ids, counts, total: tally.total, types: tally.types };
  }

  #describe(id: number, { session, made, fresh }: Asking, out: Float64Array, at: number): void {
    const word = id < 0 ? undefined : this.#labels.word(id);
    const label = id < 0 ? made[-1 - id] : word?.label;
    if (label === undefined) return;
    const seen = session?.seen.get(label);
    if (session && seen !== undefined) out[at] = 1 / (1 + 0.3 * (session.count - 1 - seen));
    if (word) out[at + 1] = 1 / (1 + 0.02 * (this.#labels.steps - word.seen));
    if (!this.#withSubject) return;
    const { tool, subject, directory } = this.#parse(id, label);
    const rank = session?.recent.indexOf(subject) ?? -1;
    if (rank < 0)
      for (let i = 0; i < copyVoters.length; i++) out[at + ownFeatures + i] = fresh[i]?.get(tool) ?? 0;
    else if (subject !== '') out[at + 2] = 1 / (1 + rank);
    if (directory === 0) return;
    out[at + 3] = 1;
    if (directory === session?.steps[0]?.directory) out[at + 4] = 1;
  }

  #parse(id: number, label: string): Parts {
    const known = this.#parsed.get(id);
    if (known && id >= 0) return known;
    const subject = subjectOf(label);
    const tool = subject === '' ? label : label.slice(0, -subject.length - 1);
    const parts = { tool, subject, directory: directoryOf(subject) };
    if (this.#parsed.size >= labelsKnown) this.#parsed.clear();
    if (id >= 0) this.#parsed.set(id, parts);
    return parts;
  }

  /** The top probability by Platt; the others share what it leaves, none above it. */
  #calibrated(stated: readonly Ranked[], statedTop: number): Ranked[] {
    const top = this.#calibrator.correct(statedTop);
    const scale = (1 - top) / Math.max(1e-9, 1 - statedTop);
    return stated.map(({ label, p }, i) => ({ label, p: i === 0 ? top : Math.min(top, p * scale) }));
  }

  #baselines(votes: readonly (Votes | undefined)[], k: number): ActionForecast['baselines'] {
    const label = (id: number) => this.#labels.label(id);
    const [one, two] = [votes[order1At], votes[order2At]];
    return {
      'most-frequent': wittenBellRanking(this.#base, [], { k, label }),
      'order-1': wittenBellRanking(this.#base, [one], { k, label }),
      'order-2': wittenBellRanking(this.#base, [one, two], { k, label }),
    };
  }

  /** @param forecast made for the same moment and session, with nothing learned in between */
  learnOne(forecast: ActionForecast, action: Action, session: Session | undefined): void {
    const { label, tool, weight } = action;
    this.#calibrator.learnOne(forecast.statedTop, forecast.ranked[0]?.label === label, weight);
    const made = forecast.made.indexOf(label);
    const candidate = this.#labels.find(label) ?? (made < 0 ? undefined : -1 - made);
    // An unknown label is no candidate: any id that none has stands for "none of these".
    this.#mixture.learnOne(forecast.mixture, candidate ?? Number.MIN_SAFE_INTEGER, weight);
    const id = this.#labels.intern(label);
    this.#base.add(id, weight);
    for (let voter = 0; voter < labelVoters.length; voter++)
      this.#tables[voter]?.learn(forecast.contexts[voter] ?? 0, id, weight);
    if (!this.#withSubject) return;
    const position = session?.recent.indexOf(action.subject.slice(0, 2048)) ?? -1;
    const copy =
      this.#tools.intern(tool) * 16 + (position < 0 || position >= subjectsKept ? notRecent : position);
    for (let voter = labelVoters.length; voter < this.#tables.length; voter++)
      this.#tables[voter]?.learn(forecast.contexts[voter] ?? 0, copy, weight);
  }

  write(out: StateWriter): void {
    out.section('action-model', 1).bool(this.#withSubject);
    this.#labels.write(out);
    this.#tools.write(out);
    this.#base.write(out);
    for (const table of this.#tables) table.write(out);
    this.#mixture.write(out);
    this.#calibrator.write(out);
  }

  read(input: StateReader): void {
    input.section('action-model', 1);
    input.bool();
    this.#labels.read(input);
    this.#tools.read(input);
    this.#base = Tally.read(input, labelsKnown);
    for (const table of this.#tables) table.read(input);
    this.#mixture.read(input);
    this.#calibrator.read(input);
    this.#parsed.clear();
  }
}
