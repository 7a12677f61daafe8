/**
 * Which repository the folder of a hook's command lies in, remembered for as long as an agent works there.
 * It exists because a hook asks before every command, and git takes longer than the check itself.
 * Invariant: `soon` answers in time, with what is known by then; a folder that lies in no repository is not asked about again at once.
 */
import { isAbsolute } from 'node:path';
import type { Known, Workspaces } from './workspaces.js';

/** How long an answer is not questioned, in milliseconds. */
const FRESH_MS = 30_000;
/** The longest a check waits for git, in milliseconds. */
const PATIENCE_MS = 150;
const FOLDERS = 1_000;
/** Bytes of a path that the system takes (limits.h, PATH_MAX). */
const MOST_PATH = 4_096;

interface Seen {
  /** Resolves with undefined for a folder in no repository, or none at all. */
  looking: Promise<Known | undefined>;
  /** What the look before said. */
  found: Known | undefined;
  at: number;
}

export interface HookFoldersOptions {
  readonly workspaces: Pick<Workspaces, 'resolve'>;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  readonly patienceMs?: number;
}

export class HookFolders {
  readonly #options: HookFoldersOptions;
  readonly #seen = new Map<string, Seen>();

  constructor(options: HookFoldersOptions) {
    this.#options = options;
  }

  /** The repository around a folder, if it is known soon enough; what was true a while ago counts meanwhile. */
  async soon(folder: string): Promise<Known | undefined> {
    const seen = this.#look(folder);
    if (!seen) return undefined;
    if (seen.found) return seen.found;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), this.#options.patienceMs ?? PATIENCE_MS);
    });
    const found = await Promise.race([seen.looking, patience]);
    clearTimeout(timer);
    return found;
  }

  /** The repository around a folder. */
  async find(folder: string): Promise<Known | undefined> {
    return this.#look(folder)?.looking;
  }

  #look(folder: string): Seen | undefined {
    if (!isAbsolute(folder) || folder.includes('\0') || Buffer.byteLength(folder) > MOST_PATH)
      return undefined;
    const { workspaces, now } = this.#options;
    const before = this.#seen.get(folder);
    if (before && now() - before.at < FRESH_MS) return before;
    const looking = workspaces.resolve(folder).catch(() => undefined);
    const seen: Seen = { looking, found: before?.found, at: now() };
    looking.then((found) => {
      seen.found = found;
    });
    if (!before && this.#seen.size >= FOLDERS) this.#seen.clear();
    this.#seen.set(folder, seen);
    return seen;
  }
}
