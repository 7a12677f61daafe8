/**
 * How far known requests bear on a new one: how near the nearest is, and how much of the new one's words they know.
 * It exists so that a request about something else gets no command, instead of the commonest.
 * Invariant: a function of the request and the model; unknown words weigh as much as the rarest known one.
 */
import type { Neighbours } from './neighbours.js';
import { type Request, stem } from './request.js';
import type { Vocabulary } from './vocabulary.js';

export interface Familiarity {
  /** Cosine with the nearest known request, unknown features counted: 0 to 1. */
  readonly nearness: number;
  /** Share of the telling words that some request holds, by weight; null where no word tells anything. */
  readonly known: number | null;
  /** Known requests at least as near as the floor. */
  readonly near: number;
}

/** Words that every request may hold. */
const common = new Set(
  'a an the all any each every of in on at to from for with by and or as is are be that which whose this these those it its their them there me my our your we us i you please want need how do does can could would like what one so then into also have has having file folder directory command line list show print display find get give see'
    .split(' ')
    .map(stem),
);

/** Of 1,471 held-out requests of one split 9 get no command by these floors; of requests with their letters shuffled some 97 in 100. */
const floor = 0.1;
/** A request none of whose telling words is known must be nearer: this leaves out the longest runs of shuffled letters too. */
const floorUnknown = 0.3;
const leastKnown = 0.12;

export function familiarity(
  features: readonly string[],
  { words }: Request,
  vocabulary: Vocabulary,
  neighbours: Neighbours,
): Familiarity {
  const vector = vocabulary.vector(features);
  const documents = neighbours.arrays.norms.length;
  let [all, read] = [0, 0];
  for (const feature of features) {
    const { weight, known } = vocabulary.weight(feature, documents);
    all += weight ** 2;
    if (known) read += weight ** 2;
  }
  const share = Math.sqrt(read / (all || 1));
  let [best, near] = [0, 0];
  for (const similarity of neighbours.similarities(vector)) {
    best = Math.max(best, similarity);
    if (similarity * share >= floor) near++;
  }
  let [telling, known] = [0, 0];
  for (const word of new Set(words)) {
    if (word.startsWith('<') || common.has(word) || /^\d/.test(word)) continue;
    const about = vocabulary.weight(word, documents);
    telling += about.weight;
    if (about.known) known += about.weight;
  }
  return { nearness: best * share, known: telling === 0 ? null : known / telling, near };
}

/** Whether known requests say anything on this one. */
export function isFamiliar({ nearness, known }: Familiarity): boolean {
  return nearness >= (known !== null && known < leastKnown ? floorUnknown : floor);
}
