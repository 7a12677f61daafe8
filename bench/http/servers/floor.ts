/**
 * The floor: bare node:http that reads a body, parses it, and answers the same JSON with the same headers as ours.
 * It exists as what any Node server pays before it does anything: no token, no routing, no tool, no thread.
 * Invariant: one write an answer; the id is the request's own.
 */
import { createServer } from 'node:http';
import { readJson, servePeer } from './setup.js';

servePeer(({ answer }) => {
  const { result } = JSON.parse(answer) as { result: unknown };
  return createServer((request, response) => {
    readJson(request, (value) => {
      const { id } = value as { id: number };
      const text = JSON.stringify({ jsonrpc: '2.0', result, id });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
  });
});
