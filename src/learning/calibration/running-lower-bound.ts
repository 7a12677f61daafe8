/**
 * A lower bound of a share that stays valid however often one looks at it.
 * It exists because "right in 95 %" decides who speaks, and is decided anew after every outcome.
 * Invariant: P(ever: the running mean of the conditional probabilities lies below the bound) ≤ error; no stationarity assumed.
 *
 * For a wager λ > 0, exp(λ · right − n · log(1 + p(e^λ − 1))) is at most a martingale of mean 1 while the mean conditional
 * probability so far is at most p (log is concave); a fixed mixture of wagers keeps that, and Ville's inequality bounds how
 * often it ever passes 1 / error. Howard, Ramdas, McAuliffe, Sekhon (Annals of Statistics 2021), section 3.
 */

/** Wagers in log-odds: from "a little better than p" to "never wrong"; doubling, so one is near the best. */
const wagers = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4];

/**
 * Log of the evidence that the share is above p; ≥ log(1 / error) proves it at that error.
 * @param right of n outcomes, in the order they came, however often this is asked
 */
export function logEvidence(right: number, n: number, p: number): number {
  let top = -Infinity;
  const logs = wagers.map((wager) => {
    const log = wager * right - n * Math.log1p(p * Math.expm1(wager));
    if (log > top) top = log;
    return log;
  });
  return top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0) / wagers.length);
}

/** The largest share that is proven, in [0, 1]; 0 while nothing is. @param error e.g. .05, over all time */
export function runningLowerBound(right: number, n: number, error: number): number {
  const enough = -Math.log(error);
  let low = 0;
  let high = n > 0 ? right / n : 0;
  for (let i = 0; i < 40 && high - low > 1e-6; i++) {
    const middle = (low + high) / 2;
    if (logEvidence(right, n, middle) >= enough) low = middle;
    else high = middle;
  }
  return low;
}
