/**
 * Served answers that wait for their outcome: the next commit that touches an asked file, or feedback.
 * It exists so that live accuracy is what agents were really told, not a replay.
 * Invariant: bounded; an answer is settled at most once, never by a commit older than the answer or later than its expiry.
 */
import { byCodeUnit, type Settled, type StateReader, type StateWriter } from '../../../../learning/index.js';
import { atMillis, type Event, type FeedbackGiven, type PredictionMade } from '../../../../proto/index.js';
import { scoreRanking } from './validation.js';

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

export interface Settlement {
  readonly receipt: Receipt;
  readonly settled: Settled;
}

type Scores = Record<string, number>;

export class Receipts {
  readonly #open = new Map<string, Receipt>();

  get size(): number {
    return this.#open.size;
  }

  open(event: Event, made: PredictionMade): void {
    if (made.prediction === '' || made.ranked.length === 0 || this.#open.has(made.prediction)) return;
    const expires = made.expiresAt;
    const first = made.ranked[0] ?? '';
    this.#open.set(made.prediction, {
      prediction: made.prediction,
      asked: [...made.question],
      ranked: made.ranked.slice(0, 20),
      baseline: Object.entries(made.baseline)
        .sort((a, b) => b[1] - a[1] || byCodeUnit(a[0], b[0]))
        .map(([path]) => path),
      at: atMillis(event),
      expiresAt: expires ? Number(expires.seconds) * 1000 + expires.nanos / 1e6 : 0,
      weight: made.sampleWeight > 0 ? made.sampleWeight : 1,
      confidence: made.distribution[first] ?? -1,
    });
    for (const id of this.#open.keys()) {
      if (this.#open.size <= openReceipts) break;
      this.#open.delete(id);
    }
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

  close(prediction: string): void {
    this.#open.delete(prediction);
  }

  /** Drops what can no longer be settled. Event time, not the clock. */
  expire(time: number): void {
    for (const [id, { expiresAt }] of this.#open) {
      if (expiresAt > 0 && time > expiresAt) this.#open.delete(id);
    }
  }

  write(out: StateWriter): void {
    out.section('co-change-receipts', 1).list(this.#open, ([, receipt]) => {
      out.string(receipt.prediction).strings(receipt.asked).strings(receipt.ranked).strings(receipt.baseline);
      out.f64(receipt.at).f64(receipt.expiresAt).f64(receipt.weight).f64(receipt.confidence);
    });
  }

  static read(input: StateReader): Receipts {
    const made = new Receipts();
    input.section('co-change-receipts', 1);
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
    return made;
  }
}

function settlement(receipt: Receipt, given: string, changed: readonly string[]): Settlement {
  const scores = scoreRanking(given, receipt.ranked, changed) as Scores;
  const baseline = scoreRanking(given, receipt.baseline, changed) as Scores;
  return { receipt, settled: { prediction: receipt.prediction, scores, baseline } };
}
