/**
 * What the shell's snippet costs a prompt, measured inside the shell by its own clock.
 * It exists because a person feels a slow prompt after every line.
 * Invariant: beside each prompt the same shell forks twice and does nothing: the floor of anything that runs in the background.
 */
import { spawn } from 'node:child_process';
import { hookCommand } from '../../src/cli/hook-command.js';
import { shellSnippet } from '../../src/cli/hook-shell.js';
import { type Quantiles, quantilesOf } from './processes.js';

export interface PromptCost {
  /** Milliseconds of a prompt after a command that is told. */
  readonly told: Quantiles;
  readonly forks: Quantiles;
}

const PROMPTS = 60;

/** The pause lets the hook before finish: people do not type faster. */
const SCRIPT = `for i in {1..${PROMPTS}}; do
  __lmcp_number=other
  a=\${EPOCHREALTIME/[.,]/}; __lmcp_finished; b=\${EPOCHREALTIME/[.,]/}; (: &); c=\${EPOCHREALTIME/[.,]/}
  echo "took $((b - a)) $((c - b))"
  sleep 0.15
done
exit
`;

export async function measurePrompt(env: NodeJS.ProcessEnv, cwd: string): Promise<PromptCost> {
  const snippet = shellSnippet('bash', hookCommand(env.LMCP_DATA));
  const child = spawn('bash', ['--norc', '--noprofile', '-i'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stdin.end(`${snippet}\n${SCRIPT}`);
  await new Promise((resolve) => child.once('close', resolve));
  const rows = [...out.matchAll(/^took (\d+) (\d+)$/gm)];
  const column = (at: 1 | 2) => quantilesOf(rows.map((row) => Number(row[at]) / 1000));
  return { told: column(1), forks: column(2) };
}
