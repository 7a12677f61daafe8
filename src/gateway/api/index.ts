/**
 * The daemon's own HTTP API beside MCP: health, status, learning with progress, one event's way, import, versions, forgetting, approvals, stop.
 * It exists for the command line and the status page; agents use MCP.
 * Invariant: everything but /healthz and the page's empty shell needs the token; failures are JSON with code and hint.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError, LmcpError } from '../../errors/index.js';
import { createGuard } from '../../protocol/index.js';
import { type ApiOptions, type ApiRequest, TextAnswer } from './api-request.js';
import { answerApproval, listApprovals } from './approval.js';
import { backUp } from './backup.js';
import { forget } from './forget.js';
import { isHealthy } from './health.js';
import { importEvents } from './import.js';
import { learn } from './learn.js';
import { metrics } from './metrics.js';
import { listVersions, stepVersion } from './models.js';
import { page } from './page.js';
import { replay, replayAll } from './replay.js';
import { status } from './status.js';

/** Answers with JSON data, a text of another type, or undefined after it has streamed lines. */
type Route = (request: ApiRequest) => Promise<unknown>;

const routes: Readonly<Record<string, Route>> = {
  'GET /metrics': metrics,
  'GET /api/status': status,
  'POST /api/learn': learn,
  'POST /api/import': importEvents,
  'POST /api/backup': backUp,
  'GET /api/models': listVersions,
  'POST /api/models': stepVersion,
  'POST /api/forget': forget,
  'GET /api/approval': listApprovals,
  'POST /api/approval': answerApproval,
  'GET /api/replay': replay,
  'GET /api/replay-all': replayAll,
  'POST /api/stop': async ({ options }) => {
    setImmediate(options.stop);
    return { stopping: true };
  },
};

export function createApi(
  options: ApiOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guard = createGuard({ token: options.token });
  const anyone = createGuard({ token: undefined });
  return async (request, response) => {
    request.resume();
    try {
      const url = parsedUrl(request.url);
      const open = request.method === 'GET' || request.method === 'HEAD';
      const shell = open && (url.pathname === '/' || url.pathname === '/healthz');
      // Host and Origin are checked for everything: a rebinding page must not even learn that we are here.
      const refused = (shell ? anyone : guard)(request.headers);
      if (refused) throw refused;
      if (shell) {
        if (url.pathname === '/') sendPage(response);
        else {
          const healthy = isHealthy(options);
          send(response, healthy ? 200 : 503, { status: healthy ? 'ok' : 'unavailable' });
        }
        return;
      }
      const route = routes[`${request.method} ${url.pathname}`];
      if (!route)
        throw new LmcpError(
          'LMCP_NO_SUCH_PATH',
          `Nothing is served at ${request.method} ${url.pathname.slice(0, 200)}.`,
        );
      const controller = new AbortController();
      response.on('close', () => controller.abort());
      const line = (value: unknown) => {
        if (!response.headersSent)
          response.writeHead(200, { 'content-type': 'application/x-ndjson', ...noStore });
        response.write(`${JSON.stringify(value)}\n`);
      };
      const result = await route({
        options,
        url,
        headers: request.headers,
        signal: controller.signal,
        line,
      });
      if (response.headersSent) response.end();
      else if (result instanceof TextAnswer) sendText(response, result);
      else send(response, 200, result);
    } catch (error) {
      fail(response, error);
    }
  };
}

/** @throws LMCP_INVALID_REQUEST for what is no path, such as `//`. */
function parsedUrl(target: string | undefined): URL {
  const path = target ?? '/';
  try {
    if (path.startsWith('/') && !path.startsWith('//')) return new URL(path, 'http://127.0.0.1');
  } catch {
    // Told below.
  }
  throw new LmcpError('LMCP_INVALID_REQUEST', 'The request target is no path.');
}

const noStore = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function send(response: ServerResponse, http: number, body: unknown): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  response.writeHead(http, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    ...noStore,
  });
  response.end(bytes);
}

function sendText(response: ServerResponse, { text, contentType }: TextAnswer): void {
  response.writeHead(200, { 'content-type': contentType, ...noStore });
  response.end(text);
}

function sendPage(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    ...noStore,
  });
  response.end(page);
}

function fail(response: ServerResponse, error: unknown): void {
  const { code, message, hint, http } = describeError(error);
  const body = { error: { code, message, hint } };
  if (code === 'LMCP_UNAUTHORIZED' && !response.headersSent) response.setHeader('www-authenticate', 'Bearer');
  if (!response.headersSent) send(response, http, body);
  else response.end(`${JSON.stringify(body)}\n`);
}
