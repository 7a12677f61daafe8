/**
 * Everything around one command: bubblewrap, control group, environment.
 * It exists so that preview and run are enclosed by the same lines.
 * Invariant: the environment holds names from a list, never the daemon's own; the group is removed with the command.
 */
import { randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { bubblewrapArguments, findBubblewrap } from './bubblewrap.js';
import { type ControlGroup, makeControlGroup } from './cgroup.js';
import { sweepOnce } from './leftovers.js';
import type { Limits } from './limits.js';
import type { Place } from './place.js';
import type { Protected } from './protected.js';
import { serviceSockets } from './service-sockets.js';

export interface Enclosed {
  /** What lies at the folder is told last: an overlay has no path before it is made. */
  command(source: string): string[];
  readonly group: ControlGroup;
  readonly env: Readonly<Record<string, string>>;
}

export interface EncloseOptions {
  readonly command: string;
  readonly place: Place;
  readonly limits: Limits;
  readonly network: boolean;
  /** Absolute folders that must not be seen; those that are not there are passed over. */
  readonly hidden: readonly string[];
  /** What in the folder is kept as it is. */
  readonly kept: Protected;
}

/** @throws LMCP_NO_SANDBOX when there is no bubblewrap: nothing was run. */
export async function enclose(options: EncloseOptions): Promise<Enclosed> {
  const { command, place, limits, network, kept } = options;
  const { pinned, readOnly } = kept;
  const bwrap = findBubblewrap();
  void sweepOnce();
  const [sockets, hidden, group] = await Promise.all([
    serviceSockets(place.folder),
    foldersIn(options.hidden),
    newControlGroup(limits),
  ]);
  const masked = sockets.filter((path) => !hidden.some((folder) => path.startsWith(`${folder}/`)));
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return {
    command: (source) => [
      bwrap,
      ...bubblewrapArguments({ ...place, source, network, uid, gid, masked, hidden, pinned, readOnly }),
      ...['bash', '--noprofile', '--norc', '-c', command],
    ],
    group,
    env: environment(),
  };
}

export function newControlGroup(limits: Limits): Promise<ControlGroup> {
  return makeControlGroup(`lmcp-${process.pid}-${randomBytes(6).toString('hex')}`, limits);
}

async function foldersIn(paths: readonly string[]): Promise<string[]> {
  const there = paths.map(async (path) => {
    const real = await realpath(path).catch(() => undefined);
    return real !== undefined && (await stat(real)).isDirectory() ? [real] : [];
  });
  return (await Promise.all(there)).flat();
}

/** What tools need to work; a token or a key in the daemon's environment is nobody's business. */
const KEPT = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TZ',
  'SHELL',
  'JAVA_HOME',
  'GOPATH',
  'GOROOT',
  'CARGO_HOME',
  'RUSTUP_HOME',
  'NVM_DIR',
  'PYENV_ROOT',
  'VIRTUAL_ENV',
];

export function environment(): Record<string, string> {
  const kept = KEPT.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]] as const],
  );
  return {
    ...Object.fromEntries(kept as [string, string][]),
    TERM: 'dumb',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'false',
    DEBIAN_FRONTEND: 'noninteractive',
  };
}
