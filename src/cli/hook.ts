/**
 * `lmcp hook`: runs the agent's hook by hand, or prints the settings that make an agent run it.
 * It exists because the hook itself knows no paths: it is one file that imports only node:net.
 * Invariant: what is printed names the socket of this data folder and the hook of this very installation.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dataFolder, socketPath } from '../runtime/paths.js';
import { packageVersion } from './version.js';

export interface HookOptions {
  readonly data?: string;
  /** Print the `hooks` object of Claude Code's settings.json instead. */
  readonly settings?: boolean;
}

const EVENTS = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure'] as const;
/** The client waits at most so many seconds; the hook itself gives up after 0.4. */
const TIMEOUT_SECONDS = 5;

export async function hook(options: HookOptions): Promise<void> {
  const words = hookCommand(options.data);
  if (options.settings) {
    process.stdout.write(`${JSON.stringify({ hooks: hookSettings(options.data) }, null, 2)}\n`);
    return;
  }
  const [program, ...args] = words;
  const child = spawn(program, args, { stdio: 'inherit' });
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
}

/** Program and arguments: Node itself, since a wrapper would cost as much as the hook. */
export function hookCommand(data: string | undefined): [string, ...string[]] {
  const file = fileURLToPath(new URL('../hook/hook.cjs', import.meta.url));
  return [process.execPath, file, '--socket', socketPath(dataFolder(data)), '--version', packageVersion()];
}

/** What `lmcp init` merges into `.claude/settings.json` (code.claude.com/docs/en/hooks). */
export function hookSettings(data: string | undefined): Record<string, unknown> {
  const command = hookCommand(data).map(quoted).join(' ');
  const entry = { matcher: 'Bash', hooks: [{ type: 'command', command, timeout: TIMEOUT_SECONDS }] };
  return Object.fromEntries(EVENTS.map((event) => [event, [entry]]));
}

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
