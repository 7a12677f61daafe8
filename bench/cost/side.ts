/**
 * One side of a cost comparison, and how its time is taken: in turns with the other sides, median of the rounds.
 * It exists so that our models and other libraries' are timed by the same few lines in one process.
 * Invariant: every answer goes into a black hole; all sides of a contest fit the same examples and answer the same questions.
 */
import { medianOf } from '../rig/statistics.js';

/** A model that has learned the contest's examples. */
export interface Fitted {
  /** Answers question i. */
  predict(i: number): unknown;
  /** Answers all questions in one call, where a library has such a form. */
  predictAll?(): unknown;
  /** Bytes of its saved state. */
  bytes(): number;
}

export interface Side {
  readonly name: string;
  /** Whether it takes one example after the other; if not, a new example costs a fit of all. */
  readonly online: boolean;
  /** Learns all examples, from nothing. */
  fit(): Fitted;
}

export interface Contest {
  readonly model: string;
  readonly ours: Side;
  readonly peers: readonly Side[];
  /** Examples that `fit` learns, and questions. */
  readonly examples: number;
  readonly questions: number;
  /** Whether the answer to question i is right; absent where answers are not labels. */
  readonly right?: (said: unknown, i: number) => boolean;
}

export interface SideCost {
  readonly name: string;
  readonly online: boolean;
  /** Nanoseconds an example when all are learned in a row. */
  readonly learnNs: number;
  /** Nanoseconds until one further example is learned: the same when online, else a fit of all. */
  readonly nextNs: number;
  /** Nanoseconds a question: the cheaper of one at a time and all in one call. */
  readonly predictNs: number;
  readonly bytes: number;
  /** Share of the questions answered rightly; null where answers are not labels. */
  readonly accuracy: number | null;
}

let hole: unknown;
/** Keeps what is given alive for a moment, so that no compiler leaves its making out. */
export function swallow(value: unknown): void {
  hole = value;
}
export function swallowed(): unknown {
  return hole;
}

/** Milliseconds that a timed piece should at least take, and repeats of it at most. */
const atLeast = 5;
const mostRepeats = 200;
/** A piece slower than this is not repeated, and is timed in fewer rounds. */
const slow = 400;

/**
 * Milliseconds that some work took: by the clock, or by the processor where that is less, which is when others had the
 * processor meanwhile (the clock is less when the engine's own threads worked beside).
 */
export function spent(work: () => void): number {
  const before = process.cpuUsage();
  const start = performance.now();
  work();
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return Math.min(clock, (user + system) / 1000);
}

function timed(work: () => void, repeats: number): number {
  return (
    spent(() => {
      for (let i = 0; i < repeats; i++) work();
    }) / repeats
  );
}

/** A piece of work with as many repeats as make it long enough to be timed; the first runs warm it up. */
function calibrated(work: () => void): { readonly repeats: number; readonly once: number } {
  const first = timed(work, 1);
  if (first > slow) return { repeats: 1, once: first };
  const warm = timed(work, Math.min(mostRepeats, Math.max(3, Math.ceil(60 / Math.max(first, 0.05)))));
  return {
    repeats: Math.min(mostRepeats, Math.max(1, Math.ceil(atLeast / Math.max(warm, 0.01)))),
    once: warm,
  };
}

interface Piece {
  readonly work: () => void;
  readonly repeats: number;
  readonly rounds: number;
  readonly times: number[];
}

function piece(work: () => void, rounds: number): Piece {
  const { repeats, once } = calibrated(work);
  return { work, repeats, rounds: once > slow ? 2 : rounds, times: once > slow ? [once] : [] };
}

/** Times all sides of a contest in turns. @returns ours first */
export function costs({ ours, peers, examples, questions, right }: Contest, rounds = 7): SideCost[] {
  const sides = [ours, ...peers].map((side) => {
    const fitted = side.fit();
    const each = () => {
      for (let i = 0; i < questions; i++) swallow(fitted.predict(i));
    };
    let hits = 0;
    for (let i = 0; right && i < questions; i++) if (right(fitted.predict(i), i)) hits++;
    return {
      side,
      fitted,
      accuracy: right ? hits / questions : null,
      fit: piece(() => swallow(side.fit()), rounds),
      each: piece(each, rounds),
      all: fitted.predictAll && piece(() => swallow(fitted.predictAll?.()), rounds),
    };
  });
  for (let round = 0; round < rounds; round++)
    for (const { fit, each, all } of sides)
      for (const one of [fit, each, ...(all ? [all] : [])])
        if (round < one.rounds) one.times.push(timed(one.work, one.repeats));
  return sides.map(({ side, fitted, accuracy, fit, each, all }) => {
    const whole = medianOf(fit.times) * 1e6;
    const asked = Math.min(medianOf(each.times), all ? medianOf(all.times) : Infinity) * 1e6;
    const learnNs = whole / examples;
    return {
      name: side.name,
      online: side.online,
      learnNs,
      nextNs: side.online ? learnNs : whole,
      predictNs: asked / questions,
      bytes: fitted.bytes(),
      accuracy,
    };
  });
}
