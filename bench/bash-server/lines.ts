/**
 * Over the unix socket, as an agent's bridge speaks: closed loop and paced, ours beside the floor, in turns.
 * It exists because most agents come this way, many calls under way on few connections.
 * Invariant: both are sent the same lines by the same generator.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Phase } from '../http/load/job.js';
import { type BenchDaemon, ended } from '../rig/daemon.js';
import type { LinesAnswer, LinesJob } from './load/job.js';

export interface LinesTarget {
  readonly name: 'ours' | 'floor';
  readonly path: string;
  readonly pid: number;
}

export class LinesRig {
  readonly targets: readonly LinesTarget[];
  readonly #children: readonly ChildProcess[];
  readonly #load: ChildProcess;
  readonly #preface: string;
  readonly #lines: readonly string[];

  private constructor(parts: {
    targets: readonly LinesTarget[];
    children: readonly ChildProcess[];
    load: ChildProcess;
    preface: string;
    lines: readonly string[];
  }) {
    this.targets = parts.targets;
    this.#children = parts.children;
    this.#load = parts.load;
    this.#preface = parts.preface;
    this.#lines = parts.lines;
  }

  /** @param answer of one real call, for the floor to give */
  static async start(options: {
    daemon: BenchDaemon;
    socket: string;
    version: string;
    lines: readonly string[];
    answer: string;
  }): Promise<LinesRig> {
    const { daemon, socket, version, lines, answer } = options;
    const floor = fork(entry('floor'));
    const path = join(daemon.env.XDG_RUNTIME_DIR ?? '/tmp', 'floor.sock');
    await new Promise<void>((resolve, reject) => {
      floor.once('message', () => resolve());
      floor.once('exit', (code) => reject(new Error(`The floor ended with ${code}.`)));
      floor.send({ path, answer });
    });
    const load = fork(entry('main'), { serialization: 'advanced' });
    const { root } = daemon.repository;
    const preface = JSON.stringify({
      lmcp: 1,
      version,
      session: 'bench',
      repo: root,
      cwd: root,
      server: 'bash',
    });
    const targets = [
      { name: 'floor', path, pid: floor.pid ?? 0 },
      { name: 'ours', path: socket, pid: daemon.pid },
    ] as const;
    return new LinesRig({ targets, children: [floor, load], load, preface, lines });
  }

  measure(
    { path, pid }: LinesTarget,
    shape: Pick<LinesJob, 'connections' | 'depth' | 'rate' | 'seconds' | 'warmUpSeconds'>,
  ): Promise<Phase> {
    const job: LinesJob = { ...shape, path, pid, preface: this.#preface, lines: this.#lines };
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('The load generator ended.'));
      this.#load.once('exit', gone);
      this.#load.once('message', (answer: LinesAnswer) => {
        this.#load.off('exit', gone);
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer.phase);
      });
      this.#load.send(job);
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => ended(child)));
  }
}

const entry = (name: string) => fileURLToPath(new URL(`./load/${name}.js`, import.meta.url));
