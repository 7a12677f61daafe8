/** A command is judged where it would run, by the team's policy, through the official clients. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnyClient, connectors, v1Stdio } from '../clients.js';
import { Sandbox, type Started } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const config = mkdtempSync(join(tmpdir(), 'lmcp-config-'));
const sandbox = new Sandbox({ LMCP_CONFIG: join(config, 'config.toml') });
const repository = new TestRepository();
let daemon: Started;

beforeAll(async () => {
  repository.commit('first', ['src/a.ts', 'src/b.ts']);
  daemon = await sandbox.start(repository.root);
});
afterAll(() => sandbox.end());

interface Answer {
  readonly level: string;
  readonly policy?: readonly { readonly rule: string; readonly source: string; readonly change: string }[];
  readonly policyFaults?: readonly string[];
}

async function analysed(client: AnyClient, command: string, cwd?: string): Promise<Answer> {
  const answer = await client.callTool({
    name: 'analyze_command',
    arguments: { command, ...(cwd && { cwd }) },
  });
  expect(answer.isError ?? false, JSON.stringify(answer.content)).toBe(false);
  return answer.structuredContent as Answer;
}

/** Policies are looked at again after a quarter of a second. */
async function write(path: string, text: string): Promise<void> {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  await sleep(400);
}

describe('analyze_command', () => {
  for (const [name, connect] of Object.entries(connectors))
    it(`${verifies('analyze:here')} ${name}`, async () => {
      const client = await connect({ sandbox, daemon, repo: repository.root, server: 'bash' });
      try {
        repository.git('checkout', '-q', '.');
        expect((await analysed(client, 'git checkout .', repository.root)).level).not.toBe('dangerous');
        writeFileSync(join(repository.root, 'src/a.ts'), 'changed, and not committed\n');
        expect((await analysed(client, 'git checkout .', repository.root)).level).toBe('dangerous');
        expect((await analysed(client, "$'\\x72\\x6d' -rf ~")).level).toBe('dangerous');
        expect((await analysed(client, 'echo "rm -rf /"')).level).toBe('safe');
      } finally {
        await client.close();
      }
    });

  it(verifies('analyze:policy'), async () => {
    const client = (await v1Stdio({
      sandbox,
      repo: repository.root,
      server: 'bash',
    })) as unknown as AnyClient;
    const [user, own] = [join(config, 'policy.toml'), join(repository.root, '.lmcp/policy.toml')];
    const text = [
      '[[rule]]\nname = "no pushes"\ncommand = "git push"\natLeast = "blocked"',
      '[[rule]]\nname = "stashes"\ncommand = "git stash drop"\natMost = "safe"',
    ].join('\n');
    try {
      await write(own, text);
      expect(await analysed(client, 'sudo git push origin x')).toMatchObject({
        level: 'blocked',
        policy: [{ rule: 'no pushes', source: 'repository', change: 'raised' }],
      });
      expect((await analysed(client, 'echo git push')).level).toBe('safe');
      expect((await analysed(client, 'git stash drop')).level).toBe('dangerous');
      const digest = createHash('sha256').update(text).digest('hex');
      await write(user, `[trust]\n"${repository.root}" = "${digest}"\n`);
      expect(await analysed(client, 'git stash drop')).toMatchObject({
        level: 'safe',
        policy: [{ rule: 'stashes', change: 'lowered' }],
      });
      await write(user, '[trust]\n"x" = 1\n');
      const faulty = await analysed(client, 'git stash drop');
      expect(faulty.level).toBe('dangerous');
      expect(faulty.policyFaults?.[0]).toContain(`${user}:2:`);
    } finally {
      await client.close();
    }
  });

  it(verifies('analyze:prompt'), async () => {
    const client = await v1Stdio({ sandbox, repo: repository.root, server: 'bash' });
    try {
      const { prompts } = await client.listPrompts();
      expect(prompts.map(({ name }) => name)).toContain('safer-command');
      const { messages } = await client.getPrompt({
        name: 'safer-command',
        arguments: { command: 'git push --force' },
      });
      expect(JSON.stringify(messages)).toContain('--force-with-lease');
    } finally {
      await client.close();
    }
  });
});
