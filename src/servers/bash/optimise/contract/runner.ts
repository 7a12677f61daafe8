/**
 * One shell process that runs command line after command line in one folder, each in a bash of its own.
 * It exists because opening a sandbox for each of some 30,000 runs would take longer than the runs.
 * Invariant: only commands given by the caller run; standard input is empty, stderr is dropped, 20 s are the most.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Encloses an argument vector, e.g. in a sandbox where only `folder` can be written. */
export type Enclose = (folder: string, argv: readonly string[]) => readonly [string, ...string[]];

export interface Ran {
  readonly output: Buffer;
  readonly status: number;
}

export interface Runner {
  /** Where commands run. */
  readonly work: string;
  run(command: string): Promise<Ran>;
  close(): Promise<void>;
}

const DRIVER = `while IFS= read -r -d '' command; do
  cd "$1" || exit 9
  timeout -s KILL 20 bash -c "$command" </dev/null >"$2" 2>/dev/null
  printf '%d\\n' "$?"
done`;

/** `folder/work` must exist. */
export function openRunner(folder: string, enclose: Enclose, locale: string): Runner {
  const work = join(folder, 'work');
  const out = join(folder, 'out');
  const [program, ...args] = enclose(folder, ['bash', '-c', DRIVER, 'driver', work, out]);
  const child = spawn(program, args, {
    cwd: work,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: work, LC_ALL: locale },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => child.kill('SIGKILL'));
  return {
    work,
    async run(command) {
      child.stdin.write(`${command}\0`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`the shell ended at: ${command}`);
      return { output: readFileSync(out), status: Number(value) };
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
