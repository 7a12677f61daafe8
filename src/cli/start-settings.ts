/**
 * Reads the options of `lmcp start`, before anything is opened.
 * It exists so that a wrong option is told as such, whether or not a daemon runs already.
 * Invariant: what it returns is within range; nothing is written.
 */
import { LmcpError } from '../errors/index.js';
import type { DaemonFile } from '../gateway/daemon-file.js';
import { checkToken } from './token-source.js';

export interface StartOptions {
  readonly port?: string;
  readonly data?: string;
  readonly repo?: string;
  readonly token?: string;
  readonly idleMinutes?: string;
  readonly background?: boolean;
  readonly conformance?: boolean;
  readonly json?: boolean;
}

export interface StartSettings {
  readonly port?: number;
  readonly token?: string;
  readonly idleMinutes?: number;
  /** Lists the conformance server, and serves its endpoint without a token. */
  readonly conformance?: true;
}

/** @throws LMCP_USAGE */
export function startSettings({ port, token, idleMinutes, conformance }: StartOptions): StartSettings {
  return {
    ...(port === undefined ? {} : { port: portIn(port) }),
    ...(token === undefined ? {} : { token: checkToken(token) }),
    ...(idleMinutes === undefined ? {} : { idleMinutes: minutesIn(idleMinutes) }),
    ...(conformance === true ? { conformance } : {}),
  };
}

/** Options that differ from what already runs, by name: it keeps its own. */
export function ignoredBy(running: Pick<DaemonFile, 'url' | 'token'>, settings: StartSettings): string[] {
  const { port, token, idleMinutes, conformance } = settings;
  return [
    ...(port === undefined || port === 0 || port === Number(new URL(running.url).port) ? [] : ['--port']),
    ...(token === undefined || token === running.token ? [] : ['--token']),
    ...(idleMinutes === undefined ? [] : ['--idle-minutes']),
    ...(conformance === undefined ? [] : ['--conformance']),
  ];
}

function portIn(text: string): number {
  const port = numberIn(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new LmcpError(
    'LMCP_USAGE',
    `--port needs a whole number from 0 to 65535, not "${text.slice(0, 40)}".`,
  );
}

function minutesIn(text: string): number {
  const minutes = numberIn(text);
  if (Number.isFinite(minutes) && minutes >= 0) return minutes;
  throw new LmcpError(
    'LMCP_USAGE',
    `--idle-minutes needs a number from 0 upwards, not "${text.slice(0, 40)}".`,
  );
}

/** `Number('')` is 0, which nobody means. */
const numberIn = (text: string) => (text.trim() === '' ? Number.NaN : Number(text));
