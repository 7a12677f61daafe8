/** Starting, joining, stopping, idling, and what is printed. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alive, ended, firstLine, sandboxes, until } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = sandboxes();

describe('lmcp start', () => {
  it(verifies('start:first-answer'), async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(40);
    const child = box.spawn(['start', '--port', '0'], repository.root);
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    await until('the first answer', () => out.includes('First answer'), 20_000);
    const address = /http\S+\?path=\S+/.exec(out)?.[0] ?? '';
    const page = await fetch(address.split('#')[0] ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('What belongs to a change?');
    expect(out).toContain('best trivial predictor');
    await ended(child, 'SIGINT');
    expect(child.exitCode).toBe(0);
  });

  it(verifies('start:joins'), async () => {
    const box = sandbox();
    const first = await box.start(new TestRepository().withHabits(5).root);
    const other = new TestRepository().withHabits(5);
    const child = box.spawn(['start', '--json'], other.root);
    const joined = JSON.parse(await firstLine(child)) as { pid: number };
    expect(joined.pid).toBe(first.pid);
    const roots = async () => {
      const { workspaces } = await box.json<{ workspaces: { root: string }[] }>(['status']);
      return workspaces.map(({ root }) => root);
    };
    await until('the repository to have joined', async () => (await roots()).includes(other.root));
    const token = 'another-token-of-some-length';
    const text = await box.run(['start', '--port', '1', '--token', token], other.root);
    expect(text.stdout).toContain('already runs');
    expect(text.stdout).toContain(`bearer token: ${join(box.data, 'token')}`);
    expect(text.stderr).toMatch(/--port, --token ignored/);
  });

  it('goes on when the reader of its output goes away, and names no file for a token that was given', async () => {
    const box = sandbox();
    const repository = new TestRepository().withHabits(40);
    const child = box.spawn(['start', '--port', '0', '--token', 'a-token-of-our-own-0'], repository.root);
    await firstLine(child);
    child.stdout?.destroy();
    child.stderr?.destroy();
    const learned = await box.json<{ done: boolean }>(['learn', repository.root]);
    expect(learned.done).toBe(true);
    const { stdout } = await box.run(['status']);
    expect(stdout).toContain('as given with --token');
    expect(child.exitCode).toBeNull();
  });

  it(verifies('stdio:ends'), async () => {
    const config = '[gateway]\nidleMinutes = 0.02\n';
    const { writeFileSync } = await import('node:fs');
    const box = sandbox();
    writeFileSync(join(box.data, 'none.toml'), config);
    const repository = new TestRepository().withHabits(3);
    const bridge = box.spawn(['stdio', '--repo', repository.root]);
    const hello = { jsonrpc: '2.0', id: 1, method: 'ping' };
    bridge.stdin?.write(`${JSON.stringify(hello)}\n`);
    expect(JSON.parse(await firstLine(bridge))).toMatchObject({ id: 1 });
    const { pid } = await box.json<{ pid: number }>(['status']);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(alive(pid), 'the daemon stays while a bridge is connected').toBe(true);
    bridge.stdin?.end();
    await new Promise((resolve) => bridge.once('exit', resolve));
    await until('the idle daemon to end', () => !alive(pid), 8_000);
    expect((await box.run(['status'])).code).toBe(1);
  });
});
