/**
 * The configuration files of the agents, and how our entry gets into one.
 * Sources: code.claude.com/docs (.mcp.json), cursor.com/docs (.cursor/mcp.json), code.visualstudio.com/docs (.vscode/mcp.json).
 * Invariant: merging is idempotent and touches our entry only.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LmcpError } from '../errors/index.js';
import { isObject, jsonFault, readJsonText } from './json-text.js';

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
  /** The entry names this machine's own installation, since `lmcp` is not on the PATH. */
  readonly local: boolean;
  /** `removed`: our entry was taken out of a file that stays. */
  readonly change: 'created' | 'updated' | 'removed' | 'unchanged';
}

const NAME = 'lmcp';
const ON_PATH = 'lmcp';

/**
 * @param read the present text of a file relative to the root.
 * @throws LMCP_USAGE when it is not plain JSON, or holds no object where the servers belong.
 */
export function mergeConfiguration(client: Client, read: (path: string) => string | undefined): Merged {
  const { path, key, entry } = placeOf(client);
  const before = read(path) ?? '';
  const file = readJsonText(before);
  if (!file)
    throw new LmcpError(
      'LMCP_USAGE',
      `${path}, ${jsonFault(before)}; it was left as it is. Mend it and run this again, or add the server by hand.`,
    );
  const servers = file.value[key] ?? (key in file.value ? null : {});
  if (!isObject(servers))
    throw new LmcpError('LMCP_USAGE', `"${key}" in ${path} is not an object; it was left as it is.`);
  const local = entry.command !== ON_PATH;
  if (JSON.stringify(servers[NAME]) === JSON.stringify(entry))
    return { path, text: before, local, change: 'unchanged' };
  return {
    path,
    text: file.write({ ...file.value, [key]: { ...servers, [NAME]: entry } }),
    local,
    change: before.trim() === '' ? 'created' : 'updated',
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
    .some((folder) => folder !== '' && isExecutable(join(folder, ON_PATH)));
  if (onPath) return { command: ON_PATH, args: ['stdio'] };
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
