/**
 * The command-lines learner: which lines this team runs, where, how they end, and which comes next.
 * It exists for predict_command, search_history and as the first source of generate_command.
 * Invariant: the state follows from the consumed events alone; each line is scored before it is learned.
 */
import {
  GenerationalMap,
  hits,
  IsotonicCalibrator,
  type Learner,
  type Prediction,
  type Ranked,
  rankOf,
  Scorecard,
  type ScorecardReport,
  type Settled,
  StateReader,
  StateWriter,
} from '../../../learning/index.js';
import { atMillis, type EventType, payloadOf, type StoredEvent } from '../../../proto/index.js';
import { type LineContext, LineModel, lineBaselines } from './line-model.js';

export interface LineQuestion {
  /** Session that asks; its own lines are the context where `recent` is not given. */
  readonly session?: string;
  /** Relative to the workspace. */
  readonly cwd?: string;
  /** Last lines, oldest first. */
  readonly recent?: readonly string[];
  readonly top?: number;
}

/** What is known of one line. */
export interface KnownLine {
  readonly command: string;
  readonly count: number;
  readonly failed: number;
  /** Where it ran last, relative to the workspace. */
  readonly cwd: string;
  /** Of the last run; null: not known. */
  readonly exitCode: number | null;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

interface Session {
  lines: string[];
  cwd: string;
  ended: string;
}

export const lineModelName = 'line-mixture';
const task = 'next-command-line';
const kept = 3;
/** Lines whose probabilities are brought to a sum of at most 1 together. */
const listed = 5;
const longest = 2048;
const ranks = [1, 3, 5];
const version = 1;
const card = {
  task,
  kind: 'history' as const,
  model: lineModelName,
  baselines: lineBaselines,
  metrics: ranks.map((k) => `top-${k}`),
  primary: 'top-1',
};

export class CommandLinesLearner implements Learner<LineQuestion, readonly Ranked[]> {
  readonly task = task;
  readonly consumes: readonly EventType[] = ['commandFinished'];
  readonly #model = new LineModel();
  readonly #sessions = new GenerationalMap<string, Session>(512);
  readonly #known = new GenerationalMap<string, Omit<KnownLine, 'command'>>(8192);
  /** What a stated probability has been worth; its memory is some 256 lines, since habits change. */
  readonly #worth = new IsotonicCalibrator({ memory: 1 - 1 / 256 });
  #history = new Scorecard(card);

  /** Lines, contexts and sessions held: for memory bounds. */
  get size(): number {
    return this.#model.size + this.#sessions.size + this.#known.size;
  }

  #context({ session, cwd, recent }: LineQuestion): LineContext {
    const known = session === undefined ? undefined : this.#sessions.peek(session);
    return {
      lines: recent?.slice(-kept) ?? known?.lines ?? [],
      cwd: cwd ?? known?.cwd ?? '',
      ended: recent ? '' : (known?.ended ?? ''),
    };
  }

  /** The model's ranking with probabilities that have come true as often as they say. */
  #calibrated(context: LineContext, top: number): { ranked: Ranked[]; raw: number } {
    const said = this.#model.rank(context, top);
    const raw = said[0]?.p ?? 0;
    if (raw === 0) return { ranked: said, raw };
    const first = this.#worth.correct(raw);
    const rest = said.slice(1).reduce((total, { p }) => total + p, 0);
    const factor = rest > 0 ? Math.min(1, (1 - first) / rest) : 1;
    return {
      ranked: said.map(({ label, p }, at) => ({ label, p: at === 0 ? first : Math.min(first, p * factor) })),
      raw,
    };
  }

  predictOne(question: LineQuestion): Prediction<readonly Ranked[]> {
    const top = question.top ?? 5;
    const context = this.#context(question);
    const learned = this.#calibrated(context, Math.max(top, listed)).ranked.slice(0, top);
    const best = lineBaselines.find((name) => name === this.#history.bestBaseline()) ?? 'most-frequent';
    const baseline = this.#model.baseline(best, context, top);
    const mode = this.#history.mode();
    const answer = mode === 'insufficient' ? null : mode === 'learned' ? learned : baseline;
    const confidence = answer?.[0]?.p ?? null;
    const { n, interval } =
      confidence === null ? { n: this.#history.n, interval: null } : this.#history.evidence(confidence);
    return {
      answer: answer && answer.length > 0 ? answer : null,
      confidence,
      evidence: { n, interval, references: [] },
      baseline: baseline.length > 0 ? baseline : null,
      mode: answer && answer.length > 0 ? mode : 'insufficient',
    };
  }

  /** Lines that hold every word, those run often and in this folder first. */
  search(query: string, cwd: string | null, limit: number): KnownLine[] {
    const words = query
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const found: KnownLine[] = [];
    for (const command of this.#known.keys()) {
      const lower = command.toLowerCase();
      const line = this.#known.peek(command);
      if (line && words.every((word) => lower.includes(word))) found.push({ command, ...line });
    }
    const weight = (line: KnownLine) => line.count + (cwd !== null && line.cwd === cwd ? 3 : 0);
    return found
      .sort((a, b) => weight(b) - weight(a) || b.lastAt - a.lastAt || (a.command < b.command ? -1 : 1))
      .slice(0, limit);
  }

  /** This learner writes no receipts. */
  settle(): readonly Settled[] {
    return [];
  }

  learnOne(stored: StoredEvent): void {
    const payload = payloadOf(stored.event, 'commandFinished');
    const line = payload?.command.trim().replace(/\s+/g, ' ').slice(0, longest);
    if (!payload || !line) return;
    const { session, cwd, exitCode } = payload;
    const at = atMillis(stored.event);
    const context = { ...this.#context({ session }), cwd };
    this.#score(context, line, at);
    this.#model.learnOne(context, line);
    const state = this.#sessions.touch(session, () => ({ lines: [], cwd: '', ended: '' }));
    state.lines = [...state.lines, line].slice(-kept);
    state.cwd = cwd;
    state.ended = exitCode === undefined ? '' : exitCode === 0 ? 'ok' : 'failed';
    const known = this.#known.touch(line, () => ({ count: 0, failed: 0, cwd, exitCode: null, lastAt: 0 }));
    Object.assign(known, {
      count: known.count + 1,
      failed: known.failed + (exitCode !== undefined && exitCode !== 0 ? 1 : 0),
      cwd,
      exitCode: exitCode ?? null,
      lastAt: Math.max(known.lastAt, at),
    });
  }

  /** What would have been said, beside the baselines, before the line is learned. */
  #score(context: LineContext, line: string, at: number): void {
    const { ranked, raw } = this.#calibrated(context, listed);
    const scores: Record<string, Record<string, number>> = {
      [lineModelName]: hits(rankOf(ranked, line), ranks),
    };
    for (const name of lineBaselines)
      scores[name] = hits(rankOf(this.#model.baseline(name, context, 5), line), ranks);
    this.#history.observe({
      scores,
      confidence: ranked[0]?.p ?? 0,
      correct: ranked[0]?.label === line,
      weight: 1,
      at,
    });
    if (raw > 0) this.#worth.learnOne(raw, ranked[0]?.label === line);
  }

  scorecards(): readonly ScorecardReport[] {
    return [this.#history.report()];
  }

  snapshot(): Uint8Array {
    const out = new StateWriter(task, version);
    this.#model.write(out);
    this.#sessions.write(out, (name, { lines, cwd, ended }) => {
      out
        .string(name)
        .list(lines, (line) => out.string(line))
        .string(cwd)
        .string(ended);
    });
    this.#known.write(out, (line, { count, failed, cwd, exitCode, lastAt }) => {
      out
        .string(line)
        .uint(count)
        .uint(failed)
        .string(cwd)
        .f64(exitCode ?? -1e9)
        .f64(lastAt);
    });
    this.#worth.write(out);
    this.#history.write(out);
    return out.finish();
  }

  restore(state: Uint8Array): void {
    const input = new StateReader(state, task, version);
    this.#model.read(input);
    this.#sessions.read(input, () => [
      input.string(),
      { lines: input.list(() => input.string()), cwd: input.string(), ended: input.string() },
    ]);
    this.#known.read(input, () => {
      const line = input.string();
      const [count, failed, cwd] = [input.uint(), input.uint(), input.string()];
      const code = input.f64();
      return [line, { count, failed, cwd, exitCode: code === -1e9 ? null : code, lastAt: input.f64() }];
    });
    this.#worth.read(input);
    this.#history = Scorecard.read(input, card);
    input.end();
  }
}
