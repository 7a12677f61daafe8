/** A run that nobody approved leaves hooks and settings alone, reaches no socket that lies around, and git goes on working. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxMissing } from './needs.js';
import { run } from './run.js';

const missing = sandboxMissing();
let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lmcp-protected-')));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'a');
  git('config', 'user.email', 'a@b');
  rmSync(join(folder, '.git/hooks'), { recursive: true, force: true });
  for (const name of ['.claude', '.lmcp', '.vscode', 'sub']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, '.mcp.json'), '{}');
  writeFileSync(join(folder, 'a'), '1\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ran = (command: string, protect = true) => run({ command, cwd: folder, folder, protect });

describe.skipIf(missing)(`run, protected${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.each([
    'mkdir -p .git/hooks && echo x > .git/hooks/pre-commit',
    'git config core.hooksPath evil',
    'echo x >> .git/config',
    'mv .git g && cp -r g .git && mkdir -p .git/hooks && echo x > .git/hooks/pre-commit',
    'rm -rf .git/hooks && mkdir .git/hooks',
    'echo x > .claude/settings.json',
    'mv .claude c && mkdir .claude',
    'echo x > .lmcp/policy.toml',
    'echo x > .mcp.json',
    'echo x > n && mv n .mcp.json',
    'ln .mcp.json m && echo x > m',
    'echo x > .vscode/tasks.json',
  ])('refuses %s', async (command) => {
    const before = readFileSync(join(folder, '.git/config'), 'utf8');
    expect((await ran(command)).exitCode).not.toBe(0);
    expect(readFileSync(join(folder, '.git/config'), 'utf8')).toBe(before);
    expect(readFileSync(join(folder, '.mcp.json'), 'utf8')).toBe('{}');
    rmSync(join(folder, 'm'), { force: true });
    rmSync(join(folder, 'n'), { force: true });
    rmSync(join(folder, 'g'), { recursive: true, force: true });
  });

  it('lets git work', async () => {
    const { exitCode, stderr, sandbox } = await ran(
      'git add a && git commit -qm one && git checkout -qb side && echo 2 > a && git commit -qam two && git checkout -q main && git merge -q side && git stash list && git gc -q && cat a',
    );
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(sandbox.made).toEqual([]);
    expect(sandbox.protected).toEqual(
      expect.arrayContaining(['.git/hooks', '.git/config', '.claude', '.lmcp', '.mcp.json', '.vscode']),
    );
  });

  it('tells what was made anew', async () => {
    const { sandbox } = await ran('mkdir .cursor && echo x > .envrc && echo ../g > .git/commondir');
    expect([...sandbox.made].sort()).toEqual(['.cursor', '.envrc', '.git/commondir']);
    for (const name of ['.cursor', '.envrc', '.git/commondir'])
      rmSync(join(folder, name), { recursive: true, force: true });
  });

  it('protects nothing in a run that a person approved', async () => {
    const { exitCode, sandbox } = await ran('echo "# x" >> .git/config && touch .claude/x', false);
    expect({ exitCode, protected: sandbox.protected }).toEqual({ exitCode: 0, protected: [] });
  });

  it('reaches no socket that was renamed after it was bound', async () => {
    const server: Server = createServer((socket) => socket.end('reached\n'));
    await new Promise<void>((resolve) => server.listen(join(folder, 'sub/s1'), resolve));
    try {
      renameSync(join(folder, 'sub/s1'), join(folder, 'sub/s2'));
      const { stdout } = await ran(
        `perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un("sub/s2")) and print "connected"'; echo .`,
      );
      expect(stdout).toBe('.\n');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
