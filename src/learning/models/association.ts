/**
 * Decayed association of items that occur together in baskets, e.g. files in a commit.
 * It exists to answer "what else belongs to this?": p(other | item) from co-occurrence that fades with age.
 * Invariant: at most `items` items with `partners` partners each; raw counts stand beside decayed ones.
 *
 * A basket of n items adds 1 / log2(n) (n ≥ 2) to each pair: large baskets say little about each pair in them.
 * Confidence of pairs in changes: Zimmermann, Weißgerber, Diehl, Zeller (IEEE TSE 2005); the fading of counts is that of
 * forward decay: Cormode, Shkapenyuk, Srivastava, Xu (ICDE 2009).
 */
import { byCodeUnit, type StateReader, type StateWriter } from '../state-codec.js';
import { DecayedCounter, yearMs } from './forward-decay.js';
import { GenerationalMap } from './generational-map.js';
import { finiteNumber } from './statistics/finite-number.js';

export interface AssociationOptions {
  /** Half-life in milliseconds; default one year. */
  readonly halfLifeMs?: number;
  /** Most items held; default 20,000. */
  readonly items?: number;
  /** Most partners an item; default 256, the weakest giving way. */
  readonly partners?: number;
}

interface Partner {
  together: number;
  readonly decayed: DecayedCounter;
}

interface Item {
  total: number;
  readonly decayed: DecayedCounter;
  readonly partners: Map<string, Partner>;
}

/** One association, strongest first in an answer. */
export interface Associated {
  readonly item: string;
  /** Decayed share of the item's occurrences that had this partner, in [0, 1]. */
  readonly p: number;
  /** Raw counts: occurrences of both, and of the item asked about. */
  readonly together: number;
  readonly total: number;
}

export class Association {
  readonly #halfLife: number;
  readonly #maxPartners: number;
  readonly #capacity: number;
  readonly #items: GenerationalMap<string, Item>;

  constructor({ halfLifeMs = yearMs, items = 20_000, partners = 256 }: AssociationOptions = {}) {
    this.#halfLife = halfLifeMs;
    this.#maxPartners = partners;
    this.#capacity = items;
    this.#items = new GenerationalMap(items);
  }

  get size(): number {
    return this.#items.size;
  }

  /** @param basket distinct items @param at milliseconds since the epoch @throws LMCP_BAD_FEATURES when it is no number */
  learnOne(basket: readonly string[], at: number): void {
    finiteNumber('The time', at);
    const weight = basket.length < 2 ? 1 : 1 / Math.log2(basket.length);
    const sorted = [...basket].sort(byCodeUnit);
    for (const name of sorted) {
      const item = this.#items.touch(name, () => ({
        total: 0,
        decayed: new DecayedCounter(),
        partners: new Map(),
      }));
      item.total++;
      item.decayed.add(at, weight, this.#halfLife);
      for (const other of sorted) if (other !== name) this.#meet(item, other, at, weight);
    }
  }

  #meet(item: Item, other: string, at: number, weight: number): void {
    let partner = item.partners.get(other);
    if (!partner) {
      if (item.partners.size >= this.#maxPartners) item.partners.delete(this.#weakest(item, at));
      partner = { together: 0, decayed: new DecayedCounter() };
      item.partners.set(other, partner);
    }
    partner.together++;
    partner.decayed.add(at, weight, this.#halfLife);
  }

  #weakest(item: Item, at: number): string {
    let weakest = '';
    let least = Infinity;
    for (const [name, { decayed }] of item.partners) {
      const value = decayed.value(at, this.#halfLife);
      if (value < least || (value === least && name > weakest)) {
        weakest = name;
        least = value;
      }
    }
    return weakest;
  }

  /** Partners of an item, strongest first; empty when the item is not known. */
  predictOne(name: string, limit: number): Associated[] {
    const item = this.#items.peek(name);
    if (!item) return [];
    const whole = item.decayed.value(item.decayed.at, this.#halfLife);
    return [...item.partners]
      .map(([other, { together, decayed }]) => ({
        item: other,
        p: Math.min(1, decayed.value(item.decayed.at, this.#halfLife) / whole),
        together,
        total: item.total,
      }))
      .sort((a, b) => b.p - a.p || b.together - a.together || byCodeUnit(a.item, b.item))
      .slice(0, limit);
  }

  /**
   * What a and b saw together, what both have from `base` once. Raw counts are exact while nothing was forgotten.
   * @param base the state both grew from; an empty one of the same options when they share nothing
   */
  static merge(a: Association, b: Association, base: Association): Association {
    const made = new Association({
      halfLifeMs: a.#halfLife,
      items: Math.max(a.#capacity, b.#capacity),
      partners: Math.max(a.#maxPartners, b.#maxPartners),
    });
    const names = new Set([...a.#items.keys(), ...b.#items.keys()]);
    for (const name of names) {
      const [mine, theirs, common] = [a, b, base].map((from) => from.#items.peek(name));
      const total = (mine?.total ?? 0) + (theirs?.total ?? 0) - (common?.total ?? 0);
      if (total <= 0) continue;
      const decayed = (pick: (item?: Item) => DecayedCounter | undefined) =>
        DecayedCounter.merge([pick(mine), pick(theirs), pick(common)], a.#halfLife);
      const item = made.#items.touch(name, () => ({
        total,
        decayed: decayed((from) => from?.decayed),
        partners: new Map(),
      }));
      for (const other of new Set([...(mine?.partners.keys() ?? []), ...(theirs?.partners.keys() ?? [])])) {
        const of = (from?: Item) => from?.partners.get(other);
        const together =
          (of(mine)?.together ?? 0) + (of(theirs)?.together ?? 0) - (of(common)?.together ?? 0);
        if (together > 0)
          item.partners.set(other, { together, decayed: decayed((from) => of(from)?.decayed) });
      }
      while (item.partners.size > made.#maxPartners)
        item.partners.delete(made.#weakest(item, item.decayed.at));
    }
    return made;
  }

  write(out: StateWriter): void {
    out.section('association', 1);
    this.#items.write(out, (name, { total, decayed, partners }) => {
      out.string(name).uint(total);
      decayed.write(out);
      out.sorted(partners, (partner) => {
        out.uint(partner.together);
        partner.decayed.write(out);
      });
    });
  }

  read(input: StateReader): void {
    input.section('association', 1);
    this.#items.read(input, () => {
      const name = input.string();
      const total = input.uint();
      const decayed = DecayedCounter.read(input);
      const partners = input.sorted(() => ({ together: input.uint(), decayed: DecayedCounter.read(input) }));
      return [name, { total, decayed, partners }];
    });
  }
}
