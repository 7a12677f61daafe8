/**
 * Twenty stdio clients of both revisions on one daemon, calls interleaved: every answer reaches the client that asked,
 * with that client's own words in it. The full count is `npm run bench -- stdio`.
 */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from '../daemon.js';
import { envelope } from '../http-call.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const clients = 20;
const calls = Number(process.env.LMCP_MISROUTING_CALLS ?? 500);
const underWay = 8;

const sandbox = new Sandbox();
afterAll(() => sandbox.end());

interface Outcome {
  own: number;
  readonly foreign: string[];
}

/** Sends all calls of one client, some at once; half of the clients speak 2025-11-25. */
function converse(child: ChildProcess, client: number): Promise<Outcome> {
  const stateless = client % 2 === 0;
  const outcome: Outcome = { own: 0, foreign: [] };
  const waiting = new Set<string>();
  let sent = 0;
  const write = (message: object) =>
    child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const send = () => {
    for (; sent < calls && waiting.size < underWay; sent += 1) {
      const id = `client-${client}-call-${sent}`;
      waiting.add(id);
      const call = { name: 'related_files', arguments: { paths: [`marked/${id}.ts`] } };
      write({ id, method: 'tools/call', params: stateless ? { ...call, _meta: envelope } : call });
    }
  };
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`client ${client} ended with ${code}`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const { id, result } = JSON.parse(line) as {
        id: string;
        result?: { structuredContent?: { unknown?: string[] } };
      };
      if (id === 'open') {
        write({ method: 'notifications/initialized' });
        send();
        return;
      }
      const said = result?.structuredContent?.unknown;
      if (waiting.delete(id) && said?.length === 1 && said[0] === `marked/${id}.ts`) outcome.own += 1;
      else outcome.foreign.push(line.slice(0, 500));
      if (outcome.own + outcome.foreign.length === calls) resolve(outcome);
      else send();
    });
    const clientInfo = { name: `client-${client}`, version: '1' };
    if (stateless) send();
    else
      write({
        id: 'open',
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
      });
  });
}

it(
  verifies('stdio:own-answers'),
  async () => {
    const repo = new TestRepository().withHabits(6).root;
    await sandbox.start(repo);
    const children = Array.from({ length: clients }, () => sandbox.spawn(['stdio', '--repo', repo]));
    const outcomes = await Promise.all(children.map(converse));
    expect(outcomes.flatMap(({ foreign }) => foreign)).toEqual([]);
    expect(outcomes.map(({ own }) => own)).toEqual(children.map(() => calls));
  },
  120_000 + calls * 50,
);
