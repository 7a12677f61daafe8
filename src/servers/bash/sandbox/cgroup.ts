/**
 * A control group for one command: processes and memory counted over the whole tree.
 * It exists because limits by user do not bind root, and limits by process do not bind a tree.
 * Invariant: a group that cannot be made is no failure, it is told; none is left behind.
 */
import { access, constants, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Limits } from './limits.js';

export interface ControlGroup {
  /** Files a process writes 0 into to join. */
  readonly joins: readonly string[];
  readonly limits: { readonly processes: boolean; readonly memory: boolean };
  /** Ends all processes in it. */
  end(): Promise<void>;
  remove(): Promise<void>;
}

interface Hierarchy {
  readonly folder: string;
  /** Files of a new group that take a limit. */
  readonly processes: string | null;
  readonly memory: string | null;
}

/** Makes what can be made: with cgroup v2 one group, with v1 one in each controller. */
export async function makeControlGroup(name: string, limits: Limits): Promise<ControlGroup> {
  const made: { folder: string; processes: boolean; memory: boolean }[] = [];
  for (const hierarchy of await hierarchies()) {
    const folder = join(hierarchy.folder, name);
    const ok = await mkdir(folder).then(
      () => true,
      () => false,
    );
    if (!ok) continue;
    const processes = await put(folder, hierarchy.processes, limits.processes);
    const memory = await put(folder, hierarchy.memory, limits.memoryBytes);
    if (processes || memory) made.push({ folder, processes, memory });
    else await rmdir(folder).catch(() => undefined);
  }
  return {
    joins: made.map(({ folder }) => join(folder, 'cgroup.procs')),
    limits: {
      processes: made.some(({ processes }) => processes),
      memory: made.some(({ memory }) => memory),
    },
    end: async () => {
      for (const { folder } of made) await emptied(folder);
    },
    remove: async () => {
      for (const { folder } of made) await removed(folder);
    },
  };
}

/** Where groups are made. */
export async function groupFolders(): Promise<string[]> {
  return (await hierarchies()).map(({ folder }) => folder);
}

/** Those that are started meanwhile are met in the next round; the limit of processes bounds what a round can miss. */
async function emptied(folder: string): Promise<void> {
  for (let round = 0; round < 20; round += 1) {
    const text = await readFile(join(folder, 'cgroup.procs'), 'utf8').catch(() => '');
    const ids = text.split('\n').filter((id) => id !== '');
    if (ids.length === 0) return;
    for (const id of ids) {
      try {
        process.kill(Number(id), 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    await sleep(2 + round);
  }
}

/** Where this process may make groups: its own place in each hierarchy (cgroups(7)). */
async function hierarchies(): Promise<Hierarchy[]> {
  const [own, mounts] = await Promise.all([
    readFile('/proc/self/cgroup', 'utf8').catch(() => ''),
    readFile('/proc/self/mountinfo', 'utf8').catch(() => ''),
  ]);
  const found: Hierarchy[] = [];
  for (const line of mounts.split('\n')) {
    const [head = '', tail = ''] = line.split(' - ');
    const mount = head.split(' ')[4];
    const [type, , options = ''] = tail.split(' ');
    if (mount === undefined) continue;
    if (type === 'cgroup2') {
      // Beside our own group: one that holds processes may not have children with limits (cgroups(7)). The root may.
      const place = own.split('\n').find((row) => row.startsWith('0::'));
      const folder = join(mount, dirname(place?.slice(3) ?? '/'));
      // Who moves a process writes to the group above both places.
      if (await isWritable(join(folder, 'cgroup.procs')))
        found.push({ folder, processes: 'pids.max', memory: 'memory.max' });
    }
    if (type !== 'cgroup') continue;
    const controllers = options.split(',');
    const processes = controllers.includes('pids') ? 'pids.max' : null;
    const memory = controllers.includes('memory') ? 'memory.limit_in_bytes' : null;
    if (processes === null && memory === null) continue;
    const place = own.split('\n').find((row) =>
      row
        .split(':')[1]
        ?.split(',')
        .some((it) => controllers.includes(it) && it !== 'rw'),
    );
    found.push({ folder: join(mount, place?.split(':').slice(2).join(':') ?? '/'), processes, memory });
  }
  return found;
}

const isWritable = (path: string) =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

async function put(folder: string, file: string | null, value: number): Promise<boolean> {
  if (file === null) return false;
  return writeFile(join(folder, file), `${value}`, { flag: 'r+' }).then(
    () => true,
    () => false,
  );
}

/** The last process leaves its group a moment after it was seen to end. */
async function removed(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
      await sleep(2 + attempt * 2);
    }
  }
}
