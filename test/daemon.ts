/**
 * The built command line, run as a user runs it: daemon, commands, bridges, each in a data folder of its own.
 * It exists so that end-to-end tests touch nothing but what is shipped.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

export const main = join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'main.js');

export interface Started {
  readonly url: string;
  readonly token: string;
  readonly dashboard: string;
  readonly pid: number;
}

/** A private data folder, and everything started on it. */
export class Sandbox {
  readonly data = mkdtempSync(join(tmpdir(), 'lmcp-data-'));
  readonly env: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];

  constructor(env: NodeJS.ProcessEnv = {}) {
    if (!existsSync(main)) throw new Error('dist is missing: npm run build');
    const runtime = mkdtempSync(join(tmpdir(), 'lmcp-run-'));
    this.env = {
      ...process.env,
      XDG_RUNTIME_DIR: runtime,
      LMCP_DATA: this.data,
      LMCP_CONFIG: join(this.data, 'none.toml'),
      ...env,
    };
  }

  /** Starts a daemon in the foreground and waits for its line. */
  async start(repo: string, ...more: string[]): Promise<Started & { readonly child: ChildProcess }> {
    const child = this.spawn(['start', '--json', '--port', '0', '--repo', repo, ...more]);
    const line = await firstLine(child);
    return { ...(JSON.parse(line) as Started), child };
  }

  spawn(args: readonly string[], cwd?: string): ChildProcess {
    const child = spawn(process.execPath, [main, ...args], {
      env: this.env,
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.push(child);
    return child;
  }

  /** Runs a command to its end. */
  run(args: readonly string[], cwd?: string): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [main, ...args],
        { env: this.env, cwd, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
        },
      );
    });
  }

  /** Runs a command with --json and returns what it printed. */
  async json<T>(args: readonly string[], cwd?: string): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--json'], cwd);
    try {
      return JSON.parse(stdout) as T;
    } catch {
      throw new Error(`lmcp ${args.join(' ')} printed no JSON: ${stdout} ${stderr}`);
    }
  }

  async api<T>(daemon: Started, path: string): Promise<T> {
    const response = await fetch(new URL(path, daemon.url), {
      headers: { authorization: `Bearer ${daemon.token}` },
    });
    return (await response.json()) as T;
  }

  async end(): Promise<void> {
    await this.run(['stop']);
    await Promise.all(this.#children.map((child) => ended(child, 'SIGKILL')));
  }
}

/** Makes sandboxes that end after each test of the calling file. */
export function sandboxes(): (env?: NodeJS.ProcessEnv) => Sandbox {
  const open: Sandbox[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.end();
  });
  return (env) => {
    const made = new Sandbox(env);
    open.push(made);
    return made;
  };
}

/** Ends a child, if it has not ended, and waits for it. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await gone;
}

export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const at = out.indexOf('\n');
      if (at >= 0) resolve(out.slice(0, at));
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}: ${out}${err}`)));
  });
}

export async function until(
  what: string,
  look: () => Promise<boolean> | boolean,
  milliseconds = 10_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
