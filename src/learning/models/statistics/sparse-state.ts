/**
 * Arrays that are mostly zero in a snapshot: only what is not zero is written.
 * It exists because hashed tables have room for far more than was seen.
 * Invariant: what is read back equals what was written; positions beyond the last entry are 0.
 */
import { LmcpError } from '../../../errors/index.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { grown } from './feature-slots.js';

export function writeSparse(out: StateWriter, values: Float64Array): void {
  const at: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) at.push(i);
  out.list(at, (i) => out.uint(i).f64(values[i] ?? 0));
}

/** @param width positions are below it, else LMCP_BAD_STATE */
export function readSparse(input: StateReader, width: number): Float64Array<ArrayBuffer> {
  let values = new Float64Array(0);
  for (const [at, value] of input.list((): [number, number] => [input.uint(), input.f64()])) {
    if (at >= width)
      throw new LmcpError('LMCP_BAD_STATE', `Position ${at} lies outside a table of ${width}.`);
    values = grown(values, at + 1);
    values[at] = value;
  }
  return values;
}
