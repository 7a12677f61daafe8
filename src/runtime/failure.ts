/**
 * How an error crosses threads: its registry code, its detail and its data.
 * It exists so that a caller meets the same LmcpError that the other thread threw.
 * Invariant: what is no registry error arrives as LMCP_INTERNAL; no stack crosses.
 */
import { describeError, type ErrorCode, errors, LmcpError } from '../errors/index.js';

export interface Failure {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly data?: Record<string, unknown>;
}

export function writeFailure(error: unknown): Failure {
  const known = describeError(error);
  return { code: known.code, detail: known.message, ...(known.data ? { data: { ...known.data } } : {}) };
}

/** @param meta a Failure, as it was written. */
export function readFailure(meta: unknown): LmcpError {
  const { code, detail, data } = meta as Failure;
  return new LmcpError(code in errors ? code : 'LMCP_INTERNAL', detail, data ? { data } : undefined);
}
