/**
 * The co-change learner: which files belong to a change, learned from the commits of this repository.
 * It exists as the journal's side of the model: events in, scorecards and answers out.
 * Invariant: every question is answered and scored before the commit that settles it is learned.
 */
import {
  type Learner,
  type Prediction,
  Scorecard,
  type ScorecardChange,
  type ScorecardReport,
  type Settled,
  StateReader,
  StateWriter,
} from '../../../learning/index.js';
import {
  atMillis,
  type CommitLanded,
  type Event,
  type EventType,
  type PredictionMade,
  payloadOf,
  type StoredEvent,
} from '../../../proto/index.js';
import { combine, describe, type RelatedFile } from './co-change/answer.js';
import { baselineNames, type ReferenceName, referenceNames } from './co-change/baselines.js';
import type { Given } from './co-change/candidates.js';
import { counts, recordOf } from './co-change/commit-record.js';
import { type Asked, type Bounds, CoChangeModel, defaultBounds, type RankedFile } from './co-change/model.js';
import { answeredAnew, Receipts, type Settlement } from './co-change/receipts.js';
import {
  historyOptions,
  liveOptions,
  type Metrics,
  modelName,
  questionsPerCommit,
  scoreRanking,
} from './co-change/validation.js';

export type { RelatedFile } from './co-change/answer.js';

export interface RelatedFilesQuestion {
  /** Paths relative to the root, with slashes. */
  readonly paths: readonly string[];
  /** At most so many files are answered; default 10, most 50. */
  readonly limit?: number;
}

export interface CoChangeOptions {
  readonly bounds?: Bounds;
}

/** One question that a commit answers: the given file, and the commit's other files that were known before. */
export interface HistoryQuestion {
  readonly given: string;
  readonly changed: readonly string[];
}

/** Baseline files shown beside an answer. */
const baselineShown = 3;
const version = 2;

/** Latest time that a commit may claim, in seconds since the epoch: what a date can hold. */
const latest = 8.64e12;

/** Whole seconds since the epoch, whatever the event claims. */
function commitTime(event: Event): number {
  return Math.floor(Math.min(latest, Math.max(0, atMillis(event) / 1000)));
}

export class CoChangeLearner implements Learner<RelatedFilesQuestion, readonly RelatedFile[]> {
  readonly task = 'co-change';
  readonly consumes: readonly EventType[] = [
    'commitLanded',
    'historyRewritten',
    'sourceIndexed',
    'predictionMade',
    'feedbackGiven',
  ];
  readonly #options: CoChangeOptions;
  #model: CoChangeModel;
  #history = new Scorecard(historyOptions);
  #live = new Scorecard(liveOptions);
  #receipts = new Receipts();
  #revision = 0;

  constructor(options: CoChangeOptions = {}) {
    this.#options = options;
    this.#model = new CoChangeModel(options.bounds ?? defaultBounds);
  }

  /** SHA of the commit learned last, or null: where mining goes on. */
  get head(): string | null {
    return this.#model.head;
  }

  /** SHAs of the commits held now, oldest first. */
  get shas(): Iterable<string> {
    return this.#model.shas;
  }

  /** How many commits are held now. */
  get size(): number {
    return this.#model.size;
  }

  /** Grows whenever an answer may have changed or a receipt was settled: equal revisions of one instance answer a question alike. */
  get revision(): number {
    return this.#revision;
  }

  learnOne({ event }: StoredEvent): void {
    const commit = payloadOf(event, 'commitLanded');
    const rewritten = payloadOf(event, 'historyRewritten');
    const source = payloadOf(event, 'sourceIndexed');
    const made = payloadOf(event, 'predictionMade');
    if (commit || rewritten || source) this.#revision += 1;
    for (const settlement of this.#settlements({ event })) this.#count(settlement, event);
    this.#receipts.expire(atMillis(event));
    if (commit) {
      const record = recordOf(commit, commitTime(event));
      let isOff = false;
      this.#model.learn(record, (asked) => {
        isOff = this.#score(event, asked).some(({ of, worse }) => of === 'calibration' && worse) || isOff;
      });
      if (isOff) this.#model.recalibrate();
    } else if (rewritten) this.#model.forget(new Set(rewritten.unreachable));
    else if (source) this.#model.learnImports(source);
    else if (made?.task === this.task) this.#receipts.open(event, made);
  }

  settle(event: StoredEvent): readonly Settled[] {
    return this.#settlements(event).map(({ settled }) => settled);
  }

  #settlements({ event }: Pick<StoredEvent, 'event'>): Settlement[] {
    const feedback = payloadOf(event, 'feedbackGiven');
    if (feedback) return this.#receipts.byFeedback(feedback);
    const commit = payloadOf(event, 'commitLanded');
    if (!commit || this.#receipts.size === 0) return [];
    const record = recordOf(commit, 0);
    if (!counts(record)) return [];
    return this.#receipts.byCommit(
      record.changes.flatMap(({ path, from }) => (from === '' ? [path] : [from, path])),
      atMillis(event),
    );
  }

  #count({ receipt, settled }: Settlement, event: Event): void {
    this.#receipts.close(receipt);
    this.#revision += 1;
    this.#live.observe({
      scores: { [modelName]: settled.scores, 'rose-confidence': settled.baseline },
      weight: receipt.weight,
      at: atMillis(event),
      source: event.source,
      ...(receipt.confidence < 0
        ? {}
        : { confidence: receipt.confidence, correct: settled.scores['hit@1'] === 1 }),
    });
  }

  #score(event: Event, { given, ranked, changed, baselines }: Asked): readonly ScorecardChange[] {
    const { index } = this.#model;
    const path = (id: number) => index.file(id).path;
    const from = path(given);
    const right = changed.map(path);
    const best = ranked.map(({ id }) => path(id));
    const scores: Record<string, Metrics> = { [modelName]: scoreRanking(from, best, right) };
    for (const name of baselineNames)
      scores[name] = scoreRanking(from, baselines.ranked(name, 5).map(path), right);
    const first = ranked[0];
    return this.#history.observe({
      scores: scores as Record<string, Record<string, number>>,
      at: atMillis(event),
      source: event.source,
      ...(first ? { confidence: first.p, correct: scores[modelName]?.['hit@1'] === 1 } : {}),
    });
  }

  /** The questions a commit asks, in path order; none when it does not count. Ask before it is learned. */
  questionsOf(commit: CommitLanded): HistoryQuestion[] {
    const { index } = this.#model;
    const { counting, known } = index.questionOf(recordOf(commit, 0));
    if (!counting) return [];
    return known.slice(0, questionsPerCommit).map((id) => ({
      given: index.file(id).path,
      changed: known.filter((other) => other !== id).map((other) => index.file(other).path),
    }));
  }

  /** What every baseline says to one path, best first. */
  referencesOf(path: string, count = 5): Record<ReferenceName, string[]> {
    const { index } = this.#model;
    const baselines = this.#model.baselines(index.fileOrNew(path));
    const named = referenceNames.map((name) => {
      return [name, baselines.ranked(name, count).map((id) => index.file(id).path)] as const;
    });
    return Object.fromEntries(named) as Record<ReferenceName, string[]>;
  }

  predictOne({ paths, limit = 10 }: RelatedFilesQuestion): Prediction<readonly RelatedFile[]> {
    const model = this.#model;
    const count = Math.min(50, Math.max(1, Math.floor(limit)));
    const givens = [...new Set(paths)].map((path): Given => model.index.fileOrNew(path));
    const learned = this.#history.mode() === 'learned';
    const best = this.#history.bestBaseline() as ReferenceName | null;
    const enough = learned ? baselineShown : count;
    const plain = givens.map((given) => model.trivial(given, best, enough + givens.length));
    const join = (rankings: readonly (readonly RankedFile[])[]) =>
      combine(givens.map((given, at) => ({ given, ranked: rankings[at] ?? [] })));
    const chosen = join(learned ? givens.map((given) => model.rank(given, count + givens.length)) : plain);
    const answer = chosen.slice(0, count).map((choice) => describe(model, choice));
    const baseline = join(plain)
      .slice(0, baselineShown)
      .map((choice) => describe(model, choice));
    if (answer.length === 0) {
      const evidence = { n: 0, interval: null, references: [] };
      return { answer: null, confidence: null, evidence, baseline: null, mode: 'insufficient' };
    }
    const first = answer[0];
    const confidence = first?.p ?? null;
    const known = learned && confidence !== null ? model.probability.evidence(confidence) : null;
    return {
      answer,
      confidence,
      evidence: {
        n: known?.n ?? first?.total ?? 0,
        interval: known?.interval ?? null,
        references: first?.commits ?? [],
      },
      baseline,
      mode: learned ? 'learned' : 'baseline',
    };
  }

  /** Whether a file of that path exists as far as history tells. */
  knows(path: string): boolean {
    return this.#model.index.idOf(path) !== undefined;
  }

  /** The file changed most often that is still there; one in a folder, and no test, where there is one. */
  busiest(): string | undefined {
    let best: { readonly path: string; readonly rank: number } | undefined;
    for (const { path, directory, test, alive, total } of this.#model.index.files) {
      const rank = total * (directory !== '' && !test ? 1 : 0.01);
      if (alive && total > 1 && rank > (best?.rank ?? 0)) best = { path, rank };
    }
    return best?.path;
  }

  /**
   * What this state says to the question of a receipt, as `related_files` writes it; null when it has nothing to say.
   * The files that exist are those of the history: the work tree of that time is not known.
   */
  reanswer(receipt: PredictionMade): PredictionMade | null {
    const limit = Math.max(1, receipt.ranked.length);
    return answeredAnew(receipt, this.predictOne({ paths: receipt.question, limit }));
  }

  scorecards(): readonly ScorecardReport[] {
    return [this.#history.report(), { ...this.#live.report(), receipts: this.#receipts.report() }];
  }

  snapshot(): Uint8Array {
    const out = new StateWriter('co-change', version);
    this.#model.write(out);
    this.#receipts.write(out);
    this.#history.write(out);
    this.#live.write(out);
    return out.finish();
  }

  restore(state: Uint8Array): void {
    const input = new StateReader(state, 'co-change', version);
    const model = CoChangeModel.read(input, this.#options.bounds ?? defaultBounds);
    const receipts = Receipts.read(input);
    const history = Scorecard.read(input, historyOptions);
    const live = Scorecard.read(input, liveOptions);
    input.end();
    this.#revision += 1;
    this.#model = model;
    this.#receipts = receipts;
    this.#history = history;
    this.#live = live;
  }
}
