/**
 * The load generator as the bench holds it: a process of its own that runs one job at a time.
 * It exists so that generating load and starting servers never share an event loop.
 * Invariant: a job that fails there fails here, with its reason.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ended } from '../rig/daemon.js';
import type { Answer, Job, Phase } from './load/job.js';

export class LoadProcess {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./load/main.js', import.meta.url)), {
      serialization: 'advanced',
    });
  }

  run(job: Job): Promise<readonly Phase[]> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error('The load generator ended.'));
      this.#child.once('exit', gone);
      this.#child.once('message', (answer: Answer) => {
        this.#child.off('exit', gone);
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer.phases);
      });
      this.#child.send(job);
    });
  }

  stop(): Promise<void> {
    return ended(this.#child);
  }
}
