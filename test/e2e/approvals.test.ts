/** Preview, run, and the word of a person in between: through real clients, over the API, across a crash. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as V2, StreamableHTTPClientTransport as V2Http } from '@modelcontextprotocol/client';
import { Client as V1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1Stdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sandboxMissing } from '../../src/servers/bash/sandbox/needs.js';
import { type AnyClient, callChecked, connectors } from '../clients.js';
import { alive, main, type Sandbox, type Started, sandboxes, until } from '../daemon.js';
import { envelope } from '../http-call.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const missing = sandboxMissing();
const sandbox = sandboxes();
const destructive = 'rm -rf src';

interface Place {
  readonly box: Sandbox;
  readonly root: string;
  readonly daemon: Awaited<ReturnType<Sandbox['start']>>;
}

async function place(env: NodeJS.ProcessEnv = {}): Promise<Place> {
  const box = sandbox(env);
  const repository = new TestRepository();
  repository.commit('begin', ['src/a.ts', 'src/b.ts', 'docs/x.md']);
  // What is committed can be had back; this cannot.
  writeFileSync(join(repository.root, 'src/untracked.ts'), 'new\n');
  const root = realpathSync(repository.root);
  return { box, root, daemon: await box.start(root) };
}

const client = ({ box, root, daemon }: Place): Promise<AnyClient> => {
  const connect = connectors['v2, 2026-07-28, HTTP'];
  if (connect === undefined) throw new Error('no such connector');
  return connect({ sandbox: box, daemon, repo: root, server: 'bash' });
};

interface Ran {
  exitCode: number | null;
  stdout: string;
  audit: string | null;
  sandbox: { program: string; writable: string } | null;
  needsApproval?: { request: string; reason: string; analysis: { level: string } };
}

const run = async (on: AnyClient, args: object) =>
  (await callChecked(on, 'run_command', args)) as unknown as Ran;

async function refused(on: AnyClient, args: object): Promise<string> {
  const result = await on.callTool({ name: 'run_command', arguments: args });
  expect(result.isError).toBe(true);
  return JSON.stringify(result.content);
}

async function asked(on: AnyClient, args: object): Promise<string> {
  const answer = await run(on, args);
  expect(answer).toMatchObject({ exitCode: null, sandbox: null, audit: null });
  const request = answer.needsApproval?.request;
  if (request === undefined) throw new Error(`nobody was to be asked: ${JSON.stringify(answer)}`);
  return request;
}

async function say(
  { box, daemon }: Pick<Place, 'box' | 'daemon'>,
  query: Readonly<Record<string, string>>,
): Promise<{ status: number; text: string }> {
  const url = new URL('/api/approval', daemon.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const person = readFileSync(join(box.env.LMCP_DATA ?? box.data, 'approval-token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${daemon.token}`, 'lmcp-approval': person };
  const response = await fetch(url, { method: 'POST', headers });
  return { status: response.status, text: await response.text() };
}

/** Types of the audit's events, oldest first. */
async function audit({ box, root }: Pick<Place, 'box' | 'root'>): Promise<Record<string, unknown>[]> {
  const types = ['planCreated', 'approvalGranted', 'actionStarted', 'actionFinished', 'commandFinished'];
  const { stdout } = await box.run(['export', '--type', ...types, '--repo', root]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
const kinds = (events: readonly Record<string, unknown>[]) =>
  events.map((event) => Object.keys(event).find((key) => /^(plan|approval|action|command)/.test(key)));

describe.skipIf(missing)(`a command of an agent${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it(verifies('run:preview'), async () => {
    const here = await place();
    const on = await client(here);
    const seen = await callChecked(on, 'preview_command', { command: destructive, cwd: here.root });
    expect(seen).toMatchObject({ exitCode: 0, method: 'overlay', more: 0, folder: here.root });
    expect(
      (seen.diff as { path: string; change: string }[]).map(({ path, change }) => `${change} ${path}`),
    ).toEqual(['deleted src/', 'deleted src/a.ts', 'deleted src/b.ts', 'deleted src/untracked.ts']);
    expect(existsSync(join(here.root, 'src/untracked.ts'))).toBe(true);
    const inside = await callChecked(on, 'preview_command', {
      command: 'echo x > ../docs/y.md',
      cwd: join(here.root, 'src'),
    });
    expect(inside.diff).toMatchObject([{ path: 'docs/y.md', change: 'added' }]);
    await on.close();
  });

  it(verifies('run:approval'), async () => {
    const here = await place();
    const { root, box, daemon } = here;
    const on = await client(here);
    const call = { command: destructive, cwd: root };
    const request = await asked(on, call);
    expect(await asked(on, call), 'the same question is asked once').toBe(request);
    expect(await refused(on, { ...call, approval: request })).toContain('not granted');

    const listed = await box.json<{ approvals: { request: string; command: string; secret?: string }[] }>([
      'approve',
    ]);
    expect(listed.approvals).toMatchObject([{ request, command: destructive, cwd: root }]);
    expect(JSON.stringify(listed)).not.toContain('secret');
    const atNoTerminal = await box.run(['approve', request]);
    expect(atNoTerminal.code).toBe(2);
    expect((await say(here, { request, channel: 'elicitation' })).status).toBe(400);
    expect((await say(here, { request: 'guessed', channel: 'terminal' })).text).toContain('LMCP_APPROVAL');
    const url = new URL(`/api/approval?request=${request}&channel=terminal`, daemon.url);
    const asAgent = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    expect(asAgent.status, 'the clients’ token alone').toBe(403);
    expect(await refused(on, { ...call, approval: request })).toContain('not granted');
    expect(existsSync(join(root, 'src'))).toBe(true);

    expect((await say(here, { request, channel: 'dashboard' })).status).toBe(200);
    expect(await run(on, { ...call, approval: request })).toMatchObject({
      exitCode: 0,
      sandbox: { program: 'bubblewrap', writable: root },
    });
    expect(existsSync(join(root, 'src'))).toBe(false);
    expect(await refused(on, { ...call, approval: request }), 'replayed').toContain('was used');

    for (const other of [
      { command: `${destructive} `, cwd: root },
      { command: destructive, cwd: join(root, 'docs') },
    ]) {
      const { stdout } = await run(on, {
        command: 'mkdir -p src docs/src && touch src/n docs/src/n && echo made',
        cwd: root,
      });
      expect(stdout).toBe('made\n');
      const next = await asked(on, call);
      await say(here, { request: next, channel: 'terminal' });
      expect(await refused(on, { ...other, approval: next })).toMatch(/another (command|folder)/);
      expect(await refused(on, { ...call, approval: next }), 'used up by the attempt').toContain('not known');
      expect(existsSync(join(root, 'src/n'))).toBe(true);
    }
    const no = await asked(on, call);
    expect((await say(here, { request: no, channel: 'terminal', answer: 'no' })).text).toContain('false');
    expect(await refused(on, { ...call, approval: no })).toContain('not known');
    await on.close();
  });

  it('asks before it writes to a folder that the model named, and holds the list small', async () => {
    const here = await place();
    const on = await client(here);
    const other = realpathSync(mkdtempSync(join(tmpdir(), 'lmcp-other-')));
    onTestFinished(() => rmSync(other, { recursive: true, force: true }));
    const call = { command: 'touch made', cwd: other };
    const request = await asked(on, call);
    expect(existsSync(join(other, 'made'))).toBe(false);
    await say(here, { request, channel: 'terminal' });
    expect(await run(on, { ...call, approval: request })).toMatchObject({ sandbox: { writable: other } });
    expect(existsSync(join(other, 'made'))).toBe(true);

    const long = `$UNKNOWN ${'$A '.repeat(30_000)}`;
    expect(await refused(on, { command: long, cwd: here.root })).toContain('too long to be read');
    for (let i = 0; i < 20; i += 1) await asked(on, { command: `$UNKNOWN${i} ${'x '.repeat(5_000)}` });
    const { stdout } = await here.box.run(['approve', '--json']);
    expect(stdout.length).toBeLessThan(20_000);
    await on.close();
  });

  it('runs nothing that became something else while a person was asked', async () => {
    const here = await place();
    const { root } = here;
    const gone = join(root, 'gone');
    mkdirSync(gone);
    const on = await v1Asking(here, () => {
      renameSync(gone, `${gone}.old`);
      symlinkSync(join(root, 'src'), gone);
      return { action: 'accept', content: { run: true } };
    });
    const command = 'rm -rf -- *; $UNKNOWN true';
    expect(await refused(on, { command, cwd: gone })).toContain('another folder');
    expect(existsSync(join(root, 'src/untracked.ts'))).toBe(true);
    await on.close();
  });

  it(verifies('run:elicitation'), async () => {
    const here = await place();
    const { root, daemon } = here;
    const call = { name: 'run_command', arguments: { command: destructive, cwd: root } };
    const messages: string[] = [];
    for (const answer of [{ action: 'decline' }, { action: 'accept', content: { run: false } }] as const)
      for (const connect of [v2Asking, v1Asking]) {
        const on = await connect(here, (message) => {
          messages.push(message);
          return answer;
        });
        const result = await on.callTool(call);
        expect(JSON.stringify(result.content)).toContain('said no');
        await on.close();
      }
    const aside = await v2Asking(here, () => ({ action: 'cancel' }));
    expect((await aside.callTool(call)).structuredContent).toMatchObject({ needsApproval: {} });
    await aside.close();
    expect(messages).toHaveLength(4);
    for (const message of messages) expect(message).toContain(destructive);
    expect(existsSync(join(root, 'src'))).toBe(true);

    // Who was not asked has not answered, whatever key is guessed.
    const { approvals } = await here.box.json<{ approvals: { request: string }[] }>(['approve']);
    const request = approvals[0]?.request ?? '';
    const yes = { action: 'accept', content: { run: true } };
    const inputResponses = { [`approve-${request}`]: yes, approve: yes, 'elicitation-1': yes };
    const forged = await askedRaw(daemon, { ...call, inputResponses });
    expect(forged).toMatchObject({ result: { resultType: 'input_required' } });
    expect(existsSync(join(root, 'src'))).toBe(true);

    for (const connect of [v2Asking, v1Asking]) {
      writeFileSync(join(root, connect.name), '');
      const on = await connect(here, () => ({ action: 'accept', content: { run: true } }));
      const { structuredContent } = await on.callTool({
        ...call,
        arguments: { command: `${destructive} ${connect.name}`, cwd: root },
      });
      expect(structuredContent).toMatchObject({ exitCode: 0 });
      expect(existsSync(join(root, connect.name))).toBe(false);
      await on.close();
    }
    const granted = (await audit(here)).filter((event) => 'approvalGranted' in event);
    expect(granted).toHaveLength(2);
    expect(JSON.stringify(granted)).toContain('"channel":"elicitation"');
  });

  it(verifies('run:audit'), async () => {
    const here = await place();
    const { root, box } = here;
    let on = await client(here);
    const ran = await run(on, { command: 'echo hello > greeting; exit 3', cwd: join(root, 'docs') });
    expect(ran).toMatchObject({ exitCode: 3 });
    const events = await audit(here);
    expect(kinds(events)).toEqual(['actionStarted', 'actionFinished', 'commandFinished']);
    expect(events).toMatchObject([
      { id: ran.audit, actionStarted: { action: ran.audit } },
      { actionFinished: { action: ran.audit, outcome: 'FAILED' } },
      {
        commandFinished: {
          command: 'echo hello > greeting; exit 3',
          cwd: 'docs',
          exitCode: 3,
          branch: 'main',
        },
      },
    ]);

    // Killed while a command runs: nothing of it lives on, and its end is written down as not known.
    const mark = `sleep 61.${Date.now() % 1_000_000}`;
    const cut = on.callTool({
      name: 'run_command',
      arguments: { command: `touch began; ${mark}`, cwd: root, timeoutMs: 90_000 },
    });
    cut.catch(() => undefined);
    await until('it runs', () => existsSync(join(root, 'began')));
    process.kill(here.daemon.pid, 'SIGKILL');
    await until('the daemon is gone', () => !alive(here.daemon.pid));
    await until('the command is gone', () => !commandLines().some((line) => line.includes(mark)));
    const daemon = await box.start(root);
    on = await client({ ...here, daemon });
    expect(await run(on, { command: 'true', cwd: root })).toMatchObject({ exitCode: 0 });
    const after = (await audit(here)).slice(events.length);
    expect(kinds(after)).toEqual([
      'actionStarted',
      'actionFinished',
      'actionStarted',
      'actionFinished',
      'commandFinished',
    ]);
    expect(after[1]).toMatchObject({
      actionFinished: { outcome: 'ERRORED', observed: expect.stringContaining('interrupted') },
    });
    await on.close();
  });

  it(verifies('run:own-doors'), async () => {
    // Not below /tmp: the sandbox has an empty one of its own anyway.
    const data = mkdtempSync(join(homedir(), '.lmcp-own-doors-'));
    onTestFinished(() => rmSync(data, { recursive: true, force: true }));
    const here = await place({ LMCP_DATA: data, XDG_RUNTIME_DIR: data });
    const { root, daemon } = here;
    const on = await client(here);
    const { port } = new URL(daemon.url);
    const token = readFileSync(join(data, 'token'), 'utf8').trim();
    const socket = (JSON.parse(readFileSync(join(data, 'daemon.json'), 'utf8')) as { socket: string }).socket;
    const connect = `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un("${socket}")) and print "connected"'`;
    const command = `cat '${data}/token' '${data}/daemon.json'; ls -A '${data}'; ${connect}; (echo hi > /dev/tcp/127.0.0.1/${port}) && echo reached; env | grep -i ^lmcp; true`;
    const approved = async (network: boolean): Promise<string> => {
      const call = { command, cwd: root, network };
      const first = await run(on, call);
      if (first.needsApproval === undefined) return first.stdout;
      const { request } = first.needsApproval;
      await say(here, { request, channel: 'terminal' });
      return (await run(on, { ...call, approval: request })).stdout;
    };
    expect(await approved(false)).toBe('');
    const withNetwork = await approved(true);
    expect(withNetwork).toBe('reached\n');
    expect(withNetwork).not.toContain(token);
    expect(await refused(on, { command: 'cat token', cwd: data })).toContain('LMCP_PATH_OUTSIDE');
    await on.close();
  });
});

/** A call of a client that says it can ask its user, as bare as it can be. */
async function askedRaw({ url, token }: Started, params: object): Promise<unknown> {
  const capabilities = { elicitation: { form: {} } };
  const _meta = { ...envelope, 'io.modelcontextprotocol/clientCapabilities': capabilities };
  const response = await fetch(new URL('/mcp/bash', url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'run_command',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta } }),
  });
  return response.json();
}

type Answer =
  | { action: 'decline' | 'cancel' }
  | { readonly action: 'accept'; readonly content: { readonly run: boolean } };
type Person = (message: string) => Answer;

/** 2026-07-28 over HTTP: the question comes as a result, the answer with the call again. */
async function v2Asking({ daemon }: Place, person: Person): Promise<AnyClient> {
  const client = new V2(
    { name: 'asking', version: '2' },
    { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setRequestHandler('elicitation/create', async ({ params }) => person(params.message));
  const requestInit = { headers: { authorization: `Bearer ${daemon.token}` } };
  await client.connect(new V2Http(new URL('/mcp/bash', daemon.url), { requestInit }));
  return client as unknown as AnyClient;
}

/** 2025-11-25 over stdio: the question comes while the call runs. */
async function v1Asking({ box, root }: Place, person: Person): Promise<AnyClient> {
  const client = new V1({ name: 'asking', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => person(params.message));
  const env = Object.fromEntries(
    Object.entries(box.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const args = [main, 'stdio', 'bash', '--repo', root];
  await client.connect(new V1Stdio({ command: process.execPath, args, env }));
  return client as unknown as AnyClient;
}

/** Of all processes of this machine. */
function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
    } catch {
      return [];
    }
  });
}
