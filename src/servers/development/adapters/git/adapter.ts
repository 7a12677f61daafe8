/**
 * The git adapter of an open workspace: mines its history into the journal, then follows its head.
 * It exists so that answers rest on the last commit, at the price of a file read before a call.
 * Invariant: one job at a time in a workspace; after each the journal tells every commit reachable from the head it mined.
 */
import { describeError, isLmcpError } from '../../../../errors/index.js';
import type { Adapter, AdapterHandle, AdapterServices } from '../../../../runtime/index.js';
import type { CoChangeLearner } from '../../learners/co-change.js';
import { inTurn } from './in-turn.js';
import { inspectRepository, type Repository } from './inspect-repository.js';
import type { CatchUpArgument, CatchUpResult } from './jobs.js';
import { readHead } from './read-head.js';

/** How often a workspace that nobody calls looks for new commits, in milliseconds. */
const LOOK_EVERY_MS = 5_000;
/** How often calls make it look, in milliseconds. */
const LOOK_AFTER_MS = 500;
/** Pause after a failure, in milliseconds: what broke once is not tried again before each call. Doubles up to the longest. */
const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

type Place = Parameters<Adapter['start']>[1];

const jobs = new URL('./jobs.js', import.meta.url);
const importJobs = new URL('../imports/jobs.js', import.meta.url);

export class GitFollower implements AdapterHandle {
  readonly #services: AdapterServices;
  readonly #place: Place;
  readonly #timer: NodeJS.Timeout;
  #repository: Repository | undefined;
  #head: string | null = null;
  #looked = 0;
  /** Failures in a row, what they said, and when the last one was. */
  #failures = 0;
  readonly #said = new Set<string>();
  #failedAt = 0;
  #running: Promise<void> | undefined;
  #ready: Promise<void>;
  #stopped = false;

  constructor(services: AdapterServices, place: Place) {
    this.#services = services;
    this.#place = place;
    this.#ready = this.#attempt();
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** After a failure: the last attempt's, or a new one's when the last is some seconds old, for what broke may be mended. */
  get ready(): Promise<void> {
    const rested = this.#services.now() - this.#failedAt >= PAUSE_MS;
    if (this.#failures > 0 && rested && !this.#stopped) void this.#attempt().catch(() => undefined);
    return this.#ready;
  }

  touch(): void {
    if (this.#services.now() - this.#looked < LOOK_AFTER_MS) return;
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    this.#looked = this.#services.now();
    if (this.#running || this.#stopped || this.#looked - this.#failedAt < this.#pause()) return;
    if (this.#repository && this.#failures === 0) {
      const head = await readHead(this.#repository);
      if (head === null || head === this.#head || this.#running || this.#stopped) return;
    }
    await this.#attempt().catch(() => undefined);
  }

  /** How long after the last failure nothing is tried unasked, in milliseconds; 0 when the last attempt went well. */
  #pause(): number {
    if (this.#failures === 0) return 0;
    return Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** (this.#failures - 1));
  }

  #attempt(): Promise<void> {
    if (this.#running) return this.#running;
    const running = this.#catchUp()
      .then(
        () => {
          this.#failures = 0;
          this.#said.clear();
        },
        (error: unknown) => {
          this.#failed(error);
          throw error;
        },
      )
      .finally(() => {
        this.#running = undefined;
      });
    this.#running = running;
    this.#ready = running;
    return running;
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#failedAt = this.#services.now();
    const { message } = describeError(error);
    if (this.#stopped || this.#said.has(message)) return;
    this.#said.add(message);
    const level = isLmcpError(error) && error.code === 'LMCP_NO_COMMITS' ? 'info' : 'error';
    this.#services.log(level, `${this.#place.root}: history not read: ${message}`);
  }

  async #catchUp(): Promise<void> {
    const repository = await this.#inspected();
    const head = (await readHead(repository)) ?? repository.head;
    if (this.#stopped || (this.#head === null && this.#isLearned(repository, head))) {
      this.#head = head;
      return;
    }
    await inTurn(this.#services.workspace.id, () => this.#mine(head));
  }

  async #inspected(): Promise<Repository> {
    if (this.#repository && this.#failures === 0) return this.#repository;
    const repository = await inspectRepository(this.#place.root);
    if (repository.shallow && !this.#repository) {
      const text = `${this.#place.root} is a shallow clone: only part of its history can be learned.`;
      this.#services.log('warn', text);
    }
    this.#repository = repository;
    return repository;
  }

  /**
   * Whether the last commit learned is this head, and nothing can be missing behind it: another place, perhaps a shallow clone,
   * may have told it.
   */
  #isLearned(repository: Repository, head: string): boolean {
    const learner = this.#services.workspace.learner<CoChangeLearner>('co-change');
    return learner.head === head && (this.#place.primary || learner.size >= repository.commits);
  }

  async #mine(head: string): Promise<void> {
    if (this.#stopped) return;
    const { job, log, setLearning } = this.#services;
    const { root, primary } = this.#place;
    const argument: CatchUpArgument = { root, head, primary };
    setLearning({ what: 'history', done: 0, total: this.#repository?.commits ?? null });
    try {
      const result = (await job(jobs, 'catchUp', argument, setLearning)) as CatchUpResult;
      // One tree's imports are told; those of others would be told to and fro.
      if (primary)
        await job(importJobs, 'indexSources', { root, head }, setLearning).catch((error) => {
          if (!this.#stopped) log('warn', `${root}: imports not read: ${describeError(error).message}`);
        });
      this.#head = result.head;
    } finally {
      setLearning(null);
    }
  }
}

export const gitAdapter: Adapter = {
  name: 'git',
  start: (services, place) => new GitFollower(services, place),
};
