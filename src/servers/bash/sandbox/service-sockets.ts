/**
 * The unix sockets that services of this machine listen on, by the paths the kernel tells and by looking for them.
 * It exists because connect(2) works through a read-only mount: a sandboxed command must not reach docker or a database by its socket.
 * Invariant: only paths that exist now and are not covered by the sandbox's own empty folders are named.
 */
import { lstat, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { socketsBelow } from './socket-walk.js';

const COVERED = ['/run/', '/tmp/', '/var/tmp/', '/var/run/', '/dev/', '/proc/'];
/** A machine with more is no developer's; each costs a mount of about 30 µs. */
const MOST = 200;

/** @param keep sockets below this folder are listed although /tmp is covered: the folder is mounted over it. */
export async function serviceSockets(keep: string): Promise<string[]> {
  const text = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const below = keep === '/' ? keep : `${keep}/`;
  const isReached = (path: string) =>
    path.startsWith(below) || !COVERED.some((folder) => path.startsWith(folder));
  const paths = new Set((await lyingAround(keep)).filter(isReached));
  for (const line of text.split('\n')) {
    // Num RefCount Protocol Flags Type St Inode Path (proc(5)); an abstract name begins with @ and ends with its network.
    const path = /^\S+: (?:\S+ +){6}(\/.*)$/.exec(line)?.[1];
    if (path === undefined) continue;
    if (isReached(path)) paths.add(path);
    if (paths.size >= MOST) break;
  }
  const there = await Promise.all([...paths].map(async (path) => ((await isSocket(path)) ? [path] : [])));
  return there.flat();
}

/** Where services of a user bind theirs: the folder itself, the upper folders of the home, the runtime folder. */
async function lyingAround(keep: string): Promise<string[]> {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const found = await Promise.all([
    socketsBelow({ folder: keep, depth: 12, most: 8_000 }),
    socketsBelow({ folder: homedir(), depth: 3, most: 4_000 }),
    runtime && isAbsolute(runtime) ? socketsBelow({ folder: runtime, depth: 3, most: 1_000 }) : [],
  ]);
  return found.flat();
}

async function isSocket(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
}
