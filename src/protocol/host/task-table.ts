/**
 * Long calls that outlive their request: state, questions and result of each task (extension io.modelcontextprotocol/tasks).
 * It exists so that a client may go away and come back for the result.
 * Invariant: a terminal state never changes; a task is there until its ttl is over, and not for another caller; bounded in number.
 */
import { randomUUID } from 'node:crypto';
import { LmcpError } from '../../errors/index.js';
import type { CallContext } from '../call.js';
import type { Params } from '../message.js';
import { quoted } from '../quoted.js';
import type { Way } from './questions.js';

/** Tasks of one server at once, running and kept. */
const tasksLimit = 1000;

type State =
  | { readonly status: 'working' }
  | { readonly status: 'completed'; readonly result: string }
  | { readonly status: 'failed'; readonly error: string }
  | { readonly status: 'cancelled' };

interface Open {
  readonly request: { readonly method: string; readonly params: unknown };
  resolve(answer: unknown): void;
}

export class Task {
  readonly id: string;
  readonly owner: string;
  readonly createdAt: number;
  readonly ttlMs: number;
  readonly #now: () => number;
  readonly #pollIntervalMs: number;
  readonly #controller = new AbortController();
  readonly #answers: Map<string, unknown>;
  readonly #open = new Map<string, Open>();
  #state: State = { status: 'working' };
  #message: string | undefined;
  #updatedAt: number;

  constructor({
    id,
    owner,
    ttlMs,
    pollIntervalMs,
    answers,
    now,
  }: TaskInit & { id: string; now: () => number }) {
    this.id = id;
    this.owner = owner;
    this.ttlMs = ttlMs;
    this.#pollIntervalMs = pollIntervalMs;
    this.#answers = new Map(Object.entries(answers));
    this.#now = now;
    this.createdAt = now();
    this.#updatedAt = this.createdAt;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get over(): boolean {
    return this.#state.status !== 'working';
  }

  /** Whether it may be forgotten. */
  get expired(): boolean {
    return this.#now() - this.createdAt > this.ttlMs;
  }

  /** Members of a Task, the same for its creation and for tasks/get. */
  get members(): object {
    const status =
      this.#state.status === 'working' && this.#open.size > 0 ? 'input_required' : this.#state.status;
    return {
      taskId: this.id,
      status,
      ...(this.#message !== undefined && { statusMessage: this.#message }),
      createdAt: new Date(this.createdAt).toISOString(),
      lastUpdatedAt: new Date(this.#updatedAt).toISOString(),
      ttlMs: this.ttlMs,
      pollIntervalMs: this.#pollIntervalMs,
    };
  }

  /** What its state carries besides. */
  detail(): object {
    switch (this.#state.status) {
      case 'working': {
        const requests = [...this.#open].map(([key, { request }]) => [key, request] as const);
        return requests.length === 0 ? {} : { inputRequests: Object.fromEntries(requests) };
      }
      case 'completed':
        return { result: JSON.parse(this.#state.result) as unknown };
      case 'failed':
        return { error: JSON.parse(this.#state.error) as unknown };
      case 'cancelled':
        return {};
    }
  }

  tell(message: string): void {
    if (this.over) return;
    this.#message = message.slice(0, 500);
    this.#updatedAt = this.#now();
  }

  end(state: State): void {
    if (this.over) return;
    this.#state = state;
    this.#open.clear();
    this.#updatedAt = this.#now();
  }

  cancel(): void {
    this.end({ status: 'cancelled' });
    this.#controller.abort();
  }

  /** Takes answers to open questions; others are nobody's business. */
  answer(responses: Params): void {
    for (const [key, answer] of Object.entries(responses)) {
      const open = this.#open.get(key);
      if (open === undefined) continue;
      this.#open.delete(key);
      this.#answers.set(key, answer);
      this.#updatedAt = this.#now();
      open.resolve(answer);
    }
  }

  /** A question stays open until it is answered or the task ends; a key that was answered is answered. */
  readonly way: Way = ({ key, method, params }) => {
    if (this.#answers.has(key)) return Promise.resolve(this.#answers.get(key));
    return new Promise((resolve, reject) => {
      this.#open.set(key, { request: { method, params }, resolve });
      this.#updatedAt = this.#now();
      const gone = () => reject(new LmcpError('LMCP_CANCELLED', 'The task was cancelled.'));
      this.signal.addEventListener('abort', gone, { once: true });
    });
  };
}

export interface TaskInit {
  readonly owner: string;
  readonly ttlMs: number;
  readonly pollIntervalMs: number;
  /** What was answered before the task was made. */
  readonly answers: Params;
}

/** Who may ask for a task. */
export function ownerOf({ workspace, principal, transport, session }: CallContext): string {
  return JSON.stringify([workspace, transport === 'http' ? (principal ?? '') : session]);
}

export class TaskTable {
  readonly #server: string;
  readonly #now: () => number;
  readonly #tasks = new Map<string, Task>();

  constructor(server: string, now: () => number) {
    this.#server = server;
    this.#now = now;
  }

  /** @throws LMCP_OVERLOADED */
  create(init: TaskInit): Task {
    this.#sweep();
    if (this.#tasks.size >= tasksLimit)
      throw new LmcpError('LMCP_OVERLOADED', `${tasksLimit} tasks are running or kept.`);
    const task = new Task({ ...init, id: `${this.#server}.${randomUUID()}`, now: this.#now });
    this.#tasks.set(task.id, task);
    return task;
  }

  /** @throws LMCP_UNKNOWN_TASK also for another caller's. */
  get(id: string, owner: string): Task {
    const task = this.#tasks.get(id);
    if (task === undefined || task.owner !== owner || task.expired)
      throw new LmcpError('LMCP_UNKNOWN_TASK', `Unknown task: ${quoted(id)}.`);
    return task;
  }

  #sweep(): void {
    for (const [id, task] of this.#tasks) {
      if (!task.expired) continue;
      task.cancel();
      this.#tasks.delete(id);
    }
  }
}
