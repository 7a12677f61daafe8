/**
 * A real daemon for a bench: the compiled command line, a data folder and a repository of its own.
 * It exists so that what is measured is what is shipped, with everything on.
 * Invariant: it leaves neither a process nor a folder behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MadeRepository, makeRepository } from './repository.js';

/** The compiled command line beside the compiled bench. */
export const cli = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface BenchDaemon {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly repository: MadeRepository;
  /** Environment that finds this daemon and no other. */
  readonly env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

export interface DaemonSettings {
  /** TOML of the configuration file; defaults when not given. */
  readonly config?: string;
  /** More arguments of `lmcp start`. */
  readonly arguments?: readonly string[];
  /** Arguments of node itself, e.g. --cpu-prof. */
  readonly node?: readonly string[];
}

export async function startBenchDaemon(settings: DaemonSettings = {}): Promise<BenchDaemon> {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-bench-'));
  const repository = makeRepository(join(folder, 'repository'));
  const config = join(folder, 'config.toml');
  writeFileSync(config, settings.config ?? '');
  const env = {
    ...process.env,
    XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'lmcp-bench-run-')),
    LMCP_DATA: join(folder, 'data'),
    LMCP_CONFIG: config,
  };
  const start = ['start', '--json', '--port', '0', '--repo', repository.root];
  const child = spawn(
    process.execPath,
    [...(settings.node ?? []), cli, ...start, ...(settings.arguments ?? [])],
    { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
    rmSync(env.XDG_RUNTIME_DIR, { recursive: true, force: true });
  };
  try {
    const { url, token, pid } = JSON.parse(await firstLine(child)) as {
      url: string;
      token: string;
      pid: number;
    };
    return { pid, url, port: Number(new URL(url).port), token, repository, env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends a child of ours and waits for it. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await gone;
  clearTimeout(patience);
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const at = out.indexOf('\n');
      if (at >= 0) resolve(out.slice(0, at));
    });
    child.once('exit', (code) => reject(new Error(`The daemon ended with ${code}: ${out}`)));
  });
}
