/**
 * The hook as it is installed: `lmcp init` writes it, a shell runs its line, the daemon judges and records.
 * Sources of the shapes: code.claude.com/docs/en/hooks, cursor.com/docs/agent/hooks.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Sandbox, type Started, sandboxes, until } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = sandboxes();
const SETTINGS = '.claude/settings.local.json';
const SHARED = '.claude/settings.json';
/** Each test starts a daemon and tens of processes, on machines that do other things too. */
const timeout = 120_000;
const PATIENCE_MS = 60_000;

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
    line: patient(read(SETTINGS).hooks.PreToolUse[0].hooks[0].command),
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

describe('the installed hook', { timeout }, () => {
  it(verifies('hook:stops'), async () => {
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

  it(verifies('hook:git'), async () => {
    const { box, repository, line } = await installed();
    repository.commit('connected', []);
    // A hook waits some milliseconds for git; where it is later, the worst is assumed.
    await until(
      'git answers in time',
      async () => (await fire(line, about(repository.root, 'git checkout .'), box.env)) === null,
      PATIENCE_MS,
    );
    appendFileSync(join(repository.root, 'src/a.ts'), '// unsaved\n');
    expect(await fire(line, about(repository.root, 'git checkout .'), box.env)).not.toBeNull();
  });

  it(verifies('hook:records'), async () => {
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
    await until('all are there', async () => (await recorded(set)).length === 3, PATIENCE_MS);
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

  it(verifies('hook:outside'), async () => {
    const { box, line, daemon } = await installed();
    const folder = mkdtempSync(join(tmpdir(), 'lmcp-nowhere-'));
    const asked = await fire(line, about(folder, 'rm -rf "$OUT"/*'), box.env);
    expect(asked?.hookSpecificOutput?.permissionDecision).toBe('ask');
    await fire(line, finished(folder, 'ls', 't9'), box.env);
    const { workspaces } = await box.api<{ workspaces: unknown[] }>(daemon, '/api/status');
    expect(workspaces).toHaveLength(1);
  });

  it(verifies('hook:anywhere'), async () => {
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
    // What is too long to be read is asked about: anything may stand at its end. A file's text in a quoted here-document is no command.
    const long = await fire(line, about(root, `echo ${'a'.repeat(2 ** 20)}`), box.env);
    expect(long?.hookSpecificOutput?.permissionDecision).toBe('ask');
    const written = `cat > notes.txt <<'EOF'\n${'a line of text\n'.repeat(20_000)}EOF`;
    expect(await fire(line, about(root, written), box.env)).toBeNull();
    const nul = await fire(line, about(root, `echo a\u0000b; ${destructive}`), box.env);
    expect(nul?.systemMessage).toBeUndefined();
  });

  it(verifies('hook:fails-open'), async () => {
    const { box, repository, line } = await installed();
    await box.run(['stop']);
    const printed = await fire(line, about(repository.root, 'rm -rf /'), box.env);
    expect(Object.keys(printed ?? {})).toEqual(['systemMessage']);
    expect(printed?.systemMessage).toMatch(/did not check this command: no daemon answers/);
  });

  it(verifies('hook:flood'), async () => {
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

describe('lmcp init', { timeout }, () => {
  it(verifies('hook:personal'), async () => {
    const box = sandbox();
    const { root } = new TestRepository();
    const init = (...more: string[]) =>
      box.json<{ hooks: { path: string; change: string }[]; note: string }>([
        'init',
        '--repo',
        root,
        ...more,
      ]);
    const changes = async (...more: string[]) =>
      (await init(...more)).hooks.map(({ path, change }) => `${relative(root, path)} ${change}`);
    const text = (file: string) => readFileSync(join(root, file), 'utf8');
    expect(await changes('--yes')).toEqual([`${SETTINGS} created`, '.cursor/hooks.json created']);
    expect(existsSync(join(root, SHARED))).toBe(false);
    // As an earlier version, or somebody's copy, left it.
    writeFileSync(join(root, SHARED), JSON.stringify({ model: 'x', ...JSON.parse(text(SETTINGS)) }));
    const rest = [`${SETTINGS} unchanged`, '.cursor/hooks.json unchanged'];
    expect(await changes('--dry-run')).toEqual([rest[0], `${SHARED} would-remove`, rest[1]]);
    expect(text(SHARED)).toContain('hook.cjs');
    expect(await changes('--yes')).toEqual([rest[0], `${SHARED} removed`, rest[1]]);
    expect(JSON.parse(text(SHARED))).toEqual({ model: 'x' });
    expect(await changes('--yes')).toEqual(rest);
    expect((await init('--yes')).note).toContain(`git does not ignore ${SETTINGS} and .cursor/hooks.json`);
    writeFileSync(join(root, '.gitignore'), '.claude/*.local.json\n.cursor/\n');
    expect((await init('--yes')).note).not.toContain('git does not ignore');
  });
});

describe('lmcp hook', { timeout }, () => {
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
      what: expect.stringContaining(SETTINGS),
    });
    const file = join(repository.root, SETTINGS);
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

  it(verifies('hook:shells'), async () => {
    const set = await installed();
    const { box, repository } = set;
    const snippet = (await box.run(['hook', '--shell', 'bash'])).stdout;
    const file = join(box.data, 'snippet');
    writeFileSync(file, snippet);
    mkdirSync(join(repository.root, 'sub dir'));
    const bash = spawn('bash', ['--norc', '--noprofile', '-i'], { cwd: repository.root, env: box.env });
    bash.stdin.end(`source ${file}\ncd 'sub dir'\nfalse\n echo hidden\nexit\n`);
    await new Promise((resolve) => bash.once('close', resolve));
    await until(
      'it is recorded',
      async () => (await recorded(set)).some((it) => it.commandFinished.command === 'false'),
      PATIENCE_MS,
    );
    const rows = await recorded(set);
    expect(rows.find((it) => it.commandFinished.command === 'false')).toMatchObject({
      source: 'hook:shell',
      commandFinished: { cwd: 'sub dir', exitCode: 1, branch: 'main' },
    });
    expect(rows.some((it) => it.commandFinished.command.includes('hidden'))).toBe(false);
  });
});
