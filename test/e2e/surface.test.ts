/** What the servers list: small enough for an agent's context, plain enough for every client. */
import { encode } from 'gpt-tokenizer/encoding/cl100k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/servers/index.js';
import { Sandbox, type Started } from '../daemon.js';
import { callTool, post } from '../http-call.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = new Sandbox();
let daemon: Started;
beforeAll(async () => {
  daemon = await sandbox.start(new TestRepository().withHabits(3).root);
});
afterAll(() => sandbox.end());

describe('tools/list', () => {
  it(verifies('surface:budget'), async () => {
    for (const { name } of catalogue) {
      const text = await (await post(daemon, `/mcp/${name}`, { method: 'tools/list' })).text();
      const { result } = JSON.parse(text) as { result: { tools: unknown[] } };
      expect(result.tools.length).toBeLessThanOrEqual(10);
      expect(encode(JSON.stringify(result.tools)).length, name).toBeLessThanOrEqual(3_000);
    }
    const combined = (await (await post(daemon, '/mcp', { method: 'tools/list' })).json()) as {
      result: { tools: unknown[] };
    };
    expect(combined.result.tools.length).toBeLessThanOrEqual(20);
  });

  it('uses no keyword that a draft-07 validator reads differently', async () => {
    const text = await (await post(daemon, '/mcp/learning', { method: 'tools/list' })).text();
    const more = await (await post(daemon, '/mcp/development', { method: 'tools/list' })).text();
    expect(text + more).not.toMatch(/prefixItems|unevaluated|dependentSchemas/);
  });

  it(verifies('security:access'), async () => {
    expect(
      (await post(daemon, '/mcp', { method: 'tools/list', headers: { authorization: 'Bearer wrong' } }))
        .status,
    ).toBe(401);
    expect(
      (await post(daemon, '/mcp', { method: 'tools/list', headers: { origin: 'https://evil.example' } }))
        .status,
    ).toBe(403);
    const { request } = await import('node:http');
    const status = await new Promise<number>((resolve, reject) => {
      const { port } = new URL(daemon.url);
      const asked = request(
        {
          port,
          host: '127.0.0.1',
          path: '/api/status',
          headers: { host: 'evil.example', authorization: `Bearer ${daemon.token}` },
        },
        (response) => resolve(response.statusCode ?? 0),
      );
      asked.once('error', reject);
      asked.end();
    });
    expect(status).toBe(403);
    expect((await fetch(new URL('/api/status', daemon.url))).status).toBe(401);
    expect((await fetch(new URL('/api/stop', daemon.url), { method: 'POST' })).status).toBe(401);
  });

  it(verifies('bad-input:calls'), async () => {
    const call = (name: string, args: object) => callTool(daemon, name, args);
    const outside = await call('related_files', { paths: ['../../etc/passwd'] });
    expect(outside.result?.isError).toBe(true);
    expect(outside.result?.content[0]?.text).toContain('LMCP_PATH_OUTSIDE');
    const field = await call('related_files', { paths: ['a'], wrong: 1 });
    expect(JSON.stringify(field)).toContain('wrong');
    expect((await call('no_such_tool', {})).error).toMatchObject({ code: -32602 });
    const receipt = await call('give_feedback', { prediction: '01ARZ3NDEKTSV4RRFFQ69G5FAV', accepted: true });
    expect(receipt.result?.content[0]?.text).toContain('LMCP_UNKNOWN_PREDICTION');
  });
});
