/**
 * Runs git as a child process: fixed argument arrays, a hardened environment, time limits and checked exit codes.
 * It exists so that no other file spawns git, and a repository's own configuration cannot run a program or hang us.
 * Invariant: no child outlives its call; a failed, late or aborted git always rejects with a registry error.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { LmcpError } from '../../../../errors/index.js';

/** Where git runs. After inspection `gitDir` is set and no discovery takes place any more. */
export interface GitPlace {
  readonly cwd: string;
  readonly gitDir?: string;
}

export interface GitCall {
  readonly signal?: AbortSignal;
  /** Longest silence of git while we wait for its output, in milliseconds. Default 30,000. */
  readonly silenceMs?: number;
  /** Written to git's standard input, which is then closed. Held in memory: keep it short. */
  readonly input?: string;
}

/** Configuration of the repository or the user that could run a program, ask a question or change the output. */
const hardening = [
  'core.quotePath=false',
  'core.pager=cat',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.attributesFile=/dev/null',
  'core.askPass=',
  'credential.helper=',
  'protocol.allow=never',
  'log.showSignature=false',
  'log.showRoot=true',
  'log.follow=false',
  'diff.orderFile=/dev/null',
  'diff.renameLimit=1000',
  'diff.ignoreSubmodules=none',
].flatMap((pair) => ['-c', pair]);

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_PAGER: 'cat',
  };
}

type GitChild = ChildProcessByStdio<Writable, Readable, Readable>;

function start(place: GitPlace, args: readonly string[], input: string | undefined): GitChild {
  const where = place.gitDir === undefined ? [] : [`--git-dir=${place.gitDir}`];
  const child = spawn('git', ['--no-pager', ...where, ...hardening, ...args], {
    cwd: place.cwd,
    env: environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
  });
  // A git that ends early closes the pipe; its exit code tells why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  return child;
}

/** The first lines of git's message, without the noise of hints. */
function said(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('hint:'));
  return lines.slice(0, 4).join(' ').slice(0, 600);
}

function failure(args: readonly string[], code: number | null, stderr: string): LmcpError {
  if (/dubious ownership/.test(stderr)) {
    return new LmcpError('LMCP_REPOSITORY_OWNER', `git ${args[0]}: ${said(stderr)}`);
  }
  const how = code === null ? 'was killed' : `ended with ${code}`;
  return new LmcpError('LMCP_GIT_FAILED', `git ${args[0]} ${how}: ${said(stderr)}`, {
    data: { exitCode: code },
  });
}

/** Output kept of git's standard error, in characters. */
const stderrKept = 8192;

/**
 * Streams git's standard output; git is paused by the pipe while the consumer is busy.
 * @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED, LMCP_REPOSITORY_OWNER
 */
export async function* streamGit(
  place: GitPlace,
  args: readonly string[],
  call: GitCall = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { signal, silenceMs = 30_000, input } = call;
  if (signal?.aborted) throw new LmcpError('LMCP_CANCELLED', `git ${args[0]} was cancelled`);
  const child = start(place, args, input);
  let stderr = '';
  let broken: LmcpError | undefined;
  const stop = (reason: LmcpError): void => {
    broken ??= reason;
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const onAbort = (): void => stop(new LmcpError('LMCP_CANCELLED', `git ${args[0]} was cancelled`));
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (cause) => {
      stop(new LmcpError('LMCP_GIT_FAILED', `git could not be started: ${cause.message}`, { cause }));
      resolve(null);
    });
    child.once('close', (code) => resolve(code));
  });
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    if (stderr.length < stderrKept) stderr += text;
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  const late = (): void =>
    stop(new LmcpError('LMCP_GIT_TIMEOUT', `git ${args[0]} was silent for ${silenceMs} ms`));
  let timer = setTimeout(late, silenceMs);
  let finished = false;
  try {
    for await (const chunk of child.stdout) {
      clearTimeout(timer);
      yield chunk as Buffer;
      timer = setTimeout(late, silenceMs);
    }
    const code = await ended;
    if (broken) throw broken;
    if (code !== 0) throw failure(args, code, stderr);
    finished = true;
  } catch (error) {
    throw broken ?? error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    if (!finished) child.kill('SIGKILL');
    await ended;
  }
}

/** Runs git and returns its whole output as text. For short answers: everything is held in memory. */
export async function runGit(place: GitPlace, args: readonly string[], call: GitCall = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamGit(place, args, call)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
