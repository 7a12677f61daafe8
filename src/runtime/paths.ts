/**
 * Where things live on the user's disk: XDG folders, sockets, the daemon's file.
 * It exists so that no other file knows a path of ours.
 * Invariant: folders are 0700; the socket's name is short and hashed, because a socket path may hold 107 bytes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The data folder: `--data`, else $LMCP_DATA, else $XDG_DATA_HOME/lmcp, else ~/.local/share/lmcp. */
export function dataFolder(option: string | undefined, env: Environment = process.env): string {
  const chosen = option ?? env.LMCP_DATA;
  if (chosen) return resolve(chosen);
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'lmcp');
}

/** The config file: $LMCP_CONFIG, else $XDG_CONFIG_HOME/lmcp/config.toml. */
export function configFile(env: Environment = process.env): string {
  return env.LMCP_CONFIG ?? join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'lmcp', 'config.toml');
}

/** The daemon's unix socket for a data folder; its folder is made, 0700. */
export function socketPath(data: string, env: Environment = process.env): string {
  const folder = env.XDG_RUNTIME_DIR
    ? join(env.XDG_RUNTIME_DIR, 'lmcp')
    : join(tmpdir(), `lmcp-${userInfo().uid}`);
  makePrivate(folder);
  return join(folder, `${createHash('sha256').update(data).digest('hex').slice(0, 12)}.sock`);
}

/** What a running daemon tells its clients: address, token, socket. 0600. */
export const daemonFile = (data: string) => join(data, 'daemon.json');
export const tokenFile = (data: string) => join(data, 'token');
export const keyFile = (data: string) => join(data, 'key');
export const logFile = (data: string) => join(data, 'daemon.log');

/** Where a workspace's journal lies: its id may hold slashes and colons, a folder name may not. */
export function workspaceFolder(data: string, workspace: string): string {
  const readable = workspace.replace(/[^A-Za-z0-9._-]+/g, '-').slice(-40);
  return join(
    data,
    'workspaces',
    `${readable}-${createHash('sha256').update(workspace).digest('hex').slice(0, 10)}`,
  );
}

/** Makes a folder only its owner can enter. */
export function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
