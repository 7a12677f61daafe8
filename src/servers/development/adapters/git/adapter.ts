/**
 * The git adapter of an open workspace: mines its history into the journal, then follows its head.
 * It exists so that answers rest on the last commit, at the price of a file read before a call.
 * Invariant: one job at a time; after each the journal tells every commit reachable from the head it mined.
 */
import { describeError } from '../../../../errors/index.js';
import type { Adapter, AdapterHandle, AdapterServices } from '../../../../runtime/index.js';
import type { CoChangeLearner } from '../../learners/co-change.js';
import { inspectRepository, type Repository } from './inspect-repository.js';
import type { CatchUpResult } from './jobs.js';
import { readHead } from './read-head.js';

/** How often a workspace that nobody calls looks for new commits, in milliseconds. */
const LOOK_EVERY_MS = 5_000;
/** How often calls make it look, in milliseconds. */
const LOOK_AFTER_MS = 500;
/** Pause after a failure, in milliseconds: what broke once is not tried again before each call. */
const PAUSE_MS = 30_000;

const jobs = new URL('./jobs.js', import.meta.url);
const importJobs = new URL('../imports/jobs.js', import.meta.url);

class GitFollower implements AdapterHandle {
  readonly ready: Promise<void>;
  readonly #services: AdapterServices;
  readonly #root: string;
  readonly #timer: NodeJS.Timeout;
  #repository: Repository | undefined;
  #head: string | null = null;
  #looked = 0;
  #pausedUntil = 0;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(services: AdapterServices, root: string) {
    this.#services = services;
    this.#root = root;
    this.ready = this.#first();
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  touch(): void {
    const now = this.#services.now();
    if (now - this.#looked < LOOK_AFTER_MS) return;
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async #first(): Promise<void> {
    this.#repository = await inspectRepository(this.#root);
    if (this.#repository.shallow) {
      this.#services.log(
        'warn',
        `${this.#root} is a shallow clone: only part of its history can be learned.`,
      );
    }
    const learner = this.#services.workspace.learner<CoChangeLearner>('co-change');
    if (learner.head === this.#repository.head) this.#head = learner.head;
    else await this.#catchUp(this.#repository.head);
  }

  async #look(): Promise<void> {
    this.#looked = this.#services.now();
    const repository = this.#repository;
    if (!repository || this.#running || this.#stopped || this.#looked < this.#pausedUntil) return;
    const head = await readHead(repository);
    if (head === null || head === this.#head || this.#running || this.#stopped) return;
    await this.#catchUp(head).catch(() => undefined);
  }

  #catchUp(head: string): Promise<void> {
    this.#running ??= this.#mine(head).finally(() => {
      this.#running = undefined;
      this.#services.setLearning(null);
    });
    return this.#running;
  }

  async #mine(head: string): Promise<void> {
    const { job, log, setLearning } = this.#services;
    setLearning({ what: 'history', done: 0, total: this.#repository?.commits ?? null });
    try {
      const result = (await job(jobs, 'catchUp', { root: this.#root, head }, setLearning)) as CatchUpResult;
      await job(importJobs, 'indexSources', { root: this.#root, head }, setLearning).catch((error) => {
        if (!this.#stopped) log('warn', `${this.#root}: imports not read: ${describeError(error).message}`);
      });
      this.#head = result.head;
    } catch (error) {
      this.#pausedUntil = this.#services.now() + PAUSE_MS;
      if (!this.#stopped) log('error', `${this.#root}: history not read: ${describeError(error).message}`);
      throw error;
    }
  }
}

export const gitAdapter: Adapter = {
  name: 'git',
  start: (services, { root }) => new GitFollower(services, root),
};
