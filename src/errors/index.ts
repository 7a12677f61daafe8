/**
 * The one registry of errors: every failure a user or a client can see has a row in it.
 * It exists so that a code means the same on the wire, in HTTP and on the terminal; it is a leaf that imports no room.
 * Invariant: a code never changes its meaning; a server's fault is never reported as the client's.
 */

export { describeError, isLmcpError, LmcpError } from './lmcp-error.js';
export { type ErrorCode, errors } from './registry.js';
