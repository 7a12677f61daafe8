/**
 * The command-lines learner: which line comes next in a session, and which lines this team has run.
 * It exists for predict_command and search_history, and as the first source of generate_command.
 * Invariant: the state follows from the consumed events alone; each line is scored before it is learned.
 */
import {
  type Learner,
  type NextActionLearner,
  type NextActionQuestion,
  type Prediction,
  type Ranked,
  type ScorecardReport,
  type Settled,
  StateReader,
  StateWriter,
} from '../../../learning/index.js';
import {
  atMillis,
  type EventType,
  type PredictionMade,
  payloadOf,
  type StoredEvent,
} from '../../../proto/index.js';
import { type HistoryFound, type HistoryQuery, KnownLines } from '../history/index.js';
import { commandTasks, nextCommandLearner } from './next-command.js';

/** Longer lines are held by their start, in UTF-16 units. */
const longest = 2048;
const version = 1;

export class CommandLinesLearner implements Learner<NextActionQuestion, readonly Ranked[]> {
  readonly task = commandTasks.line;
  readonly consumes: readonly EventType[];
  readonly #next: NextActionLearner = nextCommandLearner('line');
  #known = new KnownLines();

  constructor() {
    this.consumes = this.#next.consumes;
  }

  /** Lines, contexts, sessions and receipts held: for memory bounds. */
  get size(): number {
    return this.#next.size + this.#known.size;
  }

  predictOne(question: NextActionQuestion): Prediction<readonly Ranked[]> {
    return this.#next.predictOne(question);
  }

  /** Whose commands a question is about, see `NextActionLearner.subjectOf`. */
  subjectOf(session: string): string {
    return this.#next.subjectOf(session);
  }

  /** The lines of a ranking that are proven to hold the next one in 95 % of such cases; null: not sure. */
  sure(ranked: readonly Ranked[]): readonly string[] | null {
    return this.#next.sure(ranked);
  }

  /** Lines that hold the words, those first that ran often, of late, here, and well. */
  find(query: HistoryQuery): HistoryFound {
    return this.#known.search(query);
  }

  settle(stored: StoredEvent): readonly Settled[] {
    return this.#next.settle(stored);
  }

  reanswer(receipt: PredictionMade, at: number): PredictionMade | null {
    return this.#next.reanswer(receipt, at);
  }

  learnOne(stored: StoredEvent): void {
    this.#next.learnOne(stored);
    const run = payloadOf(stored.event, 'commandFinished');
    const command = run && heldLine(run.command);
    if (!run || !command) return;
    this.#known.learn({ command, cwd: run.cwd, exitCode: run.exitCode, at: atMillis(stored.event) });
  }

  scorecards(): readonly ScorecardReport[] {
    return this.#next.scorecards();
  }

  snapshot(): Uint8Array {
    const out = new StateWriter(this.task, version);
    out.bytes(this.#next.snapshot());
    this.#known.write(out);
    return out.finish();
  }

  restore(state: Uint8Array): void {
    const input = new StateReader(state, this.task, version);
    this.#next.restore(input.bytes());
    this.#known = new KnownLines();
    this.#known.read(input);
    input.end();
  }
}

/** A line as it is held: a string of its own, an engine's slice would keep all of a long text alive. */
function heldLine(command: string): string {
  const line = command.trim();
  return line.length <= longest ? line : ` ${line.slice(0, longest)}`.slice(1);
}
