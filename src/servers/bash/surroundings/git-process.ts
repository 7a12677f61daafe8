/**
 * Runs git to read a repository that may be hostile.
 * It exists because a repository's own configuration can name programs: file system monitors, hooks, filters, transports.
 * Invariant: none of them is started; no lock is taken; output and time are bounded; failure is undefined, never thrown.
 */
import { spawn } from 'node:child_process';

export interface GitRun {
  readonly root: string;
  readonly arguments: readonly string[];
  /** Settings that go before the repository's own. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Above the repository's own (git-config(1), GIT_CONFIG_COUNT). */
const QUIET: Readonly<Record<string, string>> = {
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
  'core.pager': 'cat',
  'protocol.allow': 'never',
  'submodule.recurse': 'false',
};

/** Standard output, or undefined when git failed, was too slow or said too much. */
export function readGit({
  root,
  settings,
  timeoutMs,
  maxBytes,
  ...run
}: GitRun): Promise<Buffer | undefined> {
  if (timeoutMs <= 0) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = spawn('git', ['--no-optional-locks', '--no-pager', ...run.arguments], {
      cwd: root,
      env: environment({ ...QUIET, ...settings }),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (out: Buffer | undefined) => {
      clearTimeout(timer);
      resolve(out);
      if (out === undefined) child.kill('SIGKILL');
    };
    const timer = setTimeout(() => end(undefined), timeoutMs);
    child.stdout.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > maxBytes) end(undefined);
      else parts.push(part);
    });
    child.on('error', () => end(undefined));
    child.on('close', (code) => end(code === 0 ? Buffer.concat(parts) : undefined));
  });
}

/** Ours without what points git elsewhere; the user's global settings stay. */
function environment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('GIT_') || name === 'GIT_CONFIG_GLOBAL' || name === 'GIT_CONFIG_SYSTEM',
  );
  const rows = Object.entries(settings).flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(rows),
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_LITERAL_PATHSPECS: '1',
    LC_ALL: 'C',
  };
}
