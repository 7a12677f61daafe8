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
import { notIgnored } from './git-ignored.js';
import { hookCommand } from './hook-command.js';
import { mergeHooks, sharedHookFile, withdrawHooks } from './hook-settings.js';
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
  readonly change: Merged['change'] | 'declined' | 'would-create' | 'would-update' | 'would-remove';
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
    ...(await exposed(root, hooked)),
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

/** VS Code reads Claude Code's files: they are written once. */
function plannedHooks(
  planned: readonly Planned[],
  command: readonly string[],
  reading: (path: string) => string | undefined,
): Planned[] {
  const hooks = new Map<string, Planned>();
  for (const { client } of planned) {
    const merged = mergeHooks(client, command, reading);
    if (!hooks.has(merged.path)) hooks.set(merged.path, { client, merged });
    const shared = client === 'cursor' ? undefined : withdrawHooks(reading);
    if (shared && !hooks.has(sharedHookFile)) hooks.set(sharedHookFile, { client, merged: shared });
  }
  return [...hooks.values()];
}

/** What is told when git would take the hooks into a commit. Clients that make these files tell git to ignore them; we touch no ignore file. */
async function exposed(root: string, hooked: readonly Planned[]): Promise<string[]> {
  const paths = hooked.filter(({ merged }) => merged.local).map(({ merged }) => merged.path);
  const open = await notIgnored(root, paths);
  if (open.length === 0) return [];
  return [
    `git does not ignore ${open.join(' and ')}: add ${open.length > 1 ? 'them' : 'it'} to .gitignore or .git/info/exclude.`,
  ];
}

const LOCAL =
  'lmcp is not on the PATH, so the entries hold the path of the installation on this machine: do not commit them. ' +
  'Install lmcp globally and run `lmcp init` again for entries that work everywhere.';

const HOOKS =
  'The hooks check each shell command before an agent runs it, and name the installation and the data folder on this machine: ' +
  'do not commit them. VS Code reads those of .claude/settings.local.json.';

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
  if (options.dryRun) return { client, path, change: WOULD[merged.change] };
  if (!options.yes && !(await agreed(merged.change, path))) return { client, path, change: 'declined' };
  replaceFile(path, merged.text);
  return { client, path, change: merged.change };
}

const WOULD = { created: 'would-create', updated: 'would-update', removed: 'would-remove' } as const;
const QUESTION = {
  created: 'Create',
  updated: 'Add lmcp to',
  removed: 'Take the hooks of lmcp out of',
} as const;

async function agreed(change: keyof typeof QUESTION, path: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new LmcpError(
      'LMCP_USAGE',
      `Asked nobody whether to write ${path}: this is no terminal; use --yes or --dry-run.`,
    );
  }
  const answer = await confirm({ message: `${QUESTION[change]} ${path}?` });
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
