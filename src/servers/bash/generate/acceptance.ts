/**
 * The acceptance learner: which generated commands were run or found right, beside what plain retrieval would have said.
 * It exists so that the worth of `generate_command` is counted from what was served, not from a bench.
 * Invariant: a receipt is settled once, by feedback or by the first command line that equals one of its candidates; the state
 * follows from the consumed events alone.
 */
import {
  byCodeUnit,
  type Learner,
  type Prediction,
  ReceiptCounts,
  Scorecard,
  type ScorecardReport,
  type Settled,
  StateReader,
  StateWriter,
  sampleWeight,
} from '../../../learning/index.js';
import {
  atMillis,
  type EventType,
  millisOf,
  type Payload,
  payloadOf,
  type StoredEvent,
} from '../../../proto/index.js';

export const generateTask = 'generate-command';
/** Name of the model on receipts and scorecards. */
export const generateModel = 'request-to-command';
const baselineName = 'nearest-request';
const metrics = ['first', 'among-shown'];
const version = 1;
/** Receipts that may be open at once; the oldest are dropped. */
const capacity = 1024;
const card = {
  task: generateTask,
  kind: 'live' as const,
  model: generateModel,
  baselines: [baselineName],
  metrics,
  primary: 'first',
};

interface Open {
  readonly ranked: readonly string[];
  readonly baseline: string;
  readonly confidence: number;
  /** Milliseconds since the epoch; 0: never. */
  readonly expiresAt: number;
  readonly weight: number;
}

interface Settlement {
  readonly prediction: string;
  readonly open: Open;
  /** The command that was right; null: none of those shown, and nobody said which. */
  readonly right: string | null;
}

/** A command line as it is compared: spaces one each. */
export function plainLine(command: string): string {
  return command.trim().replace(/\s+/g, ' ');
}

function openOf(made: Payload<'predictionMade'>): Open {
  const ranked = made.ranked.slice(0, 10).map(plainLine);
  const [baseline] = Object.entries(made.baseline).sort((a, b) => b[1] - a[1] || byCodeUnit(a[0], b[0]));
  const stated = made.distribution[made.ranked[0] ?? ''] ?? 0;
  const expires = made.expiresAt;
  return {
    ranked,
    baseline: plainLine(baseline?.[0] ?? ''),
    confidence: stated >= 0 && stated <= 1 ? stated : 0,
    expiresAt: Math.max(0, millisOf(expires)),
    weight: sampleWeight(made.sampleWeight),
  };
}

function scoresOf({ open, right }: Settlement): Pick<Settled, 'scores' | 'baseline'> {
  const hit = (commands: readonly string[]) => ({
    first: right !== null && commands[0] === right ? 1 : 0,
    'among-shown': right !== null && commands.includes(right) ? 1 : 0,
  });
  return { scores: hit(open.ranked), baseline: hit([open.baseline]) };
}

export class AcceptanceLearner implements Learner<null, null> {
  readonly task = generateTask;
  readonly consumes: readonly EventType[] = ['predictionMade', 'feedbackGiven', 'commandFinished'];
  #open = new Map<string, Open>();
  readonly #counts = new ReceiptCounts();
  #live = new Scorecard(card);

  /** It answers nothing: what is generated does not hang on what was accepted. */
  predictOne(): Prediction<null> {
    const evidence = { n: this.#live.n, interval: null, references: [] };
    return { answer: null, confidence: null, evidence, baseline: null, mode: 'insufficient' };
  }

  #settled({ event }: StoredEvent): Settlement[] {
    const at = atMillis(event);
    const said = payloadOf(event, 'feedbackGiven');
    if (said) {
      const open = this.#open.get(said.prediction);
      if (!open || late(open, at)) return [];
      const right = said.correction !== '' ? said.correction : said.accepted ? (open.ranked[0] ?? '') : null;
      return [{ prediction: said.prediction, open, right: right === null ? null : plainLine(right) }];
    }
    const run = payloadOf(event, 'commandFinished');
    if (!run || this.#open.size === 0) return [];
    const line = plainLine(run.command);
    return [...this.#open].flatMap(([prediction, open]) =>
      !late(open, at) && open.ranked.includes(line) ? [{ prediction, open, right: line }] : [],
    );
  }

  settle(event: StoredEvent): readonly Settled[] {
    return this.#settled(event).map((settlement) => ({
      prediction: settlement.prediction,
      ...scoresOf(settlement),
    }));
  }

  learnOne(stored: StoredEvent): void {
    const at = atMillis(stored.event);
    for (const settlement of this.#settled(stored)) {
      const { scores, baseline } = scoresOf(settlement);
      const { open, prediction } = settlement;
      this.#live.observe({
        scores: { [generateModel]: scores, [baselineName]: baseline },
        confidence: open.confidence,
        correct: scores.first === 1,
        weight: open.weight,
        at,
      });
      this.#end(prediction, 'settled');
    }
    for (const [prediction, open] of this.#open) if (late(open, at)) this.#end(prediction, 'expired');
    const made = payloadOf(stored.event, 'predictionMade');
    if (made?.task !== generateTask || made.prediction === '' || this.#open.has(made.prediction)) return;
    this.#open.set(made.prediction, openOf(made));
    const oldest = this.#open.keys().next();
    if (this.#open.size > capacity && !oldest.done) this.#end(oldest.value, 'dropped');
  }

  #end(prediction: string, end: Parameters<ReceiptCounts['count']>[0]): void {
    const open = this.#open.get(prediction);
    if (open && this.#open.delete(prediction)) this.#counts.count(end, open.weight);
  }

  scorecards(): readonly ScorecardReport[] {
    return [{ ...this.#live.report(), receipts: this.#counts.report(this.#open.values()) }];
  }

  snapshot(): Uint8Array {
    const out = new StateWriter(generateTask, version);
    out.list([...this.#open], ([prediction, open]) => {
      out.string(prediction).strings(open.ranked).string(open.baseline);
      out.f64(open.confidence).f64(open.expiresAt).f64(open.weight);
    });
    this.#counts.write(out);
    this.#live.write(out);
    return out.finish();
  }

  restore(state: Uint8Array): void {
    const input = new StateReader(state, generateTask, version);
    const read = (): [string, Open] => [
      input.string(),
      {
        ranked: input.strings(),
        baseline: input.string(),
        confidence: input.f64(),
        expiresAt: input.f64(),
        weight: input.f64(),
      },
    ];
    this.#open = new Map(input.list(read));
    this.#counts.read(input);
    this.#live = Scorecard.read(input, card);
    input.end();
  }
}

function late({ expiresAt }: Open, at: number): boolean {
  return expiresAt > 0 && at > expiresAt;
}
