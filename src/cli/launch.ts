/**
 * Launches a daemon in the background and hears how its start failed.
 * It exists because a daemon without a terminal can tell its reason to nobody else.
 * Invariant: the daemon outlives its launcher: what it inherits is a file that is already unlinked, never a pipe.
 */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, errors, LmcpError } from '../errors/index.js';
import { logFile } from '../runtime/paths.js';

/** Bytes of what the child wrote that are read. */
const SAID_BYTES = 64 * 1024;

export interface Launched {
  /** Why the child ended; undefined while it runs, and when it ended because another daemon serves already. */
  failure(): LmcpError | undefined;
  /** Stops listening; the daemon goes on. */
  release(): void;
}

/** @param program the script to run, this command line's own unless a test says otherwise. */
export function launchDaemon(data: string, repo: string, program = ownProgram()): Launched {
  const path = join(data, `starting.${process.pid}.out`);
  const said = openSync(path, 'w+', 0o600);
  rmSync(path, { force: true });
  const args = [program, 'start', '--background', '--data', data, '--repo', repo];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', said, said], cwd: data });
  child.unref();
  let failure: LmcpError | undefined;
  child.once('error', (cause) => {
    failure = new LmcpError('LMCP_NO_DAEMON', `The daemon cannot be started: ${cause.message}`, { cause });
  });
  child.once('exit', (code, signal) => {
    if (code !== 0) failure = failureIn(read(said), `ended with ${code ?? signal}`, data);
  });
  return {
    failure: () => failure,
    release: () => {
      child.removeAllListeners();
      closeSync(said);
    },
  };
}

const ownProgram = () => fileURLToPath(new URL('./main.js', import.meta.url));

function read(file: number): string {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, SAID_BYTES));
  return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
}

/** The registry error the child printed as JSON, else the first line that names an error. */
export function failureIn(said: string, how: string, data: string): LmcpError {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines) {
    const error = errorOf(line);
    if (error) return error;
  }
  const words = lines.find((line) => /^[\w ]*error\b[^:(]*: /i.test(line)) ?? lines[0];
  return new LmcpError(
    'LMCP_NO_DAEMON',
    `The daemon ${how} at its start${words === undefined ? '' : `: ${words.trim().slice(0, 300)}`}; see ${logFile(data)}.`,
  );
}

function errorOf(line: string): LmcpError | undefined {
  if (!line.startsWith('{"error":')) return undefined;
  try {
    const { code, message } = (JSON.parse(line) as { error: { code: string; message: string } }).error;
    return code in errors ? new LmcpError(code as ErrorCode, message) : undefined;
  } catch {
    return undefined;
  }
}
