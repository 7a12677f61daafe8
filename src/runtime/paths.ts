/**
 * Where things live on the user's disk: XDG folders, sockets, the daemon's file.
 * It exists so that no other file knows a path of ours.
 * Invariant: folders are 0700 and ours; a data folder has one name, however it was reached; a socket's path fits its 107 bytes.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The data folder: `--data`, else $LMCP_DATA, else $XDG_DATA_HOME/lmcp, else ~/.local/share/lmcp. Symbolic links are
 * resolved as far as the path exists, so that every way to a folder finds the same daemon and the same socket.
 */
export function dataFolder(option: string | undefined, env: Environment = process.env): string {
  const chosen = option ?? env.LMCP_DATA;
  if (chosen) return canonical(resolve(chosen));
  return canonical(resolve(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'lmcp'));
}

function canonical(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(canonical(parent), basename(path));
  }
}

/** The config file: $LMCP_CONFIG, else $XDG_CONFIG_HOME/lmcp/config.toml. */
export function configFile(env: Environment = process.env): string {
  return env.LMCP_CONFIG ?? join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'lmcp', 'config.toml');
}

/** Bytes of a socket's path that every system takes: sun_path holds 108 on Linux and 104 elsewhere, with its end (unix(7)). */
const SOCKET_BYTES = 100;

/**
 * Where the daemon of a data folder opens its unix socket; the folder is made, 0700. Clients read the path from the daemon's
 * file: their environment may differ. Outside $XDG_RUNTIME_DIR it is a folder named by the user's number.
 *
 * @throws LMCP_DISK when the folder is somebody else's.
 */
export function socketPath(data: string, env: Environment = process.env): string {
  const name = `${createHash('sha256').update(data).digest('hex').slice(0, 12)}.sock`;
  const own = `lmcp-${process.getuid?.() ?? 'user'}`;
  const runtime = env.XDG_RUNTIME_DIR;
  const folders = [
    ...(runtime && isAbsolute(runtime) && isOurs(runtime) ? [join(runtime, 'lmcp')] : []),
    join(tmpdir(), own),
  ];
  const folder = folders.find((it) => Buffer.byteLength(join(it, name)) <= SOCKET_BYTES) ?? join('/tmp', own);
  makePrivate(folder);
  return join(folder, name);
}

/** The runtime folder of another user (an environment kept by sudo) is not ours to write into. */
function isOurs(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === (process.getuid?.() ?? found.uid);
}

/** What a running daemon tells its clients: address, token, socket. 0600. */
export const daemonFile = (data: string) => join(data, 'daemon.json');
export const tokenFile = (data: string) => join(data, 'token');
/** What a person's answer for a command needs beside the token, which every client has. 0600. */
export const approvalTokenFile = (data: string) => join(data, 'approval-token');
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

/**
 * Makes a folder only its owner can enter. One that exists must be ours; it is closed to others if it was open.
 *
 * @throws LMCP_DISK when it cannot be made, is somebody else's, or is shared by design (sticky, as /tmp).
 */
export function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw cause;
    throw new LmcpError('LMCP_DISK', `${folder} cannot be made (${code}).`, { cause });
  }
  const fault = foreignFault(folder);
  if (fault !== undefined) throw new LmcpError('LMCP_DISK', fault);
  if (isOpen(folder)) chmodSync(folder, 0o700);
}

/** Why an existing folder is not private, without changing it; undefined when it is. */
export function privacyFault(folder: string): string | undefined {
  return (
    foreignFault(folder) ??
    (isOpen(folder) ? `${folder} can be entered by others; it should be 0700.` : undefined)
  );
}

const isOpen = (folder: string) => process.getuid !== undefined && (statSync(folder).mode & 0o077) !== 0;

/** What no change of mode by us can or should mend. */
function foreignFault(folder: string): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  const link = lstatSync(folder);
  if (link.isSymbolicLink() && link.uid !== user && link.uid !== 0)
    return `${folder} is a symbolic link of another user (${link.uid}).`;
  const found = statSync(folder);
  if (found.uid !== user) return `${folder} belongs to another user (${found.uid}); this is user ${user}.`;
  if ((found.mode & 0o1000) !== 0) return `${folder} is shared by all users; choose a folder of its own.`;
  return undefined;
}
