/** The bridge: one daemon for many, fast, and no process left behind. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { v1Stdio } from '../clients.js';
import { alive, ended, firstLine, Sandbox, sandboxes, until } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = sandboxes();

describe('lmcp stdio', () => {
  it(verifies('stdio:one-daemon'), async () => {
    const box = sandbox();
    const repo = new TestRepository().withHabits(8).root;
    const clients = await Promise.all(Array.from({ length: 6 }, () => v1Stdio({ sandbox: box, repo })));
    const lists = await Promise.all(clients.map((client) => client.listTools()));
    expect(new Set(lists.map(({ tools }) => tools.length)).size).toBe(1);
    const daemons = spawnSync('pgrep', ['-f', `start --background --data ${box.data}`], {
      encoding: 'utf8',
    }).stdout;
    expect(
      daemons
        .trim()
        .split('\n')
        .filter((line) => line !== ''),
    ).toHaveLength(1);
    await Promise.all(clients.map((client) => client.close()));
  });

  it(verifies('stdio:fast'), async () => {
    const box = sandbox();
    const repo = new TestRepository().withHabits(8).root;
    const timed = async () => {
      const began = performance.now();
      const client = await v1Stdio({ sandbox: box, repo });
      await client.listTools();
      const took = performance.now() - began;
      await client.close();
      return took;
    };
    expect(await timed(), 'without a daemon').toBeLessThan(2_500);
    expect(await timed(), 'with a daemon').toBeLessThan(1_000);
  });

  it('finds the daemon through a symbolic link, by a relative repository, in another environment', async () => {
    const box = sandbox();
    const repo = new TestRepository().withHabits(2).root;
    const { pid } = await box.start(repo);
    const link = join(mkdtempSync(join(tmpdir(), 'lmcp-link-')), 'data');
    symlinkSync(box.data, link);
    const elsewhere = new Sandbox({ XDG_RUNTIME_DIR: '/nonexistent', LMCP_DATA: link });
    const bridge = elsewhere.spawn(['stdio', '--repo', '.'], repo);
    const answer = firstLine(bridge);
    const call = { name: 'related_files', arguments: { paths: ['src/parser.ts'] } };
    for (const message of [
      {
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-11-25',
          capabilities: {},
          clientInfo: { name: 'test', version: '1' },
        },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/call', params: call },
    ])
      bridge.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    expect(JSON.parse(await answer)).toMatchObject({ id: 1, result: {} });
    expect(await firstLine(bridge)).not.toContain('LMCP_NOT_A_REPOSITORY');
    expect((await elsewhere.json<{ pid: number }>(['status'])).pid).toBe(pid);
    await ended(bridge);
  });

  it('tells at once why a daemon does not start in the background', async () => {
    const box = sandbox();
    writeFileSync(join(box.data, 'format.json'), '{"format": 99}');
    const began = performance.now();
    const { code, stderr } = await box.run(['stdio']);
    expect(code).toBe(1);
    expect(stderr).toContain('LMCP_DATA_VERSION');
    expect(stderr).toContain('format 99');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('gets a new daemon while the one before still closes, and past a starter that died', async () => {
    const box = sandbox();
    const repo = new TestRepository().withHabits(2).root;
    const first = await box.start(repo);
    await fetch(new URL('/api/stop', first.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${first.token}` },
    });
    writeFileSync(join(box.data, 'starting.lock'), JSON.stringify({ pid: 999_999_999, started: '' }));
    const bridge = box.spawn(['stdio', '--repo', repo]);
    bridge.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`);
    expect(JSON.parse(await firstLine(bridge))).toMatchObject({ id: 1 });
    expect((await box.json<{ pid: number }>(['status'])).pid).not.toBe(first.pid);
    await ended(bridge);
  });

  it('says that the daemon is of another version', async () => {
    const box = sandbox();
    const repo = new TestRepository().withHabits(2).root;
    await box.start(repo);
    const file = join(box.data, 'daemon.json');
    const daemon = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...daemon, version: '0.0.1' }));
    const warned = /version 0\.0\.1.*lmcp stop/;
    const bridge = box.spawn(['stdio', '--repo', repo]);
    let said = '';
    bridge.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until('the warning', () => warned.test(said));
    await ended(bridge);
    expect((await box.run(['status', '--json'])).stderr).toMatch(warned);
    expect((await box.run(['doctor', '--json', '--repo', repo])).stdout).toContain('LMCP_DAEMON_VERSION');
  });

  it('dies with a client that was killed', async () => {
    const box = sandbox();
    const repo = new TestRepository().withHabits(2).root;
    await box.start(repo);
    // A client that starts the bridge with its own pipes and is then killed: the bridge sees its input end.
    const script = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ${JSON.stringify([(await import('../daemon.js')).main, 'stdio', '--repo', repo])}, { stdio: ['pipe', 'pipe', 'ignore'] });
      console.log(child.pid); setInterval(() => {}, 1000);`;
    const { spawn } = await import('node:child_process');
    const client = spawn(process.execPath, ['-e', script], {
      env: box.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      client.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk))),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(alive(pid)).toBe(true);
    client.kill('SIGKILL');
    await until('the bridge to end', () => !alive(pid), 5_000);
  });
});
