/**
 * A made stream: examples without end from a concept, and two concepts joined by a drift.
 * It exists because drift can only be measured where one knows when it came.
 * Invariant: equal random numbers give equal examples.
 */
import type { Features, Label } from '../../models/classifier.js';

export interface Example {
  readonly x: Features;
  readonly y: Label;
}

/** The next example. */
export type Stream = () => Example;

/** Uniform random numbers in [0, 1). */
export type Random = () => number;

export interface DriftOptions {
  readonly random: Random;
  /** Example at which both concepts are equally likely. */
  readonly position: number;
  /** Examples over which the second takes over; 1 is abrupt. */
  readonly width: number;
}

/** The second concept takes over by a sigmoid of slope 4 / width (Bifet, Holmes, Kirkby, Pfahringer 2010, MOA, section 3). */
export function drifting(before: Stream, after: Stream, { random, position, width }: DriftOptions): Stream {
  let t = 0;
  return () => {
    const p = 1 / (1 + Math.exp((-4 * (t++ - position)) / width));
    return random() < p ? after() : before();
  };
}

export function take(stream: Stream, n: number): Example[] {
  return Array.from({ length: n }, stream);
}
