/**
 * Receipts of next-action predictions that wait for their outcome.
 * It exists so that live accuracy is counted from what was really served, by the journal's events alone.
 * Invariant: at most `capacity` open receipts, the oldest giving way; each is settled, expired or dropped once, and counted.
 */
import { create } from '@bufbuild/protobuf';
import {
  millisOf,
  type Payload,
  type PredictionMade,
  PredictionMadeSchema,
  payloadOf,
  type StoredEvent,
} from '../../proto/index.js';
import { byProbability, type Ranked } from '../ranking.js';
import { ReceiptCounts, sampleWeight } from '../receipt-counts.js';
import type { ReceiptReport } from '../scorecard-report.js';
import type { StateReader, StateWriter } from '../state-codec.js';

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

/** Labels of a ranking that are kept. */
const kept = 10;
/** Most labels that a question can ask for. */
const most = 100;

function byFalling(distribution: Readonly<Record<string, number>>): string[] {
  const ranked: Ranked[] = Object.entries(distribution)
    .filter(([, p]) => Number.isFinite(p))
    .map(([label, p]) => ({ label, p }));
  return ranked.sort(byProbability).map(({ label }) => label);
}

/** What else a question told: the folder it was asked from, and the commands run last. */
export interface AskedFrom {
  readonly cwd?: string | undefined;
  readonly recent?: readonly string[] | undefined;
}

/** The question of a prediction on its receipt: whose next step, how many labels, and what else it told. */
export function questionOf(session: string, top: number, { cwd, recent }: AskedFrom = {}): string[] {
  const told = cwd === undefined && recent === undefined ? [] : [cwd ?? '', ...(recent ?? [])];
  return [session, String(top), ...told];
}

/** What else the question of a receipt told. */
export function askedFrom({ question }: PredictionMade): { cwd?: string; recent?: readonly string[] } {
  const [cwd, ...recent] = question.slice(2);
  return cwd === undefined ? {} : { cwd, ...(recent.length === 0 ? {} : { recent }) };
}

/** Whose session a receipt is about. */
export function askedSession({ question, subject }: PredictionMade): string {
  return question[0] ?? subject;
}

/** How many labels were asked for; where the question does not say, as many as were answered. */
export function askedTop({ question, ranked }: PredictionMade): number {
  const stated = Number(question[1]);
  return Number.isSafeInteger(stated) && stated > 0 ? Math.min(stated, most) : Math.max(1, ranked.length);
}

/** The receipt with another answer to the same question. */
export function answeredAnew(
  receipt: PredictionMade,
  said: {
    readonly model: string;
    readonly answer: readonly Ranked[];
    readonly baseline: readonly Ranked[] | null;
  },
): PredictionMade {
  return create(PredictionMadeSchema, {
    ...receipt,
    model: said.model,
    ranked: said.answer.map(({ label }) => label),
    distribution: distributionOf(said.answer),
    baseline: distributionOf(said.baseline ?? []),
  });
}

/** Label → probability, as receipts hold it. */
export function distributionOf(ranked: readonly Ranked[]): Record<string, number> {
  return Object.fromEntries(ranked.map(({ label, p }) => [label, p]));
}

function receiptOf(made: Payload<'predictionMade'>): OpenReceipt {
  const ranked = (made.ranked.length > 0 ? made.ranked : byFalling(made.distribution)).slice(0, kept);
  const expires = made.expiresAt;
  const stated = made.distribution[ranked[0] ?? ''] ?? -1;
  return {
    prediction: made.prediction,
    session: askedSession(made),
    ranked,
    baseline: byFalling(made.baseline).slice(0, kept),
    confidence: stated >= 0 && stated <= 1 ? stated : -1,
    expiresAt: Math.max(0, millisOf(expires)),
    weight: sampleWeight(made.sampleWeight),
  };
}

export class OpenReceipts {
  readonly #task: string;
  readonly #capacity: number;
  #open = new Map<string, OpenReceipt>();
  readonly #counts = new ReceiptCounts();

  constructor(task: string, capacity = 1024) {
    this.#task = task;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Takes up a receipt if the event is one of this task; one that is open already is not taken twice. */
  learn(stored: StoredEvent): void {
    const made = payloadOf(stored.event, 'predictionMade');
    if (made?.task !== this.#task || made.prediction === '' || this.#open.has(made.prediction)) return;
    this.#open.set(made.prediction, receiptOf(made));
    const oldest = this.#open.values().next();
    if (this.#open.size > this.#capacity && !oldest.done) this.#end(oldest.value, 'dropped');
  }

  get(prediction: string): OpenReceipt | undefined {
    return this.#open.get(prediction);
  }

  /** Receipts of a session that the next step at `at` settles; expired ones are not among them. */
  waiting(session: string, at: number): OpenReceipt[] {
    if (this.#open.size === 0) return [];
    return [...this.#open.values()].filter((r) => r.session === session && !expired(r, at));
  }

  /** Ends the settled ones and those that have expired by `at`, which is event time. */
  close(settled: readonly OpenReceipt[], at: number): void {
    if (this.#open.size === 0) return;
    for (const receipt of settled) this.#end(receipt, 'settled');
    for (const receipt of [...this.#open.values()]) if (expired(receipt, at)) this.#end(receipt, 'expired');
  }

  #end(receipt: OpenReceipt, end: Parameters<ReceiptCounts['count']>[0]): void {
    if (this.#open.delete(receipt.prediction)) this.#counts.count(end, receipt.weight);
  }

  report(): ReceiptReport {
    return this.#counts.report(this.#open.values());
  }

  write(out: StateWriter): void {
    out.section('open-receipts', 2);
    out.list([...this.#open.values()], (receipt) => {
      out.string(receipt.prediction).string(receipt.session).strings(receipt.ranked);
      out.strings(receipt.baseline).f64(receipt.confidence).f64(receipt.expiresAt).f64(receipt.weight);
    });
    this.#counts.write(out);
  }

  read(input: StateReader): void {
    input.section('open-receipts', 2);
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
    this.#counts.read(input);
  }
}

function expired(receipt: OpenReceipt, at: number): boolean {
  return receipt.expiresAt > 0 && at > receipt.expiresAt;
}
