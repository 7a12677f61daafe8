/**
 * `lmcp init`: writes the client configurations of Claude Code, Cursor and VS Code into a repository, after asking.
 * It exists so that connecting an agent is one answer, not a search through three manuals.
 * Invariant: other entries stay as they are; run twice it changes nothing; a file it cannot parse is left alone.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';
import { type Client, clients, isClient, type Merged, mergeConfiguration } from './client-configuration.js';

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
  const outcomes: Outcome[] = [];
  for (const client of chosen(options.client)) outcomes.push(await write(root, client, options));
  if (options.json) process.stdout.write(`${JSON.stringify({ root, files: outcomes })}\n`);
  else for (const { path, change } of outcomes) process.stdout.write(`${change.padEnd(12)} ${path}\n`);
}

/** A repository without commits may be configured too. */
async function rootOf(folder: string): Promise<string> {
  try {
    return (await inspectRepository(folder)).root;
  } catch (error) {
    if (error instanceof LmcpError && error.code === 'LMCP_NO_COMMITS') return folder;
    throw error;
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

async function write(root: string, client: Client, options: InitOptions): Promise<Outcome> {
  const merged = mergeConfiguration(client, (path) => read(join(root, path)));
  const path = join(root, merged.path);
  if (merged.change === 'unchanged') return { client, path, change: 'unchanged' };
  if (options.dryRun)
    return { client, path, change: merged.change === 'created' ? 'would-create' : 'would-update' };
  if (!options.yes && !(await agreed(merged, path))) return { client, path, change: 'declined' };
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, merged.text);
  renameSync(draft, path);
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
