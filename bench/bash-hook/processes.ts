/**
 * One process of the bench: started, fed one event, timed to its end.
 * It exists so that the hook and its floor are started in the same way.
 * Invariant: the time ends when the process has closed its output, which is what an agent waits for.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { socketPath } from '../../src/runtime/paths.js';

export interface Contestant {
  /** Arguments of node. */
  readonly args: readonly string[];
  /** Its standard input in that turn, from 0 on. */
  readonly input: (turn: number) => string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether it must print a decision. */
  readonly stops: boolean;
  /** Least time between two starts, in milliseconds; none when not given. */
  readonly restMs?: number;
}

export interface Quantiles {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
}

const file = fileURLToPath(new URL('../../src/hook/hook.cjs', import.meta.url));
let calls = 0;

/** @param commands asked about in turn */
export function hookOf(
  env: NodeJS.ProcessEnv,
  cwd: string,
  commands: readonly string[],
  more: object = {},
): Contestant {
  const input = (turn: number): string => {
    calls += 1;
    return JSON.stringify({
      session_id: 'bench',
      cwd,
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: commands[turn % commands.length] },
      // One that was told already would not be recorded again.
      tool_use_id: `call-${calls}`,
      ...more,
    });
  };
  const socket = socketPath(env.LMCP_DATA ?? '', env);
  return {
    args: [file, '--socket', socket, '--version', 'bench'],
    input,
    env,
    stops: false,
  };
}

export function timeOf(
  { args, input, env, stops }: Contestant,
  turn = 0,
): Promise<{ ms: number; right: boolean }> {
  const told = input(turn);
  const from = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(told);
  return new Promise((resolve) =>
    child.once('close', () => {
      const right = stops ? /"permissionDecision":"ask"/.test(out) : out === '';
      resolve({ ms: performance.now() - from, right });
    }),
  );
}

/** Nearest rank. */
export function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95) };
}
