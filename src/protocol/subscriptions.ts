/**
 * Who wants to be told of changes, and the telling: streams of subscriptions/listen, and sessions of 2025-11-25.
 * It exists so that a server says once what changed, and every client hears what it asked for and nothing else.
 * Invariant: a change of a resource reaches only listeners of its workspace; bounded in number.
 */
import { LmcpError } from '../errors/index.js';
import type { Surface } from './surface.js';

/** What changed in a server. */
export interface Change {
  readonly server: string;
  /** Id of the workspace it happened in. */
  readonly workspace: string;
  readonly what: 'tools' | 'prompts' | 'resources' | 'resource';
  /** The resource that changed. */
  readonly uri?: string;
}

/** What one listener wants. */
export interface Wanted {
  readonly tools: boolean;
  readonly prompts: boolean;
  readonly resources: boolean;
  readonly uris: ReadonlySet<string>;
}

export interface Listener {
  readonly surface: Surface;
  /** Resolved id of its workspace. */
  readonly workspace: string;
  readonly wanted: Wanted;
  /** Sends a notification of that method. */
  tell(method: string, params: Readonly<Record<string, unknown>>): void;
  /** The endpoint ends. */
  end(): void;
}

export class Subscriptions {
  readonly #listeners = new Set<Listener>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** Whether there is room for another. */
  get free(): boolean {
    return this.#listeners.size < this.#max;
  }

  /** @throws LMCP_OVERLOADED */
  add(listener: Listener): void {
    if (!this.free) throw new LmcpError('LMCP_OVERLOADED', `${this.#max} subscriptions are open.`);
    this.#listeners.add(listener);
  }

  delete(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  publish(change: Change): void {
    const { what, uri } = change;
    for (const listener of this.#listeners) {
      if (!listener.surface.servers.has(change.server)) continue;
      if (what !== 'resource') {
        if (listener.wanted[what]) listener.tell(`notifications/${what}/list_changed`, {});
      } else if (
        uri !== undefined &&
        listener.workspace === change.workspace &&
        listener.wanted.uris.has(uri)
      )
        listener.tell('notifications/resources/updated', { uri });
    }
  }

  close(): void {
    for (const listener of [...this.#listeners]) listener.end();
    this.#listeners.clear();
  }
}
