/** What goes wrong on the user's side, and what he is told. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { v1Stdio } from '../clients.js';
import { firstLine, Sandbox, sandboxes } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = sandboxes();

const textOf = (result: unknown) => JSON.stringify(result);

describe('bad input', () => {
  it(verifies('bad-input:repository'), async () => {
    const box = sandbox();
    const nowhere = mkdtempSync(join(tmpdir(), 'lmcp-none-'));
    const client = await v1Stdio({ sandbox: box, repo: nowhere });
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    const refused = await client
      .callTool({ name: 'related_files', arguments: { paths: ['a.ts'] } })
      .catch((error: unknown) => String(error));
    expect(textOf(refused)).toContain('LMCP_NOT_A_REPOSITORY');
    await client.close();

    const learn = await box.run(['learn', nowhere, '--json']);
    expect(learn.code).toBe(1);
    expect(JSON.parse(learn.stdout)).toMatchObject({
      error: { code: 'LMCP_NOT_A_REPOSITORY', hint: expect.any(String) },
    });

    const empty = new TestRepository();
    expect(JSON.parse((await box.run(['learn', empty.root, '--json'])).stdout)).toMatchObject({
      error: { code: 'LMCP_NO_COMMITS' },
    });
    empty.commit('first', ['a.ts']);
    expect(JSON.parse((await box.run(['learn', empty.root, '--json'])).stdout)).toMatchObject({ done: true });

    const full = new TestRepository().withHabits(20);
    const shallow = join(mkdtempSync(join(tmpdir(), 'lmcp-shallow-')), 'clone');
    execFileSync('git', ['clone', '-q', '--depth', '5', `file://${full.root}`, shallow]);
    const doctor = await box.run(['doctor', '--repo', shallow, '--json']);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain('LMCP_SHALLOW_CLONE');
    expect(JSON.parse((await box.run(['learn', shallow, '--json'])).stdout)).toMatchObject({ done: true });
  });

  it(verifies('bad-input:data-folder'), async () => {
    const repo = new TestRepository().withHabits(2).root;
    const old = sandbox();
    writeFileSync(join(old.data, 'format.json'), '{"format": 99}');
    const version = await old.run(['start', '--json', '--port', '0', '--repo', repo]);
    expect(version.code).toBe(1);
    expect(JSON.parse(version.stdout)).toMatchObject({
      error: { code: 'LMCP_DATA_VERSION', hint: expect.any(String) },
    });

    const locked = sandbox();
    writeFileSync(join(locked.data, 'LOCK'), JSON.stringify({ pid: process.pid, token: 'x' }));
    const taken = await locked.run(['start', '--json', '--port', '0', '--repo', repo]);
    expect(JSON.parse(taken.stdout)).toMatchObject({ error: { code: 'LMCP_DATA_LOCKED' } });

    const busy = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => busy.once('listening', resolve));
    const { port } = busy.address() as { port: number };
    const inUse = await sandbox().run(['start', '--json', '--port', String(port), '--repo', repo]);
    expect(inUse.code).toBe(1);
    expect(JSON.parse(inUse.stdout)).toMatchObject({ error: { code: 'LMCP_PORT_IN_USE' } });
    busy.close();

    const stale = sandbox();
    writeFileSync(join(stale.data, 'LOCK'), JSON.stringify({ pid: 999_999_999, token: 'x' }));
    expect((await stale.start(repo)).pid).toBeGreaterThan(0);

    const config = sandbox();
    writeFileSync(join(config.data, 'none.toml'), '[gateway]\nprot = 1\n');
    const wrong = await config.run(['start', '--json', '--port', '0', '--repo', repo]);
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toContain('prot');
  });

  it('is told before a daemon is started, and the doctor writes nothing', async () => {
    const box = sandbox();
    const repository = new TestRepository();
    const code = async (args: string[], cwd?: string) => {
      const { code, stdout } = await box.run([...args, '--json'], cwd);
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      return { exit: code, ...error };
    };
    const usage = { exit: 2, code: 'LMCP_USAGE' };
    expect(await code(['no-such-command'])).toMatchObject(usage);
    expect(await code(['status', '--nope'])).toMatchObject(usage);
    expect(await code(['start', '--token', ''])).toMatchObject(usage);
    expect(await code(['start', '--port', '99999'])).toMatchObject({
      ...usage,
      message: expect.stringContaining('0 to 65535'),
    });
    expect(await code(['import', 'csv', 'x'], repository.root)).toMatchObject(usage);
    expect(await code(['import', 'jsonl', 'nofile'], repository.root)).toMatchObject(usage);
    expect(await code(['learn', '/nope'])).toMatchObject({ exit: 1, code: 'LMCP_NOT_A_REPOSITORY' });
    const inside = join(repository.root, 'inside');
    mkdirSync(inside);
    expect(await box.json(['init', '--dry-run'], inside)).toMatchObject({ root: repository.root });
    repository.commit('first', ['a.ts']);
    expect(await code(['fsck'], repository.root)).toMatchObject({ exit: 1, code: 'LMCP_NO_JOURNAL' });
    expect((await box.run(['doctor', '--repo', repository.root])).code).toBe(0);
    expect(readdirSync(box.data)).toEqual([]);

    const gitless = new Sandbox({ PATH: '/nonexistent' });
    expect((await gitless.run(['doctor'])).stdout).toMatch(/git +LMCP_ENVIRONMENT: git is not on the PATH/);
  });

  it(verifies('cli:json'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(20);
    expect((await box.run(['status', '--json'])).code).toBe(1);
    expect((await box.run(['no-such-command'])).code).toBe(2);
    expect((await box.run(['evaluate', '--task', 'no-such-task', '--json'])).code).toBe(2);
    const file = join(box.data, 'events.jsonl');
    const event = (i: number) =>
      JSON.stringify({
        at: new Date(1.7e12 + i * 1000).toISOString(),
        source: 'agent',
        interactionFinished: { session: 's', tool: i % 2 ? 'Read' : 'Edit', ok: true },
      });
    writeFileSync(file, `${Array.from({ length: 50 }, (_, i) => event(i)).join('\n')}\n`);
    expect(await box.json(['import', 'jsonl', file, '--repo', repository.root])).toMatchObject({
      done: true,
      imported: 50,
    });
    writeFileSync(file, `${event(1)}\n{"at": oops\n${event(2)}\n`);
    const bad = await box.run(['import', 'jsonl', file, '--repo', repository.root, '--json']);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/LMCP_BAD_EVENT.*2/);
    expect(await box.json(['status'])).toMatchObject({
      version: expect.any(String),
      workspaces: [{ events: expect.any(Number) }],
    });
    expect(await box.json(['doctor', '--repo', repository.root])).toMatchObject({
      findings: expect.any(Array),
    });
    expect(await box.json(['init', '--dry-run', '--repo', repository.root])).toMatchObject({
      files: [{ change: 'would-create' }, {}, {}],
    });
    expect(await box.json(['evaluate', '--task', 'co-change', '--repo', repository.root])).toMatchObject({
      n: expect.any(Number),
    });
    expect(await box.json(['stop'])).toMatchObject({ stopped: expect.any(Number) });
    expect(await box.json(['fsck', '--repo', repository.root])).toMatchObject({ damage: null });
    const started = box.spawn(['start', '--json', '--port', '0', '--repo', repository.root]);
    expect(JSON.parse(await firstLine(started))).toMatchObject({
      url: expect.any(String),
      token: expect.any(String),
      dashboard: expect.any(String),
      pid: expect.any(Number),
    });
  });
});
