/** The hook as an agent starts it: what it asks, what it prints, and that a missing or broken daemon stops nobody. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformWithEsbuild } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const source = join(import.meta.dirname, 'hook.cts');
let folder: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-hook-'));
  file = join(folder, 'hook.cjs');
  const { code } = await transformWithEsbuild(readFileSync(source, 'utf8'), 'hook.ts', {
    loader: 'ts',
    format: 'cjs',
  });
  writeFileSync(file, code);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Ran {
  readonly code: number | null;
  readonly printed: Record<string, unknown> | null;
}

function hook(event: unknown, args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stdin.end(typeof event === 'string' ? event : JSON.stringify(event));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve({ code, printed: out === '' ? null : JSON.parse(out) })),
  );
}

let sockets = 0;
/** A daemon that keeps what it is told, and answers each connection as it is told to. */
async function daemon(reply: (socket: Socket) => void) {
  sockets += 1;
  const path = join(folder, `s${sockets}`);
  const told: unknown[] = [];
  const server = createServer((socket) => {
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n');
      if (lines.length < 3) return;
      told.push(...lines.slice(0, 2).map((line) => JSON.parse(line)));
      reply(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { path, told };
}

const answering = (result: unknown) => (socket: Socket) => {
  socket.write('{"ok":true,"version":"1","pid":1}\n');
  socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result })}\n`);
};
// Generous, so that a loaded machine does not make the guard silent.
const at = (path: string, timeout = 20_000) => ['--socket', path, '--timeout', `${timeout}`];
const before = {
  session_id: 's1',
  cwd: '/p',
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'rm -rf "$DIR"', description: 'clean' },
  tool_use_id: 't1',
};

describe('hook', () => {
  it('imports node:net and nothing else', () => {
    const code = readFileSync(file, 'utf8');
    expect([...code.matchAll(/require\(([^)]*)\)|\bimport\b\s*[({'"]/g)].map(([, name]) => name)).toEqual([
      '"node:net"',
    ]);
  });

  it.each(['deny', 'ask'] as const)('passes on %s with its reason', async (decision) => {
    const { path, told } = await daemon(answering({ decision, reason: 'Deletes. Safer: rm -rf ./build' }));
    expect(await hook(before, at(path))).toEqual({
      code: 0,
      printed: {
        hookSpecificOutput: {
          hookEventName: 'PreToolUse',
          permissionDecision: decision,
          permissionDecisionReason: 'Deletes. Safer: rm -rf ./build',
        },
      },
    });
    expect(told).toEqual([
      { lmcp: 1, version: 'hook', session: 's1', server: 'bash', cwd: '/p' },
      {
        jsonrpc: '2.0',
        id: 1,
        method: 'lmcp/hook',
        params: {
          command: 'rm -rf "$DIR"',
          cwd: '/p',
          session: 's1',
          call: 't1',
          event: 'before',
          permissionMode: 'default',
        },
      },
    ]);
  });

  it('says nothing when the daemon has nothing to say', async () => {
    const { path } = await daemon(answering({ decision: 'none' }));
    expect(await hook(before, at(path))).toEqual({ code: 0, printed: null });
  });

  it('never passes on "allow": the rules of the client stay in force', async () => {
    const { path } = await daemon(answering({ decision: 'allow', reason: 'x' }));
    expect(await hook(before, at(path))).toEqual({ code: 0, printed: null });
  });

  it.each([
    [
      'PostToolUse',
      { tool_response: { stdout: 'x', interrupted: false }, duration_ms: 12 },
      { exitCode: 0, durationMs: 12 },
    ],
    ['PostToolUse', { tool_response: { interrupted: true } }, { exitCode: null, durationMs: null }],
    [
      'PostToolUse',
      { tool_input: { command: 'npm start', run_in_background: true } },
      { exitCode: null, durationMs: null },
    ],
    [
      'PostToolUseFailure',
      { error: 'Command exited with non-zero status code 127' },
      { exitCode: 127, durationMs: null },
    ],
    [
      'PostToolUseFailure',
      { error: 'Exit code 2\nmake: *** [all] Error 1' },
      { exitCode: 2, durationMs: null },
    ],
    ['PostToolUseFailure', { error: 'timed out' }, { exitCode: null, durationMs: null }],
    [
      'PostToolUseFailure',
      { error: 'Exit code 130', is_interrupt: true },
      { exitCode: null, durationMs: null },
    ],
  ])('captures %s %j', async (name, fields, captured) => {
    const { path, told } = await daemon(answering({}));
    const event = { ...before, hook_event_name: name, ...fields };
    expect(await hook(event, at(path))).toEqual({ code: 0, printed: null });
    expect(told[1]).toMatchObject({ params: { event: 'after', ...captured } });
  });

  it.each([
    ['another tool', { ...before, tool_name: 'Edit' }],
    ['no command', { ...before, tool_input: {} }],
    ['another event', { ...before, hook_event_name: 'Stop' }],
    ['no JSON', 'nonsense'],
    ['nothing', ''],
  ])('asks nobody about %s', async (_, event) => {
    const { path, told } = await daemon(answering({ decision: 'deny' }));
    expect(await hook(event, at(path))).toEqual({ code: 0, printed: null });
    expect(told).toEqual([]);
  });

  it.each([
    ['there is no daemon', () => join(folder, 'none'), /no daemon answers/],
    ['it says nothing in time', async () => (await daemon(() => undefined)).path, /in time/],
    ['it hangs up', async () => (await daemon((socket) => socket.destroy())).path, /closed/],
    ['it talks nonsense', async () => (await daemon((socket) => socket.write('what?\n'))).path, /no JSON/],
    [
      'it refuses',
      async () =>
        (await daemon((socket) => socket.write('{"ok":false,"error":{"message":"Another version."}}\n')))
          .path,
      /Another version/,
    ],
    [
      'it does not know hooks',
      async () =>
        (
          await daemon((socket) =>
            socket.write('{"ok":true}\n{"id":1,"error":{"message":"Unknown method."}}\n'),
          )
        ).path,
      /Unknown method/,
    ],
  ])('fails open and says so when %s', async (_, path, why) => {
    const args = at(await path(), why.source === 'in time' ? 300 : 20_000);
    const { code, printed } = await hook(before, args);
    expect([code, Object.keys(printed ?? {})]).toEqual([0, ['systemMessage']]);
    expect(printed?.systemMessage).toMatch(/^lmcp did not check/);
    expect(printed?.systemMessage).toMatch(why);
    expect(await hook({ ...before, hook_event_name: 'PostToolUse' }, args)).toEqual({
      code: 0,
      printed: null,
    });
  });

  it('asks about a command of 30,000 characters', async () => {
    const { path, told } = await daemon(answering({ decision: 'none' }));
    const command = `echo ${'x'.repeat(30_000)}`;
    await hook({ ...before, tool_input: { command } }, at(path));
    expect(told[1]).toMatchObject({ params: { command } });
  });
});
