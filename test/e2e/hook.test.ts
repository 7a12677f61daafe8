/**
 * The hook as it is installed: `lmcp init` writes it, a shell runs its line, the daemon judges and records.
 * Sources of the shapes: code.claude.com/docs/en/hooks, cursor.com/docs/agent/hooks.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Sandbox, type Started, sandboxes, until } from '../daemon.js';
import { TestRepository } from '../repository.js';

const sandbox = sandboxes();

interface Printed {
  readonly systemMessage?: string;
  readonly hookSpecificOutput?: {
    readonly permissionDecision: string;
    readonly permissionDecisionReason: string;
  };
  readonly permission?: string;
  readonly agent_message?: string;
}

/** Runs a settings file's line as a client does: through a shell, with one event on its standard input. */
function fire(line: string, event: object, env: NodeJS.ProcessEnv): Promise<Printed | null> {
  const child = spawn('/bin/sh', ['-c', line], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stdin.end(JSON.stringify(event));
  return new Promise((resolve, reject) =>
    child.once('close', (code) =>
      code === 0
        ? resolve(out === '' ? null : JSON.parse(out))
        : reject(new Error(`ended with ${code}: ${out}`)),
    ),
  );
}

const about = (cwd: string, command: string, more: object = {}) => ({
  session_id: 'agent-1',
  cwd,
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command },
  tool_use_id: 'call-1',
  ...more,
});
const finished = (cwd: string, command: string, call: string, more: object = {}) =>
  about(cwd, command, { hook_event_name: 'PostToolUse', tool_use_id: call, tool_response: {}, ...more });

interface Set {
  readonly box: Sandbox;
  readonly repository: TestRepository;
  readonly daemon: Started;
  /** The line that `lmcp init` wrote, by file. */
  readonly line: string;
  readonly cursorLine: string;
}

async function installed(): Promise<Set> {
  const box = sandbox();
  const repository = new TestRepository();
  repository.commit('first', ['src/a.ts', 'README.md']);
  const daemon = await box.start(repository.root);
  await box.json(['init', '--yes', '--repo', repository.root]);
  // A machine under load takes its time: what is tested is the answer.
  const patient = (line: string) => `${line} --timeout 30000`;
  const read = (file: string) => JSON.parse(readFileSync(join(repository.root, file), 'utf8'));
  return {
    box,
    repository,
    daemon,
    line: patient(read('.claude/settings.json').hooks.PreToolUse[0].hooks[0].command),
    cursorLine: patient(read('.cursor/hooks.json').hooks.beforeShellExecution[0].command),
  };
}

interface Recorded {
  readonly id: string;
  readonly source: string;
  readonly commandFinished: Readonly<Record<string, unknown>> & { readonly command: string };
}

async function recorded({ box, repository }: Pick<Set, 'box' | 'repository'>): Promise<Recorded[]> {
  const { stdout } = await box.run(['export', '--repo', repository.root, '--type', 'commandFinished']);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"id"'))
    .map((line) => JSON.parse(line));
}

describe('the installed hook', () => {
  it('stops what destroys, with its reason and the safer form, and nothing else', async () => {
    const { box, repository, line, cursorLine } = await installed();
    const { root } = repository;
    appendFileSync(join(root, 'src/a.ts'), '// unsaved\n');
    const reset = await fire(line, about(root, 'git reset --hard'), box.env);
    expect(reset?.hookSpecificOutput).toMatchObject({
      permissionDecision: 'ask',
      permissionDecisionReason: expect.stringMatching(/^lmcp: dangerous\. .*uncommitted/),
    });
    const bypass = { permission_mode: 'bypassPermissions' };
    const unset = await fire(line, about(root, 'rm -rf "$OUT"/*', bypass), box.env);
    expect(unset?.hookSpecificOutput).toMatchObject({
      permissionDecision: 'deny',
      permissionDecisionReason: expect.stringMatching(/Safer: rm -rf "\$\{OUT:\?\}"\/\*/),
    });
    const shell = {
      hook_event_name: 'beforeShellExecution',
      conversation_id: 'c',
      command: 'rm -rf "$OUT"/*',
      cwd: root,
    };
    expect(await fire(cursorLine, shell, box.env)).toMatchObject({
      permission: 'ask',
      agent_message: expect.stringContaining('Safer:'),
    });
    for (const command of ['git status', 'echo "rm -rf /"', 'npm test', 'rm -rf node_modules'])
      expect([command, await fire(line, about(root, command), box.env)]).toEqual([command, null]);
  });

  it('lets git decide: what would lose nothing is not stopped', async () => {
    const { box, repository, line } = await installed();
    repository.commit('connected', []);
    expect(await fire(line, about(repository.root, 'git checkout .'), box.env)).toBeNull();
    appendFileSync(join(repository.root, 'src/a.ts'), '// unsaved\n');
    await until('the change is seen', async () => {
      return (await fire(line, about(repository.root, 'git checkout .'), box.env)) !== null;
    });
  });

  it('records what ran: once a call, redacted, where and how it ended, for the learners to learn', async () => {
    const set = await installed();
    const { box, repository, line } = set;
    const { root } = repository;
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    const events = [
      finished(root, 'npm test', 't1', { duration_ms: 1500 }),
      finished(root, 'npm test', 't1'),
      finished(join(root, 'src'), `curl -H "Authorization: Bearer ${secret}" localhost`, 't2'),
      finished(root, 'make', 't3', { hook_event_name: 'PostToolUseFailure', error: 'Exit code 2\nno rule' }),
    ];
    for (const event of events) expect(await fire(line, event, box.env)).toBeNull();
    await until('all are there', async () => (await recorded(set)).length === 3);
    const [test, curl, make] = await recorded(set);
    expect(test).toMatchObject({
      source: 'hook:claude-code',
      commandFinished: {
        session: 'agent-1',
        command: 'npm test',
        exitCode: 0,
        duration: '1.500s',
        branch: 'main',
      },
    });
    expect(curl?.commandFinished).toMatchObject({ cwd: 'src', exitCode: 0 });
    expect(curl?.commandFinished.command).not.toContain(secret);
    expect(make?.commandFinished).toMatchObject({ command: 'make', exitCode: 2 });
    const replayed = await box.json<{ stations: { station: string }[] }>([
      'replay',
      '--event',
      test?.id ?? '',
      '--repo',
      root,
    ]);
    const stations = replayed.stations.map(({ station }) => station).join('\n');
    expect(stations).toMatch(/learner bash\/next-command/);
  });

  it('guards a folder in no repository, and records nothing there', async () => {
    const { box, line, daemon } = await installed();
    const folder = mkdtempSync(join(tmpdir(), 'lmcp-nowhere-'));
    const asked = await fire(line, about(folder, 'rm -rf "$OUT"/*'), box.env);
    expect(asked?.hookSpecificOutput?.permissionDecision).toBe('ask');
    await fire(line, finished(folder, 'ls', 't9'), box.env);
    const { workspaces } = await box.api<{ workspaces: unknown[] }>(daemon, '/api/status');
    expect(workspaces).toHaveLength(1);
  });

  it('guards wherever and whoever: odd folders, odd sessions, long commands', async () => {
    const { box, repository, line } = await installed();
    const { root } = repository;
    const destructive = 'rm -rf "$OUT"/*';
    const folders = [
      join(root, 'gone/away'),
      join(root, 'README.md'),
      join(root, 'a\nb'),
      'x\u0000y',
      undefined,
    ];
    for (const cwd of [...folders, `/${'x'.repeat(100_000)}`]) {
      const printed = await fire(line, { ...about('', destructive), cwd }, box.env);
      expect([cwd?.slice(0, 100), printed?.hookSpecificOutput?.permissionDecision]).toEqual([
        cwd?.slice(0, 100),
        'ask',
      ]);
    }
    for (const session_id of ['x'.repeat(5000), '\u001b[2J\n\u0000', '', 7]) {
      const printed = await fire(line, { ...about(root, destructive), session_id }, box.env);
      expect(printed?.hookSpecificOutput?.permissionDecision).toBe('ask');
    }
    expect(await fire(line, about(root, `echo ${'a'.repeat(2 ** 20)}`), box.env)).toBeNull();
    const nul = await fire(line, about(root, `echo a\u0000b; ${destructive}`), box.env);
    expect(nul?.systemMessage).toBeUndefined();
  });

  it('says what it did not check when there is no daemon, and stops nothing', async () => {
    const { box, repository, line } = await installed();
    await box.run(['stop']);
    const printed = await fire(line, about(repository.root, 'rm -rf /'), box.env);
    expect(Object.keys(printed ?? {})).toEqual(['systemMessage']);
    expect(printed?.systemMessage).toMatch(/did not check this command: no daemon answers/);
  });

  it('does not starve the others: a thousand checks at once, and a tool answers meanwhile', async () => {
    const { box, repository, daemon, line } = await installed();
    const socket = /--socket (\S+)/.exec(line)?.[1] ?? '';
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    const question = { event: 'before', client: 'claude-code', command: 'git status', cwd: repository.root };
    const preface = { lmcp: 1, version: '1', session: 'loop', service: 'hook' };
    const ask = () =>
      new Promise<{ ok: boolean; error?: { code: string } }>((resolve, reject) => {
        const connection = connect(socket);
        let out = '';
        connection.on('data', (chunk) => {
          out += chunk;
        });
        connection.on('error', reject);
        connection.on('close', () => resolve(JSON.parse(out)));
        connection.write(`${JSON.stringify(preface)}\n${JSON.stringify({ ...question, session: 'loop' })}\n`);
      });
    // Two hundred at a time: more than may be under way at once wait in the queue of the socket itself.
    const asked = Array.from({ length: 200 }, async () => {
      const answers = [];
      for (let i = 0; i < 5; i += 1) answers.push(await ask());
      return answers;
    });
    const status = await box.api<{ version: string }>(daemon, '/api/status');
    expect(status.version).toEqual(expect.any(String));
    const answers = (await Promise.all(asked)).flat();
    const codes = new Set(answers.map(({ ok, error }) => (ok ? 'ok' : error?.code)));
    expect([...codes].filter((code) => code !== 'ok' && code !== 'LMCP_OVERLOADED')).toEqual([]);
    expect(codes).toContain('ok');
    expect(await ask()).toMatchObject({ ok: true });
  });
});

describe('lmcp hook', () => {
  it('runs by hand, prints settings, and refuses what it does not know', async () => {
    const { box, repository, line } = await installed();
    const child = box.spawn(['hook'], repository.root);
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += chunk;
    });
    child.stdin?.end(JSON.stringify(about(repository.root, 'rm -rf "$OUT"/*')));
    await new Promise((resolve) => child.once('close', resolve));
    expect(JSON.parse(out)).toMatchObject({ hookSpecificOutput: { permissionDecision: 'ask' } });
    expect((await box.run(['hook', '--settings'])).stdout).toContain(line.replace(/ --timeout.*/, ''));
    expect(JSON.parse((await box.run(['hook', '--settings', 'cursor'])).stdout)).toMatchObject({
      version: 1,
    });
    expect((await box.run(['hook', '--settings', 'vi'])).code).toBe(2);
    expect((await box.run(['hook', '--shell', 'csh'])).code).toBe(2);
  });

  it('is named by doctor: absent, installed, stale', async () => {
    const { box, repository } = await installed();
    const HOME = mkdtempSync(join(tmpdir(), 'lmcp-home-'));
    const { XDG_RUNTIME_DIR } = box.env as { XDG_RUNTIME_DIR: string };
    const other = sandbox({ HOME, LMCP_DATA: box.data, XDG_RUNTIME_DIR });
    const guard = async (repo: string) => {
      const { findings } = await other.json<{ findings: { check: string; ok: boolean; what: string }[] }>([
        'doctor',
        '--repo',
        repo,
      ]);
      return findings.find(({ check }) => check === 'shell guard');
    };
    expect(await guard(repository.root)).toMatchObject({
      ok: true,
      what: expect.stringContaining('settings.json'),
    });
    const file = join(repository.root, '.claude/settings.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('hook.cjs', '../gone/hook/hook.cjs'));
    expect(await guard(repository.root)).toMatchObject({
      ok: false,
      what: expect.stringContaining('LMCP_STALE_HOOK'),
    });
    const bare = new TestRepository();
    bare.commit('first', ['a']);
    expect(await guard(bare.root)).toMatchObject({ ok: true, what: expect.stringMatching(/^not installed/) });
    await box.json(['init', '--yes', '--no-hooks', '--repo', bare.root]);
    expect(await guard(bare.root)).toMatchObject({ what: expect.stringMatching(/^not installed/) });
  });

  it('makes a real shell tell of what was typed', async () => {
    const set = await installed();
    const { box, repository } = set;
    const snippet = (await box.run(['hook', '--shell', 'bash'])).stdout;
    const file = join(box.data, 'snippet');
    writeFileSync(file, snippet);
    mkdirSync(join(repository.root, 'sub dir'));
    const bash = spawn('bash', ['--norc', '--noprofile', '-i'], { cwd: repository.root, env: box.env });
    bash.stdin.end(`source ${file}\ncd 'sub dir'\nfalse\n echo hidden\nexit\n`);
    await new Promise((resolve) => bash.once('close', resolve));
    await until('it is recorded', async () =>
      (await recorded(set)).some((it) => it.commandFinished.command === 'false'),
    );
    const rows = await recorded(set);
    expect(rows.find((it) => it.commandFinished.command === 'false')).toMatchObject({
      source: 'hook:shell',
      commandFinished: { cwd: 'sub dir', exitCode: 1, branch: 'main' },
    });
    expect(rows.some((it) => it.commandFinished.command.includes('hidden'))).toBe(false);
  });
});
