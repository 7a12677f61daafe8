/**
 * Notifications that belong to a request: progress and log messages.
 * It exists so that a client hears only what it asked for, and a chatty handler cannot flood it.
 * Invariant: progress only grows; nothing is sent after the call was cancelled; bounded in number.
 */
import { LmcpError } from '../../errors/index.js';
import { type LogLevel, logLevels } from '../asking.js';
import type { CallRequest, CallSink } from '../call.js';
import { encodeNotification } from '../jsonrpc.js';
import type { Params } from '../message.js';
import type { RequestContext } from '../request-context.js';
import { metaKeys, stateless } from '../revisions/2026-07-28.js';
import type { Cancellation } from './cancellation.js';

/** Notifications of one kind that a call may send; what comes after is dropped. */
const notesLimit = 1000;
const nothing = (): void => undefined;

type Context = RequestContext<unknown>;
type Aborted = Pick<Cancellation, 'aborted'>;

/** Only for a client that gave a token (basic, Progress). */
export function progressOf(meta: Params | undefined, sink: CallSink, cancel: Aborted): Context['progress'] {
  const progressToken = meta?.progressToken;
  if (typeof progressToken !== 'string' && !Number.isSafeInteger(progressToken)) return nothing;
  let last = Number.NEGATIVE_INFINITY;
  let sent = 0;
  return (progress, total, message) => {
    if (!(progress > last) || sent >= notesLimit || cancel.aborted) return;
    last = progress;
    sent += 1;
    sink.notify(encodeNotification('notifications/progress', { progressToken, progress, total, message }));
  };
}

/** From the level that the request (2026-07-28) or the session (2025-11-25; `info` when it set none) names. */
export function logOf(threshold: LogLevel | undefined, sink: CallSink, cancel: Aborted): Context['log'] {
  if (threshold === undefined) return nothing;
  const least = logLevels.indexOf(threshold);
  let sent = 0;
  return (level, data, logger) => {
    if (logLevels.indexOf(level) < least || sent >= notesLimit || cancel.aborted) return;
    sent += 1;
    sink.notify(encodeNotification('notifications/message', { level, ...(logger && { logger }), data }));
  };
}

/** @throws LMCP_INVALID_PARAMS for a level that is none. */
export function thresholdOf(
  { revision, context }: CallRequest,
  meta: Params | undefined,
): LogLevel | undefined {
  if (revision !== stateless) return levelIn(context.logLevel) ?? 'info';
  const wanted = meta?.[metaKeys.logLevel];
  if (wanted === undefined) return undefined;
  const level = levelIn(wanted);
  if (level !== undefined) return level;
  const known = logLevels.join(', ');
  throw new LmcpError('LMCP_INVALID_PARAMS', `\`_meta["${metaKeys.logLevel}"]\` must be one of ${known}.`);
}

function levelIn(value: unknown): LogLevel | undefined {
  return logLevels.find((level) => level === value);
}
