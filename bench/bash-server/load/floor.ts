/**
 * The floor: a bare process on a unix socket that parses each line and answers one fixed result.
 * It exists as what any Node server of lines pays before it does anything: no routing, no thread, no tool.
 * Invariant: the preface is accepted, the id is the request's own, the answer is one that ours gave.
 */
import { createServer } from 'node:net';

process.once('message', ({ path, answer }: { path: string; answer: string }) => {
  const { result } = JSON.parse(answer) as { result: unknown };
  const server = createServer((socket) => {
    let rest: string | undefined;
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      let out = '';
      if (rest === undefined) {
        rest = '';
        out = `${JSON.stringify({ ok: true })}\n`;
        chunk = chunk.slice(chunk.indexOf('\n') + 1);
      }
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { id } = JSON.parse(line) as { id: number };
        out += `${JSON.stringify({ jsonrpc: '2.0', result, id })}\n`;
      }
      if (out !== '') socket.write(out);
    });
  });
  server.listen(path, () => process.send?.({ ready: true }));
});
process.on('disconnect', () => process.exit());
