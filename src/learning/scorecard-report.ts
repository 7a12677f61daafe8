/**
 * What a scorecard says, as plain data, and the sentence that tells of a suspect source.
 * It exists apart so that whoever prints or sends a scorecard needs no arithmetic.
 * Invariant: fields are added, never renamed: clients read them.
 */
import type { Mode } from './mode.js';

/** How the predictions came out whose outcome one source told. */
export interface SourceReport {
  /** Adapter or replica, e.g. "git"; null: all sources beyond those that are told apart. */
  readonly source: string | null;
  /** Predictions it settled. */
  readonly n: number;
  /** Mean of the primary metric of the model, and of the best baseline, on those. */
  readonly value: number | null;
  readonly baseline: number | null;
  /**
   * Mean difference of its outcomes from others' told shortly before and after at about the same stated probability, lately;
   * null while there are none.
   */
  readonly difference: number | null;
  /** Of the difference, 95 % for all sources together, valid at every look. */
  readonly interval: readonly [number, number] | null;
  /** Its outcomes do not fit the others': the interval lies below 0. */
  readonly suspect: boolean;
  /**
   * The same without regard to how sure the model was. `lower`: the model's or a baseline's outcomes are worse, by harder
   * work or wrong reports; `by`: whose; difference and interval are that baseline's where it is by one, else the model's.
   */
  readonly overall: {
    readonly difference: number | null;
    readonly interval: readonly [number, number] | null;
    readonly lower: boolean;
    readonly by: 'model' | 'baseline' | null;
  };
}

/** Where the served predictions have gone, each counted by the weight of its sample. */
export interface ReceiptReport {
  /** Waiting for an outcome. */
  readonly open: number;
  readonly settled: number;
  /** No outcome came in time. */
  readonly expired: number;
  /** Given up for newer ones, because too many were open. */
  readonly dropped: number;
}

/** How a task's predictions came out; plain data. */
export interface ScorecardReport {
  readonly task: string;
  /** "history" (replayed in time order) or "live" (receipts that were served). */
  readonly kind: 'history' | 'live';
  readonly n: number;
  /** predictor → metric → mean; the learned model goes under its own name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly model: string;
  readonly primary: string;
  /** The best trivial predictor by the primary metric. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /** Mean paired difference model − best baseline on the primary metric, since `since`. */
  readonly lift: number | null;
  /** 95 % confidence sequence of the lift: valid at every look (see confidence-sequence.ts). */
  readonly interval: readonly [number, number] | null;
  /** Of mode `baseline`: the trivial predictor that the model has least been shown to beat; it need not be the best one. */
  readonly unbeaten?: {
    readonly name: string;
    readonly lift: number | null;
    readonly interval: readonly [number, number] | null;
  };
  /** When the lift was found to have changed and its record started anew, milliseconds since the epoch; absent: never. */
  readonly since?: number;
  readonly calibration: { readonly ece: number; readonly n: number } | null;
  /** The last change that was detected, or the last setback and what came after: when, milliseconds since the epoch, and a sentence. */
  readonly drift: { readonly at: number; readonly what: string } | null;
  readonly mode: Mode;
  /** Settled predictions needed before the gate gives a verdict. */
  readonly minimum?: number;
  /** When the last prediction was settled, milliseconds since the epoch; absent when events carried no time. */
  readonly lastAt?: number;
  /** By the source of the outcome; absent when outcomes carried none. */
  readonly sources?: readonly SourceReport[];
  /** On live scorecards: all served predictions that were captured. */
  readonly receipts?: ReceiptReport;
}

/** A change that an outcome revealed. */
export interface ScorecardChange {
  /** The model's primary metric, how far it comes true less or more often than stated, or its lift over a baseline. */
  readonly of: 'accuracy' | 'calibration' | 'lift';
  readonly direction: 'fell' | 'rose';
  /** Whether it is a setback: a fall, of calibration any way further from what is stated. */
  readonly worse: boolean;
  /** Means before and since. */
  readonly before: number;
  readonly after: number;
  /** Predictions since the change. */
  readonly over: number;
  /** Of a lift. */
  readonly baseline?: string;
}

/** Whether the changes are a setback of that kind: the one rule for what a learner does and for what the report says. */
export function isSetback(changes: readonly ScorecardChange[], of: ScorecardChange['of']): boolean {
  return changes.some((change) => change.of === of && change.worse);
}

/** A difference of shares in points, with its sign. */
export const points = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;

/** A fall of so many points, with its interval. */
function fall(difference: number, [low, high]: readonly [number, number]): string {
  const [by, least, most] = [-difference, -high, -low].map((share) => (100 * share).toFixed(1));
  return `${by} points less often (95 % interval ${least} to ${most})`;
}

/** What it may be, and what to do first. */
const advice = 'Its work may be noisier, or what it reports wrong: look at its events first.';

/** What stands out about a source, in words; null when nothing does. */
export function suspicionSentence(report: SourceReport): string | null {
  const { source, n, difference, interval, suspect, overall } = report;
  if (suspect && difference !== null && interval !== null)
    return `SUSPECT SOURCE "${source}": its outcomes agree with the model ${fall(difference, interval)} than those of other sources around the same time where it was as sure; ${n} outcomes rest on it. ${advice}`;
  if (overall.lower && overall.difference !== null && overall.interval !== null)
    return `Source "${source}" stands out: its outcomes agree with the ${overall.by === 'baseline' ? 'trivial predictor' : 'model'} ${fall(overall.difference, overall.interval)} than those of other sources around the same time; ${n} outcomes rest on it. ${advice}`;
  return null;
}
