/**
 * Which workspaces this daemon knows: a repository's id, and the root of its working tree.
 * It exists so that a bridge's folder, an HTTP header and the daemon's own start all name the same thing.
 * Invariant: a root is trusted only after git has said that it is a repository; ids never hold credentials.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeError, LmcpError } from '../errors/index.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';

export interface Known {
  readonly id: string;
  readonly root: string;
}

/** A folder's repository may be made anew, or get another origin. */
const LOOK_AGAIN_MS = 60_000;
const FOLDERS_KEPT = 1_000;

interface Resolved {
  readonly known: Promise<Known>;
  readonly at: number;
  /** What `known` resolved with. */
  found: Known | undefined;
}

export class Workspaces {
  readonly #file: string;
  readonly #roots = new Map<string, string>();
  /** Folder → workspace, so that a call does not run git. */
  readonly #resolved = new Map<string, Resolved>();
  #defaultFolder: string | undefined;
  /** Used where a client names none. */
  default: Known | undefined;
  /** Why there is no default. */
  reason: LmcpError | undefined;

  constructor(data: string) {
    this.#file = join(data, 'workspaces.json');
    for (const [id, root] of Object.entries(readRoots(this.#file))) this.#roots.set(id, root);
  }

  all(): Known[] {
    return [...this.#roots].map(([id, root]) => ({ id, root }));
  }

  rootOf(id: string): string | null {
    return this.#roots.get(id) ?? null;
  }

  /** Opens the repository that holds a folder. @throws LMCP_NOT_A_REPOSITORY, LMCP_NO_COMMITS */
  open(folder: string): Promise<Known> {
    const found = this.#resolved.get(folder);
    if (found && isFresh(found)) return found.known;
    const known = inspectRepository(folder).then(({ originId, root }) => {
      this.#remember(originId, root);
      return { id: originId, root };
    });
    if (this.#resolved.size >= FOLDERS_KEPT) this.#resolved.clear();
    const resolved: Resolved = { known, at: performance.now(), found: undefined };
    this.#resolved.set(folder, resolved);
    known.then(
      (value) => {
        resolved.found = value;
      },
      () => this.#resolved.delete(folder),
    );
    return known;
  }

  /** Makes a folder's repository the one for clients that name none; keeps the reason when it is not one. */
  async useAsDefault(folder: string): Promise<Known | undefined> {
    this.#defaultFolder = folder;
    try {
      this.default = await this.open(folder);
      this.reason = undefined;
    } catch (error) {
      this.reason = describeError(error);
    }
    return this.default;
  }

  /** What `resolve` would answer, where nobody needs to be asked; undefined where `resolve` must look. */
  known(hint: string | undefined): Known | undefined {
    if (hint === undefined || hint === '') return this.default;
    const root = this.#roots.get(hint);
    if (root !== undefined) return { id: hint, root };
    const resolved = this.#resolved.get(hint);
    return resolved && isFresh(resolved) ? resolved.found : undefined;
  }

  /** A client's hint: a known id, an absolute folder, or nothing. @throws LMCP_NOT_A_REPOSITORY, LMCP_NO_COMMITS */
  async resolve(hint: string | undefined): Promise<Known> {
    if (hint === undefined || hint === '') return this.default ?? this.#lateDefault();
    const root = this.#roots.get(hint);
    if (root !== undefined) return { id: hint, root };
    if (!hint.startsWith('/')) {
      throw new LmcpError(
        'LMCP_NOT_A_REPOSITORY',
        `No workspace "${hint.slice(0, 200)}" is known to this daemon.`,
      );
    }
    return this.open(hint);
  }

  /** The folder may have become a repository, or got its first commit, since the start. */
  async #lateDefault(): Promise<Known> {
    const found =
      this.#defaultFolder === undefined ? undefined : await this.useAsDefault(this.#defaultFolder);
    if (found) return found;
    const none = 'This client named no repository, and the daemon was started in none.';
    throw this.reason ?? new LmcpError('LMCP_NOT_A_REPOSITORY', none);
  }

  /** The root opened last stands for its origin; the others are attached to the same workspace as they are used. */
  #remember(id: string, root: string): void {
    if (this.#roots.get(id) === root) return;
    this.#roots.set(id, root);
    const draft = `${this.#file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(Object.fromEntries(this.#roots), null, 2), { mode: 0o600 });
    renameSync(draft, this.#file);
  }
}

function isFresh({ at }: Resolved): boolean {
  return performance.now() - at < LOOK_AGAIN_MS;
}

function readRoots(file: string): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    const entries = Object.entries(parsed).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
