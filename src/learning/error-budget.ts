/**
 * How the error of an always-valid verdict is spread over its restarts.
 * It exists because a record that starts anew after each change would otherwise be given a fresh 5 % every time.
 * Invariant: the shares of all epochs sum to 1, however many follow; and so, apart, do the shares of all starts.
 *
 * A confidence sequence that is started at a stopping time holds from there on whatever made it start (Howard, Ramdas,
 * McAuliffe, Sekhon 2021, section 2), so a false alarm of the detector costs power, never validity; the union bound over
 * the epochs is the weighted one of alpha-spending (Foster and Stine 2008, "Alpha-investing"). One that is dated back to an
 * earlier place of the stream, chosen by looking, holds when every place it could have been has its share.
 */

/** Share of the first epoch: most streams never see a second. */
const first = 0.8;

/** @param epoch from 1 @returns its share of the whole error, in (0, 1): .8, .1, .0333, .0167 … */
export function errorShare(epoch: number): number {
  return epoch <= 1 ? first : (1 - first) / (epoch * (epoch - 1));
}

/** @param start how many values came before it, from 0 @returns its share among all places to start: about 1 / (s · ln² s) */
export function startShare(start: number): number {
  return 1 / Math.log(start + Math.E) - 1 / Math.log(start + 1 + Math.E);
}

/** @param epoch from 1 @returns its share where many restarts are expected: .5, .167, .083, .05 … */
export function evenShare(epoch: number): number {
  return 1 / (epoch * (epoch + 1));
}
