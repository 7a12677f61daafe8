/**
 * Twenty stdio clients of one kind: bridges of ours on one daemon, or servers of the SDK, one a client.
 * It exists so that both are driven by the same code and their CPU is added up alike.
 * Invariant: `stop` leaves no process behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Setup } from '../http/servers/setup.js';
import { type BenchDaemon, cli, ended } from '../rig/daemon.js';
import { cpuSeconds } from '../rig/process-usage.js';
import { MarkedClient } from './marked-client.js';

export class Fleet {
  readonly name: string;
  readonly clients: readonly MarkedClient[];
  readonly #children: readonly ChildProcess[];
  readonly #shared: readonly number[];

  /** @param shared processes that all clients use: the daemon. */
  constructor(name: string, children: readonly ChildProcess[], shared: readonly number[]) {
    this.name = name;
    this.#children = children;
    this.#shared = shared;
    this.clients = children.map((child, i) => new MarkedClient(`${name}${i}`, child));
  }

  /** CPU of all its processes so far, in seconds. */
  get cpu(): number {
    const pids = [...this.#shared, ...this.clients.map(({ pid }) => pid)];
    return pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => ended(child)));
  }
}

/** Bridges to one server of the daemon, or to all of them. */
export function bridges(daemon: BenchDaemon, count: number, server?: string): Fleet {
  const more = server === undefined ? [] : [server];
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, [cli, 'stdio', ...more, '--repo', daemon.repository.root], {
      env: daemon.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  return new Fleet(server ?? 'all', children, [daemon.pid]);
}

export function sdkServers(setup: Setup, count: number): Fleet {
  const entry = fileURLToPath(new URL('./sdk-server.js', import.meta.url));
  const children = Array.from({ length: count }, () => {
    const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
    child.send(setup);
    return child;
  });
  return new Fleet('sdk', children, []);
}
