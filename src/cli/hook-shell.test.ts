/** The snippets in the real shells, with a recorder in the hook's place: what is told of each line typed, and what is not. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Shell, shellSnippet } from './hook-shell.js';

let folder: string;
let recorder: string;
const record = () => join(folder, 'record');
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'lmcp-shell-')));
  mkdirSync(join(folder, 'src'));
  // A path that needs quoting, as an installation's may.
  recorder = join(folder, "it's a recorder");
  writeFileSync(
    recorder,
    `#!/bin/sh\n{ cat; printf '\\036'; } > "$LMCP_RECORD.$$" && cat "$LMCP_RECORD.$$" >> "$LMCP_RECORD"\n`,
  );
  chmodSync(recorder, 0o755);
});
// A record goes its way in the background: it may still write while its folder is taken away.
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 40, retryDelay: 50 }));

interface Told {
  readonly session: string;
  readonly cwd: string;
  readonly code: string;
  readonly ms: string;
  readonly line: string;
}

function told(): Told[] {
  if (!existsSync(record())) return [];
  return readFileSync(record(), 'utf8')
    .split('\x1e')
    .filter((it) => it !== '')
    .map((it) => {
      const [session = '', cwd = '', code = '', ms = '', line = ''] = it.split('\0');
      return { session, cwd, code, ms, line };
    });
}

const starts: Record<Shell, readonly string[]> = {
  bash: ['--norc', '--noprofile', '-i'],
  zsh: ['-f', '-i'],
  fish: ['--no-config', '-i'],
};

const missing = (shell: Shell) => spawnSync(shell, ['-c', 'true']).status !== 0;

/** Types lines into an interactive shell; `script` gives fish the terminal it insists on. */
async function type(shell: Shell, lines: readonly string[]): Promise<string> {
  const snippet = join(folder, 'snippet');
  writeFileSync(snippet, shellSnippet(shell, [recorder]));
  const env = {
    ...process.env,
    LMCP_RECORD: record(),
    HISTFILE: join(folder, 'history'),
    HOME: folder,
    TERM: 'dumb',
  };
  const args = starts[shell];
  const child =
    shell === 'fish'
      ? spawn('script', ['-qec', `fish ${args.join(' ')}`, '/dev/null'], { cwd: folder, env })
      : spawn(shell, args, { cwd: folder, env });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    out += chunk;
  });
  const all = [`source ${snippet}`, ...lines, 'exit'];
  if (shell === 'fish') {
    // What comes while a command runs belongs to the command.
    for (const line of all) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      child.stdin.write(`${line}\r`);
    }
  } else child.stdin.end(`${all.join('\n')}\n`);
  await new Promise((resolve) => child.once('close', resolve));
  return out;
}

const find = (line: string) => told().find((it) => it.line === line);
const shells = ['bash', 'zsh', 'fish'] as const;

describe.each(shells)('the snippet in %s', (shell) => {
  it.skipIf(missing(shell))('tells of each line: folder, exit code, time, text', async () => {
    const quoted = `echo 'a|b' "c  d" \\\\ '$x' é`;
    await type(shell, ['false', quoted, 'cd src', 'sleep 0.2']);
    await expect.poll(() => told().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
    expect(find('false')).toMatchObject({ cwd: folder, code: '1' });
    expect(find(quoted)).toMatchObject({ cwd: folder, code: '0' });
    expect(find('cd src')).toMatchObject({ cwd: folder, code: '0' });
    const slept = find('sleep 0.2');
    expect(slept).toMatchObject({ cwd: join(folder, 'src'), code: '0' });
    expect(Number(slept?.ms)).toBeGreaterThanOrEqual(200);
    expect(new Set(told().map(({ session }) => session)).size).toBe(1);
    expect(find('false')?.session).toMatch(new RegExp(`^${shell}-\\d+-\\d+$`));
  });

  it.skipIf(missing(shell))(
    'keeps quiet about a leading space, an empty line, and while it is off',
    async () => {
      const off = shell === 'fish' ? 'set -g LMCP_SHELL_HOOK off' : 'LMCP_SHELL_HOOK=off';
      const on = shell === 'fish' ? 'set -e LMCP_SHELL_HOOK' : 'unset LMCP_SHELL_HOOK';
      await type(shell, ['echo one', ' echo secret', '', '', off, 'echo two', on, 'echo three']);
      await expect.poll(() => find('echo three'), { timeout: 10_000 }).toBeDefined();
      const lines = told().map(({ line }) => line);
      expect(lines).toEqual(expect.arrayContaining(['echo one', 'echo three']));
      expect(lines.some((line) => /secret|two/.test(line))).toBe(false);
      expect(lines.filter((line) => line === 'echo one')).toHaveLength(1);
    },
  );

  it.skipIf(missing(shell))('prints nothing, and leaves exit codes and prompts alone', async () => {
    const show = shell === 'fish' ? 'echo "code=$status"' : 'echo "code=$?"';
    const out = await type(shell, ['false', show]);
    expect(out).toContain('code=1');
    // Fish's own prompt shows a failure's code in brackets.
    expect(out).not.toMatch(
      shell === 'fish' ? /has ended|__lmcp|recorder: / : /\[\d+\]|Done|__lmcp|recorder: /,
    );
  });
});

describe('the snippet in bash', () => {
  it('respects HISTCONTROL, takes a command of many lines, and runs beside another prompt command', async () => {
    const lines = ['HISTCONTROL=ignorespace', ' echo secret', 'for i in 1 2; do', 'echo $i', 'done', 'true'];
    const out = await type('bash', ['PROMPT_COMMAND+=("echo other-\\$?")', ...lines, 'false']);
    await expect.poll(() => find('false'), { timeout: 10_000 }).toBeDefined();
    await expect.poll(() => find('for i in 1 2; do echo $i; done'), { timeout: 10_000 }).toBeDefined();
    expect(told().some(({ line }) => line.includes('secret'))).toBe(false);
    expect(out).toContain('other-1');
  });

  it('does nothing in a shell that is not interactive, and once when it is evaluated twice', async () => {
    const snippet = join(folder, 'snippet');
    writeFileSync(snippet, shellSnippet('bash', [recorder]));
    const env = { ...process.env, LMCP_RECORD: record() };
    spawnSync('bash', ['-c', `source '${snippet}'; echo one; echo two`], { env });
    expect(told()).toEqual([]);
    await type('bash', [`source ${snippet}`, 'echo once', 'true']);
    await expect.poll(() => find('true'), { timeout: 10_000 }).toBeDefined();
    expect(told().filter(({ line }) => line === 'echo once')).toHaveLength(1);
  });
});
