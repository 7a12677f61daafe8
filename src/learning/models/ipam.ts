/**
 * IPAM: what follows the last label, by probabilities that fade with every step; a new context starts from what follows any.
 * It exists as the classic baseline of next-command prediction: one number to set, and the newest habit counts most.
 * Invariant: each row sums to at most 1, the rest is for labels not listed; bounded in rows, and in a row by the fading itself.
 *
 * Davison and Hirsh, "Predicting sequences of user actions" (AAAI/ICML workshop on predicting the future, 1998): after a
 * label, its row is multiplied by α and the label gets 1 − α; so does the default row, which new rows are copied from.
 */
import { LmcpError } from '../../errors/index.js';
import type { Distribution } from '../distribution.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { GenerationalMap } from './generational-map.js';
import { positiveNumber } from './statistics/finite-number.js';

export interface IpamOptions {
  /** What remains of a probability after each step, (0, 1); default .8, the paper's. */
  readonly alpha?: number;
  /** Most rows held; default 2,048, those not met for long giving way. */
  readonly contexts?: number;
}

/** A label less probable than this is forgotten: at the default α after 62 steps without it. */
const least = 1e-6;

interface Row {
  readonly p: Map<string, number>;
  /** Sum of `p`. */
  mass: number;
}

export class Ipam {
  readonly #alpha: number;
  readonly #rows: GenerationalMap<string, Row>;
  #any: Row = { p: new Map(), mass: 0 };

  /** @throws LMCP_INTERNAL when alpha is not in (0, 1) */
  constructor({ alpha = 0.8, contexts = 2048 }: IpamOptions = {}) {
    if (!(alpha > 0 && alpha < 1)) throw new LmcpError('LMCP_INTERNAL', `Not a share in (0, 1): ${alpha}.`);
    this.#alpha = alpha;
    this.#rows = new GenerationalMap(contexts);
  }

  /** Rows and labels of all rows. */
  get size(): number {
    let n = this.#rows.size + this.#any.p.size;
    for (const { p } of this.#rows.values()) n += p.size;
    return n;
  }

  /** @param history earlier labels, oldest first; only the last one counts */
  predictProbaOne(history: readonly string[]): Distribution {
    const last = history.at(-1);
    const row = (last === undefined ? undefined : this.#rows.peek(last)) ?? this.#any;
    return { p: new Map(row.p), other: Math.max(0, 1 - row.mass) };
  }

  /** @param weight steps that this one counts for, > 0 @throws LMCP_BAD_FEATURES when it is not */
  learnOne(history: readonly string[], label: string, weight = 1): void {
    positiveNumber('The weight', weight);
    const keep = this.#alpha ** weight;
    const last = history.at(-1);
    if (last !== undefined) {
      const row = this.#rows.touch(last, () => ({ p: new Map(this.#any.p), mass: this.#any.mass }));
      follow(row, label, keep);
    }
    follow(this.#any, label, keep);
  }

  write(out: StateWriter): void {
    out.section('ipam', 1);
    writeRow(out, this.#any);
    this.#rows.write(out, (label, row) => {
      out.string(label);
      writeRow(out, row);
    });
  }

  read(input: StateReader): void {
    input.section('ipam', 1);
    this.#any = readRow(input);
    this.#rows.read(input, () => [input.string(), readRow(input)]);
  }
}

function follow(row: Row, label: string, keep: number): void {
  const dropped: number[] = [];
  for (const [other, p] of row.p) {
    row.p.set(other, p * keep);
    if (p * keep >= least) continue;
    row.p.delete(other);
    dropped.push(p * keep);
  }
  // In rising order: the sum must not depend on the order in which the labels came.
  row.mass = row.mass * keep + (1 - keep) - dropped.sort((a, b) => a - b).reduce((sum, p) => sum + p, 0);
  row.p.set(label, (row.p.get(label) ?? 0) + (1 - keep));
}

function writeRow(out: StateWriter, { p, mass }: Row): void {
  out.f64(mass).sorted(p, (value) => out.f64(value));
}

function readRow(input: StateReader): Row {
  return { mass: input.f64(), p: input.sorted(() => input.f64()) };
}
