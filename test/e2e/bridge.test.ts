/** The bridge: one daemon for many, fast, and no process left behind. */
import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { v1Stdio } from '../clients.js';
import { alive, Sandbox, until } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const open: Sandbox[] = [];
const sandbox = () => {
  const made = new Sandbox();
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const each of open.splice(0)) await each.end();
});

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
