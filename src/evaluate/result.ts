/**
 * What an evaluation is asked and what it returns, whatever the task: plain data that the table and --json are made from.
 * It exists so that every task is reported with the same honesty: n, all baselines, the lift with its interval.
 * Invariant: JSON-serialisable; a number that could not be measured is null, never 0.
 */
import type { ScorecardReport } from '../learning/index.js';

/** What to evaluate. File tasks read `files`; repository tasks read `repo`. */
export interface EvaluationRequest {
  readonly task: string;
  /** What is predicted, where a task has several, e.g. "tool+subject". */
  readonly label?: string;
  /** CSV streams: the column that holds the label; default the last. */
  readonly target?: string;
  /** Event files (.jsonl, .jsonl.gz) or streams of examples (also .csv, .csv.gz); each is one stream in a fresh workspace. */
  readonly files?: readonly string[];
  /** Path of a repository, may be bare. */
  readonly repo?: string;
  /** Share of the newest commits that are asked about (repository tasks); default .2. */
  readonly last?: number;
  /** Where to write what was said before each outcome, one JSON object a line. */
  readonly predictionsPath?: string;
  /** Called now and then: bytes of the files read so far, or commits done; total is null when not known ahead. */
  readonly onProgress?: (done: number, total: number | null) => void;
  readonly signal?: AbortSignal;
}

/** Time of the two operations on this machine, microseconds. */
export interface Latency {
  readonly predictP50Us: number;
  readonly predictP99Us: number;
  readonly learnMeanUs: number;
}

/** How answers of one size came out. */
export interface SureOfSize {
  /** Labels in an answer; one of them was said to come. */
  readonly size: number;
  readonly answered: number;
  readonly right: number;
  /** Share of the events that were answered with so many labels. */
  readonly coverage: number;
  /** Accuracy on those; null when none was. */
  readonly accuracy: number | null;
  /** Lower end of Wilson's 95 % interval of the accuracy; null when nothing was answered. */
  readonly lower: number | null;
}

/**
 * How often the model was right where it was sure, with the thresholds chosen online. Its own figures are those of single
 * labels: of a few dozen labels, five hold the truth often, and select little.
 */
export interface SelectiveCoverage extends Omit<SureOfSize, 'size' | 'right'> {
  /** Accuracy aimed at, by answers of each size. */
  readonly target: number;
  /** Every size that an answer may have, the single label first. */
  readonly sizes: readonly SureOfSize[];
}

/** The model asked before each step, without the step's own time, as live questions come: what `served` and the gate rest on. */
export interface AskedAhead
  extends Pick<EvaluationResult, 'baseline' | 'lift' | 'interval' | 'since' | 'calibration' | 'mode'> {
  /** Its row in `metrics`. */
  readonly predictor: string;
  readonly selective: SelectiveCoverage | null;
}

export interface EvaluationResult {
  readonly task: string;
  readonly label?: string;
  /** Files or the repository, as given. */
  readonly inputs: readonly string[];
  /** Scored predictions. */
  readonly n: number;
  /** Name of the learned model among the predictors of `metrics`. */
  readonly model: string;
  /** The metric that `baseline`, `lift` and `interval` speak of. */
  readonly primary: string;
  /** predictor → metric → mean; the model first, then the baselines, then (if present) "served". */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly baseline: { readonly name: string; readonly value: number } | null;
  readonly lift: number | null;
  /** 95 % confidence sequence of the lift. */
  readonly interval: readonly [number, number] | null;
  /** Set where the lift was found to have changed: it and its interval are over what came since; milliseconds since the epoch, 0: no time known. */
  readonly since?: number;
  readonly calibration: ScorecardReport['calibration'];
  /** The last change of the stream that the learner reacted to; null when none was found. */
  readonly drift: ScorecardReport['drift'];
  /** By the source of the outcomes; absent where they carry none. */
  readonly sources?: NonNullable<ScorecardReport['sources']>;
  /** Who answers after the last event. */
  readonly mode: 'learned' | 'baseline' | 'insufficient';
  readonly latency: Latency | null;
  readonly selective: SelectiveCoverage | null;
  /** Where `model` was told the time of what it was asked about: the same without it. */
  readonly ahead?: AskedAhead;
  /** What the reader should know: lines left out, evidence that is thin. */
  readonly notes: readonly string[];
}

/** Runs one task. @throws LMCP_BAD_EVENT with the line number, LMCP_USAGE for a bad request */
export type TaskRunner = (request: EvaluationRequest) => Promise<EvaluationResult>;
