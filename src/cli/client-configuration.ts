/**
 * The configuration files of the agents, and how our entry gets into one.
 * Sources: code.claude.com/docs (.mcp.json), cursor.com/docs (.cursor/mcp.json), code.visualstudio.com/docs (.vscode/mcp.json).
 * Invariant: merging is idempotent and touches our entry only.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LmcpError } from '../errors/index.js';

export const clients = ['claude', 'cursor', 'vscode'] as const;
export type Client = (typeof clients)[number];

export function isClient(name: string): name is Client {
  return (clients as readonly string[]).includes(name);
}

interface Place {
  readonly path: string;
  /** Key that holds the servers. */
  readonly key: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

export interface Merged {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

const NAME = 'lmcp';

/** @param read the present text of a file relative to the root. @throws LMCP_USAGE when it is not plain JSON. */
export function mergeConfiguration(client: Client, read: (path: string) => string | undefined): Merged {
  const { path, key, entry } = placeOf(client);
  const before = read(path);
  const parsed = before === undefined ? {} : parse(before, path);
  const servers = isObject(parsed[key]) ? parsed[key] : {};
  if (before !== undefined && JSON.stringify(servers[NAME]) === JSON.stringify(entry))
    return { path, text: before, change: 'unchanged' };
  const merged = { ...parsed, [key]: { ...servers, [NAME]: entry } };
  return {
    path,
    text: `${JSON.stringify(merged, null, 2)}\n`,
    change: before === undefined ? 'created' : 'updated',
  };
}

function placeOf(client: Client): Place {
  const { command, args } = launchCommand();
  switch (client) {
    case 'claude':
      return { path: '.mcp.json', key: 'mcpServers', entry: { command, args } };
    case 'cursor':
      return {
        path: '.cursor/mcp.json',
        key: 'mcpServers',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Cursor's own variable.
        entry: { command, args: [...args, '--repo', '${workspaceFolder}'] },
      };
    case 'vscode':
      return {
        path: '.vscode/mcp.json',
        key: 'servers',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's own variable.
        entry: { type: 'stdio', command, args: [...args, '--repo', '${workspaceFolder}'] },
      };
  }
}

/** `lmcp` where it is on the PATH, else this very installation by its path. */
function launchCommand(): { command: string; args: readonly string[] } {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && isExecutable(join(folder, 'lmcp')));
  if (onPath) return { command: 'lmcp', args: ['stdio'] };
  return { command: process.execPath, args: [fileURLToPath(new URL('./main.js', import.meta.url)), 'stdio'] };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function parse(text: string, path: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Told below: comments and trailing commas are the usual reasons.
  }
  throw new LmcpError(
    'LMCP_USAGE',
    `${path} is not plain JSON (comments?); it was left as it is. Add the server by hand.`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
