/**
 * The official SDK v1 as a peer, stateless (server and transport made anew for each request, as its example does)
 * or, with the argument `stateful`, one of each a session.
 * It exists because most servers in use are built on it.
 * Invariant: JSON answers, the same tool and schemas as ours; nothing else is checked.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { readJson, type Setup, servePeer } from './setup.js';
import { toolSchemas } from './tool-schemas.js';

const stateful = process.argv[2] === 'stateful';

async function connected(
  { tool, result }: Setup,
  sessionIdGenerator: (() => string) | undefined,
): Promise<StreamableHTTPServerTransport> {
  const { inputSchema, outputSchema } = toolSchemas(tool);
  const server = new McpServer({ name: 'peer', version: '1' });
  server.registerTool(
    tool,
    { description: tool, inputSchema: inputSchema.shape, outputSchema: outputSchema.shape },
    () => ({ content: [...result.content], structuredContent: result.structuredContent }),
  );
  const transport = new StreamableHTTPServerTransport({
    ...(sessionIdGenerator && { sessionIdGenerator }),
    enableJsonResponse: true,
  } as ConstructorParameters<typeof StreamableHTTPServerTransport>[0]);
  await server.connect(transport as Parameters<McpServer['connect']>[0]);
  return transport;
}

servePeer((setup) => {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const answer = async (request: IncomingMessage, response: ServerResponse, body: unknown) => {
    const named = request.headers['mcp-session-id'];
    const known = typeof named === 'string' ? sessions.get(named) : undefined;
    const transport = known ?? (await connected(setup, stateful ? randomUUID : undefined));
    if (!stateful) response.on('close', () => void transport.close());
    await transport.handleRequest(request, response, body);
    if (known === undefined && transport.sessionId !== undefined)
      sessions.set(transport.sessionId, transport);
  };
  return createServer((request, response) => {
    readJson(request, (body) => {
      answer(request, response, body).catch((error: unknown) => response.destroy(error as Error));
    });
  });
});
