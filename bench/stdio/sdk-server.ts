/**
 * Entry: the official SDK v2 as a stdio server with a tool of the same schemas and answer as ours.
 * It exists as the peer: with the SDK every client has a server process of its own.
 * Invariant: told what to answer by its parent, before it reads its stdin.
 */
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Setup } from '../http/servers/setup.js';
import { toolSchemas } from '../http/servers/tool-schemas.js';

process.once('message', ({ tool, result }: Setup) => {
  const { inputSchema, outputSchema } = toolSchemas(tool);
  serveStdio(() => {
    const server = new McpServer({ name: 'peer', version: '1' });
    server.registerTool(tool, { description: tool, inputSchema, outputSchema }, () => ({
      content: [...result.content],
      structuredContent: result.structuredContent,
    }));
    return server;
  });
});
process.on('disconnect', () => process.exit());
