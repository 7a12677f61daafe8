/**
 * `lmcp hook`: runs the agent's hook by hand, or prints what makes an agent or a shell run it.
 * It exists because the hook itself knows no paths: it is one file that imports only node:net.
 * Invariant: what is printed names the socket of this data folder and the hook of this very installation.
 */
import { spawn } from 'node:child_process';
import { LmcpError } from '../errors/index.js';
import { hookCommand } from './hook-command.js';
import { claudeHooks, cursorHooks } from './hook-settings.js';
import { isShell, shellSnippet, shells } from './hook-shell.js';

export interface HookOptions {
  readonly data?: string;
  /** Print the `hooks` object of Claude Code's settings.local.json (`claude`, the default) or Cursor's hooks.json instead. */
  readonly settings?: boolean | string;
  /** Print what a shell evaluates to report its finished commands. */
  readonly shell?: string;
}

export async function hook(options: HookOptions): Promise<void> {
  const command = hookCommand(options.data);
  if (options.settings) print(`${JSON.stringify(settingsOf(options.settings, command), null, 2)}\n`);
  else if (options.shell !== undefined) {
    if (!isShell(options.shell))
      throw new LmcpError(
        'LMCP_USAGE',
        `Shell "${options.shell}" is not known; there are ${shells.join(', ')}.`,
      );
    print(shellSnippet(options.shell, command));
  } else await run(command);
}

function settingsOf(client: true | string, command: readonly string[]): Record<string, unknown> {
  if (client === true || client === 'claude') return { hooks: claudeHooks(command) };
  if (client === 'cursor') return { version: 1, hooks: cursorHooks(command) };
  throw new LmcpError('LMCP_USAGE', `Client "${client}" has no hook settings; there are claude, cursor.`);
}

async function run([program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit' });
  process.exitCode = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function print(text: string): void {
  process.stdout.write(text);
}
