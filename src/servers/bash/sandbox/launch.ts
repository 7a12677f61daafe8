/**
 * Starts a sandboxed command, collects its bounded output and ends all of its processes.
 * It exists so that preview and run differ in what lies at the folder, and in nothing else.
 * Invariant: when `finished` resolves no process of the command lives; when we die, all of it dies.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { LmcpError } from '../../../errors/index.js';
import type { Limits } from './limits.js';
import { BoundedText } from './output.js';

export interface Finished {
  /** 128 + signal for a killed command, as shells say it; null when it ran out of time. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface Launched {
  /** Of the process that holds the mounts until `release`. */
  readonly pid: number;
  readonly finished: Promise<Finished>;
  /** Lets go of the mounts; resolves when the holder is gone. */
  release(): Promise<void>;
}

/** The script could not make what it should: its first word says what. */
export class SetupFailure extends Error {}

export interface LaunchOptions {
  /** Program and arguments of the holder, which runs `bwrap` and says how it went on descriptor 3. */
  readonly holder: readonly [string, ...string[]];
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Given where no PID namespace ends what a command leaves behind: its process group is ended, and then this is called. */
  readonly endTree?: () => Promise<void>;
}

export function launch(options: LaunchOptions): Launched {
  const {
    holder: [program, ...args],
    limits,
    env,
    signal,
    endTree,
  } = options;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const [, out, err, status, control] = child.stdio as [null, Readable, Readable, Readable, Writable];
  control.on('error', () => undefined);
  const stdout = new BoundedText(out, limits.outputBytes);
  const stderr = new BoundedText(err, limits.outputBytes);
  let timedOut = false;
  let inner: number | undefined;
  const stop = () => end(child, inner);
  const endLeftovers = async () => {
    if (endTree === undefined) return;
    stop();
    await endTree();
  };
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, limits.timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  const told = read(status, (line) => {
    inner ??= /"child-pid": (\d+)/.test(line) ? Number(RegExp.$1) : undefined;
    if (inner !== undefined && (timedOut || signal?.aborted)) stop();
  });
  const finished = Promise.race([told.done, Promise.all([gone, told.ended])])
    .then(endLeftovers)
    .then(() => Promise.all([stdout.ended, stderr.ended]))
    .then((): Finished => {
      if (signal?.aborted)
        throw new LmcpError('LMCP_CANCELLED', 'The command was cancelled; all of it was ended.');
      const setup = /^failed (.*)$/m.exec(told.text)?.[1];
      if (setup !== undefined) throw new SetupFailure(setup);
      const exit = /"exit-code": (\d+)/.exec(told.text)?.[1];
      if (exit === undefined && !timedOut) throw withoutExit(stderr.text);
      return {
        exitCode: timedOut ? null : Number(exit),
        stdout: stdout.text,
        stderr: stderr.text,
        truncated: stdout.truncated || stderr.truncated,
        timedOut,
        durationMs: Math.round(performance.now() - startedAt),
      };
    })
    .finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    });
  return {
    pid: child.pid ?? -1,
    finished,
    release: async () => {
      control.end();
      await gone;
    },
  };
}

/** bwrap tells the exit code of what it has begun: without one it failed before, or was itself ended. */
function withoutExit(said: string): LmcpError {
  return new LmcpError(
    'LMCP_NO_SANDBOX',
    /^(bwrap|unshare|setpriv|sh|env): /m.test(said) || said === ''
      ? `The sandbox could not be made, nothing was run: ${firstLine(said)}`
      : `The sandbox was ended from outside; the command may have run in part: ${firstLine(said)}`,
  );
}

const firstLine = (text: string) => text.trim().split('\n')[0]?.slice(0, 300) || 'it ended without a word.';

/** The first process of the inner PID namespace takes all others along (pid_namespaces(7)). */
function end(child: ChildProcess, inner: number | undefined): void {
  try {
    if (inner !== undefined) process.kill(inner, 'SIGKILL');
    else if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Lines of the status pipe; `done` when the holder says that the command is over. */
function read(stream: Readable, onLine: (line: string) => void) {
  let text = '';
  let over: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    over = resolve;
  });
  const ended = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  stream.setEncoding('utf8');
  stream.on('error', () => undefined);
  stream.on('data', (chunk: string) => {
    text += chunk;
    onLine(text);
    if (/^(over|failed .*)$/m.test(text)) over();
  });
  return {
    done,
    ended,
    get text() {
      return text;
    },
  };
}
