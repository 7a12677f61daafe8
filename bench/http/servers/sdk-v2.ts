/**
 * The official SDK v2 as a peer: its stateless HTTP handler with JSON answers and a tool of the same schemas and answer.
 * It exists because this handler is what a server author gets by following the official guide; with the argument `lean`
 * the way between node:http and the handler is as short as it can be made, without it as `toNodeHandler` of
 * @modelcontextprotocol/node makes it (body and answer as web streams, an abort signal a request).
 * Invariant: nothing is checked but what the handler checks itself: no token, no limit, no capture.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { readJson, servePeer } from './setup.js';
import { toolSchemas } from './tool-schemas.js';

type Handler = ReturnType<typeof createMcpHandler>;

const addressOf = (request: IncomingMessage) => `http://${request.headers.host}${request.url}`;
const headersOf = (request: IncomingMessage) => new Headers(request.headers as Record<string, string>);

/** The steps of the official adapter. */
async function official(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const abort = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) abort.abort();
  });
  const decoder = new TextDecoder();
  let body = '';
  for await (const chunk of request) body += decoder.decode(chunk as Buffer, { stream: true });
  body += decoder.decode();
  const headers = headersOf(request);
  const made = new Request(addressOf(request), { method: 'POST', headers, signal: abort.signal, body });
  const reply = await handler.fetch(made);
  response.writeHead(reply.status, Object.fromEntries(reply.headers));
  if (reply.body !== null) for await (const chunk of reply.body) response.write(chunk);
  response.end();
}

/** The handler takes a parsed body beside a Request without one. */
function lean(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    readJson(request, (parsedBody) => {
      const made = new Request(addressOf(request), { method: 'POST', headers: headersOf(request) });
      const answer = async () => {
        const reply = await handler.fetch(made, { parsedBody });
        const text = await reply.text();
        response.writeHead(reply.status, {
          'content-type': reply.headers.get('content-type') ?? 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      };
      answer().then(resolve, reject);
    });
  });
}

servePeer(({ tool, result }) => {
  const { inputSchema, outputSchema } = toolSchemas(tool);
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: 'peer', version: '1' });
      server.registerTool(tool, { description: tool, inputSchema, outputSchema }, () => ({
        content: [...result.content],
        structuredContent: result.structuredContent,
      }));
      return server;
    },
    { legacy: 'reject' },
  );
  const answer = process.argv[2] === 'lean' ? lean : official;
  return createServer((request, response) => {
    answer(handler, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
});
