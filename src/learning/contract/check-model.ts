/**
 * The contract of an online model: learnOne, predictProbaOne, canonical snapshots, bounded memory.
 * It exists because these promises are what learners, rollback and replicas are built on.
 * Invariant: each check makes its own fresh model; the examples given decide everything.
 */
import type { Distribution } from '../distribution.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { frozenCopy, holds, same, sameBytes } from './promise.js';

interface CheckedModel<X> {
  predictProbaOne(x: X): Distribution;
  learnOne(x: X, label: string, weight?: number): void;
  write(out: StateWriter): void;
  read(input: StateReader): void;
  /** Entries held, of whatever kind grows. */
  readonly size: number;
}

export interface ModelCase<X> {
  readonly make: () => CheckedModel<X>;
  /** At least 50 examples with at least three labels. */
  readonly examples: readonly { readonly x: X; readonly y: string }[];
  /** A question that no example holds. */
  readonly unseen: X;
  /** The same question with its features in another order; leave out where order means something. */
  readonly reordered?: (x: X) => X;
  /** An unbounded stream of ever new contexts and labels, by number. */
  readonly endless: (i: number) => { readonly x: X; readonly y: string };
  /** Most entries `size` may ever count, and how many of `endless` to learn (default 20,000). */
  readonly bound: number;
  readonly steps?: number;
}

function snapshot<X>(model: CheckedModel<X>): Uint8Array {
  const out = new StateWriter('check-model', 1);
  model.write(out);
  return out.finish();
}

function plain(distribution: Distribution): unknown {
  return [[...distribution.p].sort(([a], [b]) => (a < b ? -1 : 1)), distribution.other];
}

function isDistribution({ p, other }: Distribution, when: string): void {
  let sum = other;
  for (const value of [...p.values(), other])
    holds(value >= 0 && value <= 1 + 1e-9, `probabilities lie in [0, 1] ${when}: ${value}`);
  for (const value of p.values()) sum += value;
  holds(Math.abs(sum - 1) < 1e-9, `probabilities sum to 1 ${when}: ${sum}`);
}

/** @throws Error naming the first broken promise */
export function checkModel<X>({
  make,
  examples,
  unseen,
  reordered,
  endless,
  bound,
  steps = 20_000,
}: ModelCase<X>): void {
  holds(examples.length >= 50, 'the case gives at least 50 examples');
  isDistribution(make().predictProbaOne(unseen), 'before anything was learned');

  const model = make();
  const twin = make();
  for (const { x, y } of examples) {
    const before = frozenCopy(x);
    const bytes = snapshot(model);
    isDistribution(model.predictProbaOne(x), 'while learning');
    sameBytes(snapshot(model), bytes, 'asking changes no state');
    model.learnOne(x, y);
    same(frozenCopy(x), before, 'inputs are not changed');
    twin.learnOne(x, y);
  }
  sameBytes(snapshot(model), snapshot(twin), 'equal examples give equal state');
  isDistribution(model.predictProbaOne(unseen), 'for a question never seen');

  if (reordered)
    for (const { x } of examples.slice(-10))
      same(
        plain(model.predictProbaOne(reordered(x))),
        plain(model.predictProbaOne(x)),
        'the order of features does not matter',
      );

  const state = snapshot(model);
  const restored = make();
  const input = new StateReader(state, 'check-model', 1);
  restored.read(input);
  input.end();
  sameBytes(snapshot(restored), state, 'a restored model writes the same bytes');
  for (const { x, y } of examples) {
    same(
      plain(restored.predictProbaOne(x)),
      plain(model.predictProbaOne(x)),
      'a restored model gives the same answers',
    );
    restored.learnOne(x, y);
    model.learnOne(x, y);
  }
  sameBytes(snapshot(restored), snapshot(model), 'a restored model goes on as the first does');

  // Labels of the examples vanish; new ones come without end.
  for (let i = 0; i < steps; i++) {
    const { x, y } = endless(i);
    model.learnOne(x, y);
    holds(
      model.size <= bound,
      `memory is bounded: ${model.size} > ${bound} after ${i + 1} of an endless stream`,
    );
  }
  for (const { x } of examples.slice(0, 5))
    isDistribution(model.predictProbaOne(x), 'after its labels vanished');
}
