/**
 * `lmcp init`: writes the client configurations of Claude Code, Cursor and VS Code into a repository, after asking.
 * It exists so that connecting an agent is one answer, not a search through three manuals.
 * Invariant: other entries stay as they are; run twice it changes nothing; a file it cannot parse is left alone.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import { inspectRepository, runGit } from '../servers/development/adapters/git/index.js';
import { type Client, clients, isClient, type Merged, mergeConfiguration } from './client-configuration.js';
import { replaceFile } from './replace-file.js';

export interface InitOptions {
  readonly repo?: string;
  readonly client?: readonly string[];
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
  const planned = chosen(options.client).map((client) => ({
    client,
    merged: mergeConfiguration(client, (path) => read(join(root, path))),
  }));
  const outcomes: Outcome[] = [];
  for (const { client, merged } of planned)
    outcomes.push(await write(join(root, merged.path), client, merged, options));
  const note = planned.some(({ merged }) => merged.local) ? LOCAL : null;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ root, files: outcomes, ...(note ? { note } : {}) })}\n`);
    return;
  }
  for (const { path, change } of outcomes) process.stdout.write(`${change.padEnd(12)} ${path}\n`);
  if (note) process.stdout.write(`\n${note}\n`);
}

const LOCAL =
  'lmcp is not on the PATH, so the entries hold the path of the installation on this machine: do not commit them. ' +
  'Install lmcp globally and run `lmcp init` again for entries that work everywhere.';

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
