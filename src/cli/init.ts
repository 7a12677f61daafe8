/**
 * `lmcp init`: writes the client configurations and hooks of Claude Code, Cursor and VS Code into a repository, after asking.
 * It exists so that connecting an agent, and guarding its shell, is one answer, not a search through three manuals.
 * Invariant: other entries stay as they are; run twice it changes nothing; a file it cannot parse is left alone.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import { inspectRepository, runGit } from '../servers/development/adapters/git/index.js';
import { type Client, clients, isClient, type Merged, mergeConfiguration } from './client-configuration.js';
import { hookCommand } from './hook-command.js';
import { mergeHooks } from './hook-settings.js';
import { replaceFile } from './replace-file.js';

export interface InitOptions {
  readonly repo?: string;
  readonly client?: readonly string[];
  /** False: no hooks are written. */
  readonly hooks?: boolean;
  /** Data folder whose daemon the hooks ask. */
  readonly data?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface Outcome {
  readonly client: Client;
  readonly path: string;
  readonly change: Merged['change'] | 'declined' | 'would-create' | 'would-update';
}

export async function init(options: InitOptions): Promise<void> {
  const root = await rootOf(resolve(options.repo ?? '.'));
  // All are read before any is written: one that cannot be merged stops the command, not half of it.
  const reading = (path: string) => read(join(root, path));
  const planned = chosen(options.client).map((client) => ({
    client,
    merged: mergeConfiguration(client, reading),
  }));
  const hooked = options.hooks === false ? [] : plannedHooks(planned, hookCommand(options.data), reading);
  const outcomes: Outcome[] = [];
  for (const { client, merged } of [...planned, ...hooked])
    outcomes.push(await write(join(root, merged.path), client, merged, options));
  const notes = [
    ...(planned.some(({ merged }) => merged.local) ? [LOCAL] : []),
    ...(hooked.length > 0 ? [HOOKS] : []),
  ];
  if (options.json) {
    const [files, hooks] = [outcomes.slice(0, planned.length), outcomes.slice(planned.length)];
    const note = notes.length > 0 ? { note: notes.join(' ') } : {};
    process.stdout.write(`${JSON.stringify({ root, files, hooks, ...note })}\n`);
    return;
  }
  for (const { path, change } of outcomes) process.stdout.write(`${change.padEnd(12)} ${path}\n`);
  for (const note of notes) process.stdout.write(`\n${note}\n`);
}

interface Planned {
  readonly client: Client;
  readonly merged: Merged;
}

/** VS Code reads Claude Code's file: it is written once. */
function plannedHooks(
  planned: readonly Planned[],
  command: readonly string[],
  reading: (path: string) => string | undefined,
): Planned[] {
  const hooks = new Map<string, Planned>();
  for (const { client } of planned) {
    const merged = mergeHooks(client, command, reading);
    if (!hooks.has(merged.path)) hooks.set(merged.path, { client, merged });
  }
  return [...hooks.values()];
}

const LOCAL =
  'lmcp is not on the PATH, so the entries hold the path of the installation on this machine: do not commit them. ' +
  'Install lmcp globally and run `lmcp init` again for entries that work everywhere.';

const HOOKS =
  'The hooks check each shell command before an agent runs it, and name the installation and the data folder on this machine: ' +
  'do not commit them. VS Code reads those of .claude/settings.json.';

/** A repository without commits may be configured too. */
async function rootOf(folder: string): Promise<string> {
  try {
    return (await inspectRepository(folder)).root;
  } catch (error) {
    if (!(error instanceof LmcpError) || error.code !== 'LMCP_NO_COMMITS') throw error;
    return (await runGit({ cwd: folder }, ['rev-parse', '--show-toplevel'])).replace(/\n$/, '');
  }
}

function chosen(names: readonly string[] | undefined): readonly Client[] {
  if (!names) return clients;
  return names.map((name) => {
    if (!isClient(name))
      throw new LmcpError('LMCP_USAGE', `Client "${name}" is not known; there are ${clients.join(', ')}.`);
    return name;
  });
}

async function write(path: string, client: Client, merged: Merged, options: InitOptions): Promise<Outcome> {
  if (merged.change === 'unchanged') return { client, path, change: 'unchanged' };
  if (options.dryRun)
    return { client, path, change: merged.change === 'created' ? 'would-create' : 'would-update' };
  if (!options.yes && !(await agreed(merged, path))) return { client, path, change: 'declined' };
  replaceFile(path, merged.text);
  return { client, path, change: merged.change };
}

async function agreed(merged: Merged, path: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new LmcpError(
      'LMCP_USAGE',
      `Asked nobody whether to write ${path}: this is no terminal; use --yes or --dry-run.`,
    );
  }
  const answer = await confirm({
    message: `${merged.change === 'created' ? 'Create' : 'Add lmcp to'} ${path}?`,
  });
  return !isCancel(answer) && answer;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LmcpError('LMCP_DISK', `${path} cannot be read.`, { cause: error });
  }
}
