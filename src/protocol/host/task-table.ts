/**
 * Long calls that outlive their request: state, questions and result of each task (extension io.modelcontextprotocol/tasks).
 * It exists so that a client may go away and come back for the result.
 * Invariant: a terminal state never changes; a task is there until its ttl is over or its place is needed, and not for another caller;
 * bounded in number and bytes: what has ended makes room for what begins, and nothing that runs does.
 */
import { randomUUID } from 'node:crypto';
import { LmcpError } from '../../errors/index.js';
import type { CallContext } from '../call.js';
import type { Params } from '../message.js';
import { quoted } from '../quoted.js';
import type { Way } from './questions.js';

/** Tasks of one server at once, running and kept. */
const tasksLimit = 1000;
/** And of one caller. */
const ownedLimit = 100;
/** Bytes of the results that are kept. */
const keptLimit = 16 * 2 ** 20;

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
  readonly #onEnd: (task: Task) => void;
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
    onEnd,
  }: TaskInit & { id: string; now: () => number; onEnd: (task: Task) => void }) {
    this.id = id;
    this.owner = owner;
    this.ttlMs = ttlMs;
    this.#pollIntervalMs = pollIntervalMs;
    this.#answers = new Map(Object.entries(answers));
    this.#now = now;
    this.#onEnd = onEnd;
    this.createdAt = now();
    this.#updatedAt = this.createdAt;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get over(): boolean {
    return this.#state.status !== 'working';
  }

  /** What it keeps for its caller, in bytes. */
  get bytes(): number {
    const state = this.#state;
    const kept = state.status === 'completed' ? state.result : state.status === 'failed' ? state.error : '';
    return Buffer.byteLength(kept);
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
    this.#answers.clear();
    this.#updatedAt = this.#now();
    this.#onEnd(this);
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
    if (this.over) return Promise.reject(new LmcpError('LMCP_CANCELLED', 'The task has ended.'));
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
  /** Of them, those that have ended, with their bytes; the one that ended first comes first. */
  readonly #ended = new Map<Task, number>();
  #kept = 0;

  constructor(server: string, now: () => number) {
    this.#server = server;
    this.#now = now;
  }

  /** @throws LMCP_OVERLOADED when too many of this caller, or of all, still run. */
  create(init: TaskInit): Task {
    this.#sweep();
    const { owner } = init;
    if (this.#ownedBy(owner) >= ownedLimit && !this.#evict(owner))
      throw new LmcpError('LMCP_OVERLOADED', `${ownedLimit} tasks of yours are running.`);
    if (this.#tasks.size >= tasksLimit && !this.#evict(owner) && !this.#evict())
      throw new LmcpError('LMCP_OVERLOADED', `${tasksLimit} tasks are running.`);
    const id = `${this.#server}.${randomUUID()}`;
    const task = new Task({ ...init, id, now: this.#now, onEnd: (it) => this.#keep(it) });
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
    for (const task of this.#tasks.values()) {
      if (!task.expired) continue;
      task.cancel();
      this.#forget(task);
    }
  }

  #ownedBy(owner: string): number {
    let count = 0;
    for (const task of this.#tasks.values()) if (task.owner === owner) count += 1;
    return count;
  }

  /** A caller's results make room for its own before they take it from others. */
  #keep(task: Task): void {
    const { bytes, owner } = task;
    while (this.#kept + bytes > keptLimit) if (!this.#evict(owner) && !this.#evict()) break;
    this.#ended.set(task, bytes);
    this.#kept += bytes;
  }

  /** Forgets the task that ended first, of that caller or of any; false when none has ended. */
  #evict(owner?: string): boolean {
    for (const task of this.#ended.keys()) {
      if (owner !== undefined && task.owner !== owner) continue;
      this.#forget(task);
      return true;
    }
    return false;
  }

  #forget(task: Task): void {
    this.#tasks.delete(task.id);
    this.#kept -= this.#ended.get(task) ?? 0;
    this.#ended.delete(task);
  }
}
