/**
 * Checks a token a user gives, and says where the running daemon's token is to be found.
 * It exists because the kept token's file is the wrong answer for a daemon started with another.
 * Invariant: never prints a token.
 */
import { readFileSync } from 'node:fs';
import { LmcpError } from '../errors/index.js';
import { tokenFile } from '../runtime/paths.js';

/** Characters below which a token is warned about. */
const SHORTEST = 16;

/**
 * A short token is the user's own choice, on a loopback port; he is told once.
 * @throws LMCP_USAGE for an empty one, or one that no Authorization header can carry (RFC 6750, 2.1).
 */
export function checkToken(token: string, warn: (text: string) => void = toStderr): string {
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token))
    throw new LmcpError('LMCP_USAGE', '--token may hold letters, digits and ._~+/- only, and = at its end.');
  if (token.length < SHORTEST)
    warn(`--token has ${token.length} characters: it can be guessed; take ${SHORTEST} or more.`);
  return token;
}

const toStderr = (text: string) => void process.stderr.write(`${text}\n`);

/** The file that holds the daemon's token, or that there is none. */
export function tokenSource(data: string, token: string): string {
  return keptToken(data) === token ? tokenFile(data) : 'as given with --token';
}

function keptToken(data: string): string | undefined {
  try {
    return readFileSync(tokenFile(data), 'utf8').trim();
  } catch {
    return undefined;
  }
}
