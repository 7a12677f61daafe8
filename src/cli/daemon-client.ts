/**
 * The command line's way to a running daemon: its HTTP API with the token from the daemon's file.
 * It exists so that no command opens the data folder behind the daemon's back.
 * Invariant: failures of the daemon arrive as the registry errors they are.
 */
import { type ErrorCode, errors, LmcpError } from '../errors/index.js';
import { type DaemonFile, findDaemon } from '../gateway/daemon-file.js';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Of a person who answers for a command. */
  readonly approvalToken?: string;
}

/** The daemon of a data folder. @throws LMCP_NO_DAEMON */
export function runningDaemon(data: string): DaemonFile {
  const found = findDaemon(data);
  if (!found) throw new LmcpError('LMCP_NO_DAEMON', `No daemon runs on ${data}.`);
  return found;
}

/** One JSON answer. */
export async function call(daemon: DaemonFile, request: Call): Promise<unknown> {
  const response = await send(daemon, request);
  await throwIfRefused(response);
  const body: unknown = await response.json();
  throwIfError(body);
  return body;
}

/** A stream of JSON lines; ends by throwing when a line is an error. */
export async function* lines(daemon: DaemonFile, request: Call): AsyncGenerator<Record<string, unknown>> {
  const response = await send(daemon, request);
  await throwIfRefused(response);
  if (!response.body) return;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const whole = rest.split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) {
      const value: unknown = JSON.parse(line);
      throwIfError(value);
      yield value as Record<string, unknown>;
    }
  }
  if (rest !== '') throwIfError(JSON.parse(rest));
}

async function send(daemon: DaemonFile, { method, path, query, approvalToken }: Call): Promise<Response> {
  const url = new URL(path, daemon.url);
  for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
  try {
    const headers = {
      authorization: `Bearer ${daemon.token}`,
      ...(approvalToken !== undefined && { 'lmcp-approval': approvalToken }),
    };
    return await fetch(url, { method, headers });
  } catch (cause) {
    throw new LmcpError(
      'LMCP_NO_DAEMON',
      `The daemon (process ${daemon.pid}) does not answer on ${daemon.url}.`,
      { cause },
    );
  }
}

/** What no route answered, such as a request too large for the server, has no error of ours in it. */
async function throwIfRefused(response: Response): Promise<void> {
  if (response.ok) return;
  const text = await response.text();
  const body: unknown = isJson(text) ? JSON.parse(text) : undefined;
  throwIfError(body);
  const { status, statusText } = response;
  const whose = status < 500 ? 'LMCP_INVALID_REQUEST' : 'LMCP_INTERNAL';
  throw new LmcpError(whose, `The daemon answered ${status} ${statusText}.`.replace(' .', '.'));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function throwIfError(body: unknown): void {
  if (typeof body !== 'object' || body === null || !('error' in body)) return;
  const { code, message } = body.error as { code: string; message: string };
  throw new LmcpError(code in errors ? (code as ErrorCode) : 'LMCP_INTERNAL', message);
}
