/**
 * The check of a single number at a model's edge.
 * It exists beside `checkFeatures` for models that take one number at a time: series, digests, moments.
 * Invariant: what passes may be squared and summed a billion times and stays finite.
 */
import { LmcpError } from '../../../errors/index.js';
import { limits } from '../classifier.js';

/** @throws LMCP_BAD_FEATURES unless the number is finite and its magnitude at most `limits.magnitude` */
export function finiteNumber(name: string, x: number): void {
  if (typeof x !== 'number' || !(Math.abs(x) <= limits.magnitude))
    throw new LmcpError('LMCP_BAD_FEATURES', `${name} is ${typeof x === 'number' ? x : typeof x}.`);
}

/** @throws LMCP_BAD_FEATURES unless the number is above 0, and finite as above */
export function positiveNumber(name: string, x: number): void {
  if (!(x > 0 && x <= limits.magnitude)) throw new LmcpError('LMCP_BAD_FEATURES', `${name} is ${x}.`);
}
