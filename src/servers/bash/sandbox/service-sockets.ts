/**
 * The unix sockets that services of this machine listen on, by path.
 * It exists because connect(2) works through a read-only mount: a sandboxed command must not reach docker or a database by its socket.
 * Invariant: only paths that exist now and are not covered by the sandbox's own empty folders are named.
 */
import { lstat, readFile } from 'node:fs/promises';

const COVERED = ['/run/', '/tmp/', '/var/tmp/', '/var/run/', '/dev/', '/proc/'];
/** A machine with more is no developer's; each costs a mount of about 30 µs. */
const MOST = 200;

/** @param keep sockets below this folder are listed although /tmp is covered: the folder is mounted over it. */
export async function serviceSockets(keep: string): Promise<string[]> {
  const text = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  const below = keep === '/' ? keep : `${keep}/`;
  const paths = new Set<string>();
  for (const line of text.split('\n')) {
    // Num RefCount Protocol Flags Type St Inode Path (proc(5)); an abstract name begins with @ and ends with its network.
    const path = /^\S+: (?:\S+ +){6}(\/.*)$/.exec(line)?.[1];
    if (path === undefined) continue;
    if (path.startsWith(below) || !COVERED.some((folder) => path.startsWith(folder))) paths.add(path);
    if (paths.size >= MOST) break;
  }
  const there = await Promise.all([...paths].map(async (path) => ((await isSocket(path)) ? [path] : [])));
  return there.flat();
}

async function isSocket(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isSocket(),
    () => false,
  );
}
