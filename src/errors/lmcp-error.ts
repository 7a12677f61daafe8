/**
 * The error class every room throws, and how anything thrown is turned into one.
 * It exists so that a catch at a boundary needs no guessing.
 * Invariant: `message` never holds a secret, a stack trace or a path outside the user's own folders.
 */
import { type ErrorCode, errors } from './registry.js';

/** A failure with a row in the registry. `detail` says what went wrong this time; the hint says what to do. */
export class LmcpError extends Error {
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options?: { cause?: unknown; data?: Record<string, unknown> },
  ) {
    super(detail, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LmcpError';
    this.code = code;
    this.data = options?.data;
  }

  get wire(): number {
    return errors[this.code].wire;
  }
  get http(): number {
    return errors[this.code].http;
  }
  get retry(): boolean {
    return errors[this.code].retry;
  }
  get hint(): string {
    return errors[this.code].hint;
  }
}

/** Whether a thrown value is one of ours. */
export function isLmcpError(error: unknown): error is LmcpError {
  return error instanceof LmcpError;
}

/** Turns anything thrown into a registry error; what is not ours becomes LMCP_INTERNAL with the cause kept. */
export function describeError(error: unknown): LmcpError {
  if (isLmcpError(error)) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new LmcpError('LMCP_DISK_FULL', 'No space is left on the disk.', { cause: error });
  return new LmcpError('LMCP_INTERNAL', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}
