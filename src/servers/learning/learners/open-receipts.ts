/**
 * Receipts of next-action predictions that wait for their outcome.
 * It exists so that live accuracy is counted from what was really served, by the journal's events alone.
 * Invariant: at most `capacity` open receipts, the oldest giving way; expiry is counted by event time.
 */
import { byProbability, type Ranked, type StateReader, type StateWriter } from '../../../learning/index.js';
import { type Payload, payloadOf, type StoredEvent } from '../../../proto/index.js';

export interface OpenReceipt {
  readonly prediction: string;
  readonly session: string;
  /** What was answered, best first. */
  readonly ranked: readonly string[];
  /** What the baseline said, best first. */
  readonly baseline: readonly string[];
  /** Stated probability of the first answer; -1 when none was stated. */
  readonly confidence: number;
  /** Milliseconds since the epoch; 0 = never. */
  readonly expiresAt: number;
  readonly weight: number;
}

function byFalling(distribution: Readonly<Record<string, number>>): string[] {
  const ranked: Ranked[] = Object.entries(distribution).map(([label, p]) => ({ label, p }));
  return ranked.sort(byProbability).map(({ label }) => label);
}

function receiptOf(made: Payload<'predictionMade'>): OpenReceipt {
  const ranked = (made.ranked.length > 0 ? made.ranked : byFalling(made.distribution)).slice(0, 10);
  const expires = made.expiresAt;
  return {
    prediction: made.prediction,
    session: made.question[0] ?? made.subject,
    ranked,
    baseline: byFalling(made.baseline).slice(0, 10),
    confidence: made.distribution[ranked[0] ?? ''] ?? -1,
    expiresAt: expires ? Number(expires.seconds) * 1000 + expires.nanos / 1e6 : 0,
    weight: made.sampleWeight > 0 ? made.sampleWeight : 1,
  };
}

export class OpenReceipts {
  readonly #task: string;
  readonly #capacity: number;
  #open = new Map<string, OpenReceipt>();

  constructor(task: string, capacity = 1024) {
    this.#task = task;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Takes up a receipt if the event is one of this task. */
  learn(stored: StoredEvent): void {
    const made = payloadOf(stored.event, 'predictionMade');
    if (made?.task !== this.#task || made.prediction === '') return;
    this.#open.delete(made.prediction);
    this.#open.set(made.prediction, receiptOf(made));
    const oldest = this.#open.keys().next();
    if (this.#open.size > this.#capacity && !oldest.done) this.#open.delete(oldest.value);
  }

  get(prediction: string): OpenReceipt | undefined {
    return this.#open.get(prediction);
  }

  /** Receipts of a session that the next step at `at` settles; expired ones are not among them. */
  waiting(session: string, at: number): OpenReceipt[] {
    if (this.#open.size === 0) return [];
    return [...this.#open.values()].filter((r) => r.session === session && !expired(r, at));
  }

  /** Forgets the settled ones and those that have expired by `at`. */
  close(settled: readonly OpenReceipt[], at: number): void {
    if (this.#open.size === 0) return;
    for (const { prediction } of settled) this.#open.delete(prediction);
    for (const receipt of [...this.#open.values()])
      if (expired(receipt, at)) this.#open.delete(receipt.prediction);
  }

  write(out: StateWriter): void {
    out.section('open-receipts', 1);
    out.list([...this.#open.values()], (receipt) => {
      out.string(receipt.prediction).string(receipt.session).strings(receipt.ranked);
      out.strings(receipt.baseline).f64(receipt.confidence).f64(receipt.expiresAt).f64(receipt.weight);
    });
  }

  read(input: StateReader): void {
    input.section('open-receipts', 1);
    const receipts = input.list(() => ({
      prediction: input.string(),
      session: input.string(),
      ranked: input.strings(),
      baseline: input.strings(),
      confidence: input.f64(),
      expiresAt: input.f64(),
      weight: input.f64(),
    }));
    this.#open = new Map(receipts.map((receipt) => [receipt.prediction, receipt]));
  }
}

function expired(receipt: OpenReceipt, at: number): boolean {
  return receipt.expiresAt > 0 && at > receipt.expiresAt;
}
