/**
 * The contract of a drift detector: it finds a change of the mean, says which way, forgets within bounds, and can be restored.
 * It exists so that each detector is held to the same promises.
 * Invariant: no test framework and no randomness of its own; a broken promise throws a plain Error that names it.
 */
import { holds, same, sameBytes } from '../contract/promise.js';
import { StateReader, StateWriter } from '../state-codec.js';
import type { DriftDetector } from './detector.js';

export interface DetectorCase {
  readonly make: () => DriftDetector;
  /** Uniform random numbers in [0, 1). */
  readonly random: () => number;
  /** Most entries `size` may ever count. */
  readonly bound: number;
  /** Most numbers after a change of the mean from .2 to .8, or back, until it is found; default 500. */
  readonly within?: number;
}

function bytes(detector: DriftDetector): Uint8Array {
  const out = new StateWriter('check-detector', 1);
  detector.write(out);
  return out.finish();
}

/** @throws Error naming the first broken promise */
export function checkDetector({ make, random, bound, within = 500 }: DetectorCase): void {
  const draw = (p: number) => (random() < p ? 1 : 0);

  for (const [from, to, expected] of [
    [0.2, 0.8, 'rise'],
    [0.8, 0.2, 'fall'],
  ] as const) {
    const detector = make();
    for (let i = 0; i < 1000; i++) detector.update(draw(from));
    let found = 'none';
    for (let i = 0; i < within && found === 'none'; i++) found = detector.update(draw(to));
    same(found, expected, `a change of the mean from ${from} to ${to} is found within ${within}`);
    for (let i = 0; i < 2000; i++) detector.update(draw(to));
    holds(Math.abs(detector.mean - to) < 0.1, `the mean follows a change: ${detector.mean} for ${to}`);
  }

  for (const [from, to, into] of [
    [0.3, 0.9, 5],
    [0.3, 0.9, 15],
    [0.7, 0.1, 5],
    [0.7, 0.1, 15],
  ] as const) {
    const first = make();
    // The change is under way when the snapshot is taken.
    for (let i = 0; i < 777 + into; i++) first.update(draw(i < 777 ? from : to));
    const state = bytes(first);
    const restored = make();
    const input = new StateReader(state, 'check-detector', 1);
    restored.read(input);
    input.end();
    sameBytes(bytes(restored), state, 'a restored detector writes the same bytes');
    for (let i = 0; i < 777; i++) {
      const value = draw(to);
      same(restored.update(value), first.update(value), 'a restored detector says the same');
      same(
        [restored.mean, restored.width],
        [first.mean, first.width],
        'a restored detector looks back the same',
      );
    }
    sameBytes(bytes(restored), bytes(first), 'a restored detector goes on as the first does');
  }

  const sound = make();
  sound.update(1);
  const before = bytes(sound);
  for (const value of [Number.NaN, Infinity, -Infinity, 1e200]) {
    let code: unknown;
    try {
      sound.update(value);
    } catch (error) {
      code = (error as { code?: unknown }).code;
    }
    same(code, 'LMCP_BAD_FEATURES', `${value} is refused`);
    sameBytes(bytes(sound), before, `the state is as before ${value}`);
  }

  const long = make();
  for (let i = 0; i < 50_000; i++) {
    long.update(draw(0.5));
    holds(long.size <= bound, `memory is bounded: ${long.size} > ${bound} after ${i + 1}`);
  }
}
