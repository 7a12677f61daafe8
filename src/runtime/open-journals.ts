/**
 * Which workspaces' journals are open: opened on first use, closed when idle, bounded in number.
 * It exists so that a daemon that has seen a thousand repositories holds the memory and the files of those in use.
 * Invariant: a workspace's journal is open once; it is not closed while anybody uses it, and not opened before it has closed.
 */
import { describeError, LmcpError } from '../errors/index.js';
import type { Journal, Snapshots } from '../journal/index.js';
import type { JournalStatus } from './messages.js';

/** A journal that nobody used for so long is closed. */
const IDLE_MS = 10 * 60_000;
/** So many are open at once; a learner that follows a journal uses it. */
const MOST_OPEN = 128;

export interface OpenWorkspace {
  readonly journal: Journal;
  readonly snapshots: Snapshots;
  /** Writes a consistent copy of the store into a folder, which must exist; absent where a store is no file. */
  copyViews?(to: string): Promise<void>;
  /** Closes journal and store, in this order. */
  close(): Promise<void>;
}

export interface OpenedWorkspace extends OpenWorkspace {
  readonly readers: Readers;
}

/** Readers that wait for an event past the end. */
export interface Readers {
  readonly waiting: Set<() => void>;
  /** The journal is about to be closed: nobody waits any more, all are answered with what there is. */
  ending: boolean;
}

export interface OpenJournalsOptions {
  readonly open: (workspace: string) => Promise<OpenWorkspace>;
  readonly idleMs?: number;
  readonly mostOpen?: number;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

interface Entry {
  readonly opening: Promise<OpenedWorkspace>;
  users: number;
  usedAt: number;
  /** Called when the last user has gone. */
  onIdle: (() => void) | undefined;
}

export class OpenJournals {
  readonly #open: OpenJournalsOptions['open'];
  readonly #idleMs: number;
  readonly #mostOpen: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Map<string, Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor({
    open,
    idleMs = IDLE_MS,
    mostOpen = MOST_OPEN,
    now = () => performance.now(),
  }: OpenJournalsOptions) {
    this.#open = open;
    this.#idleMs = idleMs;
    this.#mostOpen = mostOpen;
    this.#now = now;
    this.#timer = setInterval(() => this.evict(), Math.max(10, idleMs / 10)).unref();
  }

  /** Journals open or being opened. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Runs some work on a workspace's journal, which is opened for it if need be and not closed before it ends.
   * @throws what opening throws; LMCP_OVERLOADED when too many are in use at once
   */
  async use<T>(workspace: string, work: (opened: OpenedWorkspace) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(workspace) ?? this.#begin(workspace);
    entry.users += 1;
    try {
      return await work(await entry.opening);
    } finally {
      entry.users -= 1;
      entry.usedAt = this.#now();
      if (entry.users === 0) entry.onIdle?.();
    }
  }

  /**
   * Closes a workspace's journal and opens it again. Whoever waits for an event is answered, what is under way ends first, and what
   * comes meanwhile waits: nobody is refused.
   * @throws what opening throws; the next use tries again
   */
  async reopen(workspace: string): Promise<void> {
    const entry = this.#entries.get(workspace);
    if (entry) this.#end(workspace, entry, 'in peace');
    await this.use(workspace, async () => undefined);
  }

  /** Closes what nobody has used for a while. */
  evict(): void {
    for (const [workspace, entry] of this.#entries)
      if (entry.users === 0 && this.#now() - entry.usedAt >= this.#idleMs) this.#end(workspace, entry);
  }

  async status(): Promise<JournalStatus['workspaces']> {
    const all = [...this.#entries].map(async ([id, { opening }]) => ({
      id,
      journal: (await opening).journal,
    }));
    return (await Promise.allSettled(all)).map((it) =>
      it.status === 'fulfilled'
        ? { id: it.value.id, last: it.value.journal.lastSequence, readOnly: readOnly(it.value.journal) }
        : { id: 'unknown', last: 0, readOnly: describeError(it.reason).message },
    );
  }

  /** Closes all, whoever uses them. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const [workspace, entry] of this.#entries) this.#end(workspace, entry);
    await Promise.all(this.#closing.values());
  }

  #begin(workspace: string): Entry {
    if (this.#entries.size >= this.#mostOpen) this.#makeRoom();
    const before = this.#closing.get(workspace) ?? Promise.resolve();
    const opening = before.then(() => this.#open(workspace)).then(withReaders);
    const entry: Entry = { opening, users: 0, usedAt: this.#now(), onIdle: undefined };
    this.#entries.set(workspace, entry);
    opening.catch(() => {
      if (this.#entries.get(workspace) === entry) this.#entries.delete(workspace);
    });
    return entry;
  }

  /** Closes the journal that was used least lately. @throws LMCP_OVERLOADED when all are in use */
  #makeRoom(): void {
    let oldest: [string, Entry] | undefined;
    for (const found of this.#entries)
      if (found[1].users === 0 && (!oldest || found[1].usedAt < oldest[1].usedAt)) oldest = found;
    if (!oldest)
      throw new LmcpError('LMCP_OVERLOADED', `${this.#mostOpen} workspaces are in use; no more are opened.`);
    this.#end(...oldest);
  }

  /** @param how `in peace`: whoever uses it ends first */
  #end(workspace: string, entry: Entry, how: 'at once' | 'in peace' = 'at once'): void {
    this.#entries.delete(workspace);
    const closing = entry.opening
      .then(async (opened) => {
        opened.readers.ending = true;
        wakeAll(opened.readers);
        if (how === 'in peace') await idle(entry);
        await opened.close();
      })
      .catch(() => undefined)
      .finally(() => {
        if (this.#closing.get(workspace) === closing) this.#closing.delete(workspace);
      });
    this.#closing.set(workspace, closing);
  }
}

function idle(entry: Entry): Promise<void> {
  if (entry.users === 0) return Promise.resolve();
  return new Promise((resolve) => {
    entry.onIdle = resolve;
  });
}

function withReaders(it: OpenWorkspace): OpenedWorkspace {
  const readers: Readers = { waiting: new Set(), ending: false };
  it.journal.onAppended(() => wakeAll(readers));
  return { ...it, readers };
}

function wakeAll({ waiting }: Readers): void {
  for (const wake of [...waiting]) wake();
}

/** Code and reason, for people; null while it takes events. */
function readOnly({ problem, state }: Journal): string | null {
  if (problem) return `${problem.code}: ${problem.message}`;
  return state === 'open' ? null : state;
}
