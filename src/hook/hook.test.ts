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

function hook(event: unknown, args: readonly string[], node: readonly string[] = []): Promise<Ran> {
  const child = spawn(process.execPath, [...node, file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
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
  socket.write(`${JSON.stringify({ ok: true, version: '1', result })}\n`);
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
      { lmcp: 1, version: 'hook', session: 's1', service: 'hook' },
      {
        client: 'claude-code',
        command: 'rm -rf "$DIR"',
        cwd: '/p',
        session: 's1',
        call: 't1',
        event: 'before',
        permissionMode: 'default',
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
    await expect.poll(() => told[1]).toMatchObject({ event: 'after', client: 'claude-code', ...captured });
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
            socket.write('{"ok":false,"error":{"message":"No service \\"hook\\"."}}\n'),
          )
        ).path,
      /No service/,
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

  it('asks about a command of a million characters', async () => {
    const { path, told } = await daemon(answering({ decision: 'none' }));
    const command = `echo ${'x'.repeat(1_000_000)}`;
    await hook({ ...before, tool_input: { command } }, at(path));
    expect(told[1]).toMatchObject({ command });
  });

  it('makes what could move a cursor or hide text visible, and cuts what is too long', async () => {
    const reason = `a\u001b[2Jb\u202ec\u0007\u009bd\u200be\u{e0041}\nnext line ${'x'.repeat(5000)}`;
    const { path } = await daemon(answering({ decision: 'deny', reason }));
    const { printed } = await hook(before, at(path));
    const said = (printed as { hookSpecificOutput: { permissionDecisionReason: string } }).hookSpecificOutput
      .permissionDecisionReason;
    expect(said).toContain('a\\u{1b}[2Jb\\u{202e}c\\u{7}\\u{9b}d\\u{200b}e\\u{e0041}\nnext line');
    expect(said.length).toBeLessThan(4200);
    const refusing = await daemon((socket) =>
      socket.write(`${JSON.stringify({ ok: false, error: { message: 'x\u001b]0;t\u0007' } })}\n`),
    );
    expect((await hook(before, at(refusing.path))).printed?.systemMessage).toMatch(
      /x\\u\{1b\}\]0;t\\u\{7\}$/,
    );
  });

  it.each([
    ['no object', '7'],
    ['a list', '[1]'],
    ['nothing', 'null'],
    ['fields of other kinds', { ...before, cwd: 7, session_id: {}, tool_use_id: [], permission_mode: null }],
    ['a command of another kind', { ...before, tool_input: { command: ['rm'] } }],
  ])('does not trip over %s', async (_, event) => {
    const { path } = await daemon(answering({ decision: 'none' }));
    expect(await hook(event, at(path))).toEqual({ code: 0, printed: null });
  });

  it('passes on a command with NUL and line ends as they are', async () => {
    const { path, told } = await daemon(answering({ decision: 'none' }));
    const command = 'echo a\0b\nrm -rf ~\r';
    await hook({ ...before, tool_input: { command } }, at(path));
    expect(told[1]).toMatchObject({ command });
  });

  it('refuses an event without end, and says so', async () => {
    const { path, told } = await daemon(answering({ decision: 'none' }));
    const command = 'x'.repeat(17 * 2 ** 20);
    const { code, printed } = await hook({ ...before, tool_input: { command } }, at(path));
    expect([code, printed?.systemMessage]).toEqual([0, expect.stringMatching(/too long/)]);
    expect(told).toEqual([]);
  });

  const refusing = (code: string, rest: (socket: Socket) => void = () => undefined, times = Infinity) => {
    let tries = 0;
    return daemon((socket) => {
      tries += 1;
      if (tries > times) rest(socket);
      else socket.end(`${JSON.stringify({ ok: false, error: { code, message: 'Not now.' } })}\n`);
    });
  };

  it.each(['LMCP_SERVER_DOWN', 'LMCP_OVERLOADED'])('asks again after %s', async (code) => {
    const { path, told } = await refusing(code, answering({ decision: 'deny', reason: 'Deletes.' }), 2);
    expect((await hook(before, at(path))).printed).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny', permissionDecisionReason: 'Deletes.' },
    });
    expect(told).toHaveLength(6);
  });

  it.each([
    ['LMCP_SERVER_DOWN', 3],
    ['LMCP_OVERLOADED', 3],
    ['LMCP_TOO_LARGE', 1],
    ['LMCP_INTERNAL', 1],
  ])('lets the person decide where the daemon goes on saying %s', async (code, tries) => {
    const { path, told } = await refusing(code);
    const { printed } = await hook(before, at(path));
    expect(printed).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'ask',
        permissionDecisionReason: 'lmcp did not check this command: Not now.',
      },
    });
    expect(told).toHaveLength(2 * tries);
    expect((await hook({ ...before, hook_event_name: 'PostToolUse' }, at(path))).printed).toBeNull();
  });

  it('lets the person decide where its time ends between two refusals', async () => {
    const { path } = await refusing('LMCP_OVERLOADED');
    const { printed } = await hook(before, at(path, 700));
    expect(printed).toMatchObject({ hookSpecificOutput: { permissionDecision: 'ask' } });
  });

  it('tries again while the queue of the socket is full', async () => {
    const { path } = await daemon(answering({ decision: 'deny', reason: 'Deletes.' }));
    // As net does when the system says EAGAIN, once.
    const first = `const net = require('node:net'); const connect = net.connect; let tries = 0;
      net.connect = (...args) => {
        if (tries++ > 0) return connect(...args);
        const socket = new net.Socket();
        socket.write = (_, done) => done(new Error('EAGAIN'));
        setImmediate(() => socket.destroy(Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' })));
        return socket;
      };`;
    const preload = join(folder, 'full.cjs');
    writeFileSync(preload, first);
    const { printed } = await hook(before, at(path), ['--require', preload]);
    expect(printed).toMatchObject({ hookSpecificOutput: { permissionDecision: 'deny' } });
  });

  it("reads VS Code's shape, and does not take its success for one", async () => {
    const { path, told } = await daemon(answering({ decision: 'ask', reason: 'Deletes.' }));
    const event = {
      hookEventName: 'PreToolUse',
      sessionId: 'v1',
      cwd: '/p',
      tool_name: 'run_in_terminal',
      tool_input: { command: 'rm -rf src' },
      tool_use_id: 'u1',
    };
    const { printed } = await hook(event, at(path));
    expect(printed).toMatchObject({ hookSpecificOutput: { permissionDecision: 'ask' } });
    expect(told[1]).toMatchObject({ client: 'vscode', session: 'v1', command: 'rm -rf src', call: 'u1' });
    await hook({ ...event, hookEventName: 'PostToolUse', tool_response: 'done' }, at(path));
    await expect.poll(() => told[3]).toMatchObject({ event: 'after', client: 'vscode', exitCode: null });
  });

  it.each([
    ['deny', { permission: 'deny', user_message: 'Deletes.', agent_message: 'Deletes.' }],
    ['ask', { permission: 'ask', user_message: 'Deletes.', agent_message: 'Deletes.' }],
    ['none', {}],
    ['allow', {}],
  ])("answers %s in Cursor's shape", async (decision, printed) => {
    const { path, told } = await daemon(answering({ decision, reason: 'Deletes.' }));
    const event = {
      hook_event_name: 'beforeShellExecution',
      conversation_id: 'c1',
      workspace_roots: ['/p'],
      command: 'rm -rf src',
      cwd: '',
    };
    expect(await hook(event, at(path))).toEqual({ code: 0, printed });
    expect(told[1]).toMatchObject({ event: 'before', client: 'cursor', cwd: '/p', session: 'c1' });
    const after = { ...event, hook_event_name: 'afterShellExecution', output: '', duration: 12.5 };
    expect(await hook(after, at(path))).toEqual({ code: 0, printed: null });
    await expect.poll(() => told[3]).toMatchObject({ event: 'after', exitCode: null, durationMs: 12.5 });
  });

  it('lets Cursor decide by itself when nobody answers', async () => {
    const event = { hook_event_name: 'beforeShellExecution', conversation_id: 'c', command: 'ls', cwd: '/p' };
    expect(await hook(event, at(join(folder, 'none')))).toEqual({ code: 0, printed: {} });
  });

  it.each([
    ['s\0/p\x001\x0025\0false\0', { cwd: '/p', exitCode: 1, durationMs: 25, command: 'false' }],
    ['s\0/a\nb\x000\0\0echo "x\ny" \'|\'\0', { cwd: '/a\nb', exitCode: 0, durationMs: null }],
    ['s\0/p\0x\0-1\0ls\0', { exitCode: null, durationMs: null, command: 'ls' }],
  ])("records what a shell's prompt tells: %j", async (input, captured) => {
    const { path, told } = await daemon(answering(null));
    expect(await hook(input, [...at(path), '--shell'])).toEqual({ code: 0, printed: null });
    await expect.poll(() => told[1]).toMatchObject({ event: 'after', client: 'shell', ...captured });
  });

  it('says nothing of an empty line, nor when there is nobody to tell', async () => {
    const { path, told } = await daemon(answering(null));
    expect(await hook('s\0/p\x000\x001\0  \0', [...at(path), '--shell'])).toEqual({ code: 0, printed: null });
    expect(told).toEqual([]);
    const nobody = [...at(join(folder, 'none')), '--shell'];
    expect(await hook('s\0/p\x000\x001\0ls\0', nobody)).toEqual({ code: 0, printed: null });
  });
});
