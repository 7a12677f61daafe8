/**
 * Served answers that wait for their outcome: the next commit that touches an asked file, or feedback.
 * It exists so that live accuracy is what agents were really told, not a replay.
 * Invariant: bounded; an answer is settled, expired or dropped once, and counted; it is never settled by a commit older than
 * the answer or later than its expiry.
 */
import { create } from '@bufbuild/protobuf';
import {
  byCodeUnit,
  type Prediction,
  ReceiptCounts,
  type ReceiptReport,
  type Settled,
  type StateReader,
  type StateWriter,
  sampleWeight,
} from '../../../../learning/index.js';
import {
  atMillis,
  type Event,
  type FeedbackGiven,
  millisOf,
  type PredictionMade,
  PredictionMadeSchema,
} from '../../../../proto/index.js';
import type { RelatedFile } from './answer.js';
import { modelName, scoreRanking } from './validation.js';

export interface Receipt {
  readonly prediction: string;
  readonly asked: readonly string[];
  /** Best first. */
  readonly ranked: readonly string[];
  readonly baseline: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly expiresAt: number;
  readonly weight: number;
  /** Probability stated of the first file; −1 when none was. */
  readonly confidence: number;
}

/** Receipts that may be open at once; the oldest are dropped. */
const openReceipts = 4096;
/** Files of a ranking that are kept. */
const rankedKept = 20;

export interface Settlement {
  readonly receipt: Receipt;
  readonly settled: Settled;
}

type Scores = Record<string, number>;

/** The receipt with another answer to the same question, as `related_files` writes it; null when nothing is answered. */
export function answeredAnew(
  receipt: PredictionMade,
  { answer, baseline, mode }: Prediction<readonly RelatedFile[]>,
): PredictionMade | null {
  if (answer === null) return null;
  const distribution = (files: readonly RelatedFile[]) =>
    Object.fromEntries(files.slice(0, rankedKept).map(({ path, p }) => [path, p]));
  return create(PredictionMadeSchema, {
    ...receipt,
    model: `${modelName}/${mode}`,
    ranked: answer.slice(0, rankedKept).map(({ path }) => path),
    distribution: distribution(answer),
    baseline: distribution(baseline ?? []),
  });
}

export class Receipts {
  readonly #open = new Map<string, Receipt>();
  readonly #counts = new ReceiptCounts();

  get size(): number {
    return this.#open.size;
  }

  open(event: Event, made: PredictionMade): void {
    if (made.prediction === '' || made.ranked.length === 0 || this.#open.has(made.prediction)) return;
    const expires = made.expiresAt;
    const stated = made.distribution[made.ranked[0] ?? ''] ?? -1;
    this.#open.set(made.prediction, {
      prediction: made.prediction,
      asked: [...made.question],
      ranked: made.ranked.slice(0, rankedKept),
      baseline: Object.entries(made.baseline)
        .filter(([, p]) => Number.isFinite(p))
        .sort((a, b) => b[1] - a[1] || byCodeUnit(a[0], b[0]))
        .map(([path]) => path),
      at: atMillis(event),
      expiresAt: Math.max(0, millisOf(expires)),
      weight: sampleWeight(made.sampleWeight),
      confidence: stated >= 0 && stated <= 1 ? stated : -1,
    });
    const oldest = this.#open.values().next();
    if (this.#open.size > openReceipts && !oldest.done) this.#end(oldest.value, 'dropped');
  }

  /** Receipts that a commit settles: it touches an asked file and at least one other. `time` in milliseconds. */
  byCommit(paths: readonly string[], time: number): Settlement[] {
    const touched = new Set(paths);
    return [...this.#open.values()].flatMap((receipt) => {
      const late = receipt.expiresAt > 0 && time > receipt.expiresAt;
      const given = receipt.asked.find((path) => touched.has(path));
      if (late || time < receipt.at || given === undefined) return [];
      const asked = new Set(receipt.asked);
      const others = paths.filter((path) => !asked.has(path));
      return others.length === 0 ? [] : [settlement(receipt, given, others)];
    });
  }

  byFeedback({ prediction, accepted, correction }: FeedbackGiven): Settlement[] {
    const receipt = this.#open.get(prediction);
    if (!receipt) return [];
    const first = receipt.ranked[0];
    const right = correction !== '' ? correction : accepted ? first : undefined;
    const given = receipt.asked[0] ?? '';
    return [settlement(receipt, given, right === undefined ? [] : [right])];
  }

  /** Ends a receipt that was settled. */
  close(receipt: Receipt): void {
    this.#end(receipt, 'settled');
  }

  /** Ends what can no longer be settled. `time` in milliseconds is event time, not the clock's. */
  expire(time: number): void {
    for (const receipt of this.#open.values()) {
      const { expiresAt } = receipt;
      if (expiresAt > 0 && time > expiresAt) this.#end(receipt, 'expired');
    }
  }

  #end(receipt: Receipt, end: Parameters<ReceiptCounts['count']>[0]): void {
    if (this.#open.delete(receipt.prediction)) this.#counts.count(end, receipt.weight);
  }

  report(): ReceiptReport {
    return this.#counts.report(this.#open.values());
  }

  write(out: StateWriter): void {
    out.section('co-change-receipts', 2).list(this.#open, ([, receipt]) => {
      out.string(receipt.prediction).strings(receipt.asked).strings(receipt.ranked).strings(receipt.baseline);
      out.f64(receipt.at).f64(receipt.expiresAt).f64(receipt.weight).f64(receipt.confidence);
    });
    this.#counts.write(out);
  }

  static read(input: StateReader): Receipts {
    const made = new Receipts();
    input.section('co-change-receipts', 2);
    input.list(() => {
      const receipt: Receipt = {
        prediction: input.string(),
        asked: input.strings(),
        ranked: input.strings(),
        baseline: input.strings(),
        at: input.f64(),
        expiresAt: input.f64(),
        weight: input.f64(),
        confidence: input.f64(),
      };
      made.#open.set(receipt.prediction, receipt);
    });
    made.#counts.read(input);
    return made;
  }
}

function settlement(receipt: Receipt, given: string, changed: readonly string[]): Settlement {
  const scores = scoreRanking(given, receipt.ranked, changed) as Scores;
  const baseline = scoreRanking(given, receipt.baseline, changed) as Scores;
  return { receipt, settled: { prediction: receipt.prediction, scores, baseline } };
}
