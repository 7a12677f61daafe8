/**
 * Hashed context → label counts with a learned correction a label, for all voters of a mixture, in flat arrays.
 * It exists so that dozens of contexts a step cost no objects: bounded bytes, no garbage, a few cache lines a look-up.
 * Invariant: at most `contexts` rows of `labels` entries; in a row counts never rise; reading changes nothing.
 *
 * Rows lie in sets of eight (a set-associative cache): a new context takes the place of the least recently learned one of its
 * set. The memory doubles while it is half full, up to its bound. A row whose weight reaches `fading` is halved, so that habits
 * can change and 32-bit floats stay exact.
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';

export interface VoterMemoryOptions {
  /** Most contexts held, a power of two ≥ 1,024; default 131,072. */
  readonly contexts?: number;
  /** Most labels held a context; default 16. */
  readonly labels?: number;
}

const ways = 8;
const fading = 4096;
const smallest = 1024;

/** A float of 32 bits as its bits: exact in a snapshot at half the bytes. */
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function check(fits: boolean, detail: string): void {
  if (!fits) throw new LmcpError('LMCP_BAD_STATE', detail);
}

export class VoterMemory {
  /** Entries a row. */
  readonly labels: number;
  readonly #most: number;
  #rows = 0;
  #held = 0;
  #clock = 0;
  #keys = new Int32Array(0);
  #touched = new Uint32Array(0);
  /** Entries in use of each row. */
  sizes = new Uint8Array(0);
  /** Weight seen in a row's context, forgotten labels included. */
  totals = new Float32Array(0);
  /** How often a label was new to a row: the escape count of Witten and Bell's method C. */
  types = new Float32Array(0);
  /** Entry i of row r is at r · labels + i. */
  ids = new Int32Array(0);
  counts = new Float32Array(0);
  /** What the mixture learned to add to the label's score in this context, and its squared gradients. */
  corrections = new Float32Array(0);
  squares = new Float32Array(0);

  constructor({ contexts = 131_072, labels = 16 }: VoterMemoryOptions = {}) {
    this.labels = labels;
    this.#most = Math.max(smallest, contexts);
    this.#allot(smallest);
  }

  /** Contexts held. */
  get size(): number {
    return this.#held;
  }

  /** Bytes of the arrays. */
  get bytes(): number {
    return this.#rows * (21 + 16 * this.labels);
  }

  #allot(rows: number): void {
    this.#rows = rows;
    this.#keys = new Int32Array(rows).fill(-1);
    this.#touched = new Uint32Array(rows);
    this.sizes = new Uint8Array(rows);
    this.totals = new Float32Array(rows);
    this.types = new Float32Array(rows);
    this.ids = new Int32Array(rows * this.labels);
    this.counts = new Float32Array(rows * this.labels);
    this.corrections = new Float32Array(rows * this.labels);
    this.squares = new Float32Array(rows * this.labels);
  }

  /** First row of the set that a context belongs to. */
  #set(context: number): number {
    return (context & (this.#rows / ways - 1)) * ways;
  }

  /** Row of a context (an integer in [0, 2^31)); -1 when it is not held. */
  find(context: number): number {
    const first = this.#set(context);
    for (let row = first; row < first + ways; row++) if (this.#keys[row] === context) return row;
    return -1;
  }

  #place(context: number): number {
    const first = this.#set(context);
    let oldest = first;
    for (let row = first; row < first + ways; row++) {
      if (this.#keys[row] === context) return row;
      if (this.#keys[row] === -1) {
        oldest = row;
        this.#held++;
        break;
      }
      if ((this.#touched[row] ?? 0) < (this.#touched[oldest] ?? 0)) oldest = row;
    }
    this.#keys[oldest] = context;
    this.sizes[oldest] = 0;
    this.totals[oldest] = 0;
    this.types[oldest] = 0;
    return oldest;
  }

  #grow(): void {
    const old = { ...this.#columns(), keys: this.#keys, touched: this.#touched, rows: this.#rows };
    this.#allot(old.rows * 2);
    this.#held = 0;
    const width = this.labels;
    for (let from = 0; from < old.rows; from++) {
      const context = old.keys[from] ?? -1;
      if (context === -1) continue;
      const to = this.#place(context);
      const size = old.sizes[from] ?? 0;
      this.#touched[to] = old.touched[from] ?? 0;
      this.sizes[to] = size;
      this.totals[to] = old.totals[from] ?? 0;
      this.types[to] = old.types[from] ?? 0;
      for (let i = 0; i < size; i++) {
        const at = from * width + i;
        this.#put(
          to * width + i,
          old.ids[at] ?? 0,
          old.counts[at] ?? 0,
          old.corrections[at] ?? 0,
          old.squares[at] ?? 0,
        );
      }
    }
  }

  #columns() {
    const { sizes, totals, types, ids, counts, corrections, squares } = this;
    return { sizes, totals, types, ids, counts, corrections, squares };
  }

  /** Counts a label in a context; rows found before may have moved. */
  learn(context: number, id: number, weight = 1): void {
    if (this.#held * 2 > this.#rows && this.#rows < this.#most) this.#grow();
    const row = this.#place(context);
    this.#clock = (this.#clock + 1) >>> 0;
    this.#touched[row] = this.#clock;
    const start = row * this.labels;
    const size = this.sizes[row] ?? 0;
    let at = start;
    while (at < start + size && this.ids[at] !== id) at++;
    if (at === start + size) {
      this.types[row] = (this.types[row] ?? 0) + 1;
      if (size === this.labels) at--;
      else this.sizes[row] = size + 1;
      this.#put(at, id, 0, 0, 0);
    }
    const total = (this.totals[row] ?? 0) + weight;
    this.totals[row] = total;
    this.counts[at] = (this.counts[at] ?? 0) + weight;
    while (at > start && (this.counts[at - 1] ?? 0) < (this.counts[at] ?? 0)) {
      this.#swap(at, at - 1);
      at--;
    }
    if (total >= fading) this.#fade(row);
  }

  #put(at: number, id: number, count: number, correction: number, square: number): void {
    this.ids[at] = id;
    this.counts[at] = count;
    this.corrections[at] = correction;
    this.squares[at] = square;
  }

  #swap(a: number, b: number): void {
    const { ids, counts, corrections, squares } = this;
    const [id = 0, count = 0, correction = 0, square = 0] = [ids[a], counts[a], corrections[a], squares[a]];
    this.#put(a, ids[b] ?? 0, counts[b] ?? 0, corrections[b] ?? 0, squares[b] ?? 0);
    this.#put(b, id, count, correction, square);
  }

  #fade(row: number, share = 0.5): void {
    const start = row * this.labels;
    for (let at = start; at < start + (this.sizes[row] ?? 0); at++)
      this.counts[at] = (this.counts[at] ?? 0) * share;
    this.totals[row] = (this.totals[row] ?? 0) * share;
    this.types[row] = Math.max(1, (this.types[row] ?? 0) * share);
  }

  /**
   * Shortens the memory after a change of habit: a context of weight n is left with n · most / (n + most), shares unchanged;
   * corrections shrink to half, and move again as fast as at first. O(rows), for rare use.
   * @param most weight that the heaviest context is left with
   */
  shorten(most: number): void {
    for (let row = 0; row < this.#rows; row++) {
      if (this.#keys[row] === -1) continue;
      this.#fade(row, most / ((this.totals[row] ?? 0) + most));
      const start = row * this.labels;
      for (let at = start; at < start + (this.sizes[row] ?? 0); at++) {
        this.corrections[at] = (this.corrections[at] ?? 0) / 2;
        this.squares[at] = 0;
      }
    }
  }

  write(out: StateWriter): void {
    out.section('voter-memory', 1).uint(this.#rows).uint(this.labels).uint(this.#clock).uint(this.#held);
    const exact = (value: number) => {
      float[0] = value;
      out.u32(bits[0] ?? 0);
    };
    for (let row = 0; row < this.#rows; row++) {
      const context = this.#keys[row] ?? -1;
      if (context === -1) continue;
      out
        .uint(row)
        .uint(context)
        .uint(this.#touched[row] ?? 0)
        .uint(this.sizes[row] ?? 0);
      exact(this.totals[row] ?? 0);
      exact(this.types[row] ?? 0);
      for (let at = row * this.labels; at < row * this.labels + (this.sizes[row] ?? 0); at++) {
        out.uint(this.ids[at] ?? 0);
        exact(this.counts[at] ?? 0);
        exact(this.corrections[at] ?? 0);
        exact(this.squares[at] ?? 0);
      }
    }
  }

  /** @throws LMCP_BAD_STATE on bytes that do not fit this memory */
  read(input: StateReader): void {
    input.section('voter-memory', 1);
    const rows = input.uint();
    const labels = input.uint();
    check(
      labels === this.labels && rows >= smallest && rows <= this.#most && Number.isInteger(Math.log2(rows)),
      'The voter memory of the snapshot has another shape.',
    );
    this.#allot(rows);
    this.#clock = input.uint();
    this.#held = input.uint();
    const exact = () => {
      bits[0] = input.u32();
      return float[0] ?? 0;
    };
    for (let n = 0; n < this.#held; n++) {
      const row = input.uint();
      this.#keys[row] = input.uint();
      this.#touched[row] = input.uint();
      const size = input.uint();
      check(row < rows && size <= labels, 'A row of the voter memory is out of bounds.');
      this.sizes[row] = size;
      this.totals[row] = exact();
      this.types[row] = exact();
      for (let at = row * labels; at < row * labels + size; at++)
        this.#put(at, input.uint(), exact(), exact(), exact());
    }
  }
}
