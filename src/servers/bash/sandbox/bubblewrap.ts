/**
 * The command line of bubblewrap: what a sandboxed command sees and may do.
 * It exists as one pure function so that the whole boundary can be read on one page.
 * Invariant: one folder is writable; no host process, service socket, device or kernel setting is within reach.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { LmcpError } from '../../../errors/index.js';

export interface Enclosure {
  /** The folder as the command sees it. */
  readonly folder: string;
  /** What lies there: the folder itself, or an overlay or copy of it. */
  readonly source: string;
  readonly cwd: string;
  readonly network: boolean;
  readonly uid: number;
  readonly gid: number;
  /** Existing host paths that are covered: sockets of services. */
  readonly masked: readonly string[];
  /** Folders below `folder` that are mounted on themselves, and what in the folder is read-only. */
  readonly pinned: readonly string[];
  readonly readOnly: readonly string[];
  /** Existing host folders that show as empty. */
  readonly hidden: readonly string[];
}

/**
 * Root keeps the capabilities over files that ordinary tools count on, so that a preview shows what would happen; none over the
 * machine. All others keep none: they are in a user namespace.
 */
const ROOT_CAPABILITIES = ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID'];

/** Settings and doors of the kernel that root may open by its number alone, without any capability (proc(5)). */
const PROC_READ_ONLY = ['sys', 'irq', 'bus', 'fs', 'acpi', 'scsi', 'driver', 'mtrr'];
const PROC_COVERED = ['sysrq-trigger', 'kcore', 'kmsg', 'keys', 'timer_list', 'kallsyms'];

/** Arguments of `bwrap`, up to and with `--`. */
export function bubblewrapArguments(it: Enclosure): string[] {
  const root = it.uid === 0;
  return [
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(it.network ? [] : ['--unshare-net']),
    ...(root ? [] : ['--unshare-user', '--uid', `${it.uid}`, '--gid', `${it.gid}`]),
    ...['--die-with-parent', '--new-session', '--json-status-fd', '3'],
    ...['--cap-drop', 'ALL', ...(root ? ROOT_CAPABILITIES.flatMap((name) => ['--cap-add', name]) : [])],
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...PROC_READ_ONLY.flatMap((name) => ['--ro-bind-try', `/proc/${name}`, `/proc/${name}`]),
    ...PROC_COVERED.flatMap((name) =>
      exists(`/proc/${name}`) ? ['--ro-bind', '/dev/null', `/proc/${name}`] : [],
    ),
    // Sockets of docker, systemd, D-Bus, X11 and agents live here; a read-only mount does not stop connect(2).
    ...['--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/tmp'],
    ...(it.network ? ['--ro-bind-try', '/run/systemd/resolve', '/run/systemd/resolve'] : []),
    ...['--bind', it.source, it.folder],
    ...it.pinned.flatMap((path) => ['--bind', path, path]),
    ...it.readOnly.flatMap((path) => ['--ro-bind', path, path]),
    ...it.hidden.flatMap((path) => ['--tmpfs', path]),
    ...it.masked.flatMap((path) => ['--ro-bind-try', '/dev/null', path]),
    ...['--chdir', it.cwd, '--'],
  ];
}

/**
 * Where `bwrap` is.
 * @throws LMCP_NO_SANDBOX
 */
export function findBubblewrap(path: string | undefined = process.env.PATH): string {
  const found = (path ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, 'bwrap'))
    .find((file) => exists(file, constants.X_OK));
  if (found === undefined)
    throw new LmcpError('LMCP_NO_SANDBOX', 'bubblewrap (bwrap) is not installed: nothing was run.');
  return found;
}

function exists(path: string, mode = constants.F_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
