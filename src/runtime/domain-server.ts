/**
 * What a domain brings to the runtime: its MCP surface, its learners, its adapters, the queries others may ask.
 * It exists so that whoever knows one server's `server.ts` knows all of them.
 * Invariant: `surface` loads without learners, parsers or native modules being touched; adapters start in the server's thread only.
 */
import type { AnyLearner } from '../learning/index.js';
import type { Server } from '../protocol/index.js';
import type { Progress } from './messages.js';
import type { Services, Workspace } from './services.js';

/** What an adapter may do beyond reading its workspace. */
export interface AdapterServices {
  readonly workspace: Workspace;
  /** Runs slow work in the pool; resolves with what the job returned. */
  job(
    module: URL,
    name: string,
    argument: unknown,
    onProgress?: (progress: Progress) => void,
  ): Promise<unknown>;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string): void;
  /** What the workspace is busy with, for status and for answers; null when done. */
  setLearning(progress: Progress | null): void;
  readonly signal: AbortSignal;
}

/** Brings outside facts into the journal while a workspace is open. */
export interface Adapter {
  readonly name: string;
  start(services: AdapterServices, place: Place): AdapterHandle;
}

/** A working tree (or bare repository) of the workspace. */
export interface Place {
  /** Absolute. */
  readonly root: string;
  /** The first one opened. Others (work trees, further clones) only add to what is known: they retract nothing. */
  readonly primary: boolean;
}

export interface AdapterHandle {
  /** Resolves when the first import is done (or there was nothing to import). */
  readonly ready: Promise<void>;
  /** Called before each tool call: must cost well under a millisecond. */
  touch(): void;
  stop(): void;
}

export interface DomainServer {
  readonly surface: Server<Services>;
  /** New learners, unfolded. */
  readonly learners: readonly (() => AnyLearner)[];
  readonly adapters: readonly Adapter[];
  /** Says that calls are no agent's work, and are not recorded. */
  readonly unrecorded?: true;
  /** Questions other servers and the gateway may ask this one, by name. */
  readonly queries: Readonly<Record<string, (argument: unknown, services: Services) => Promise<unknown>>>;
}

/** A server as the gateway lists it: its surface, and where its thread finds the rest (a module that exports `server`). */
export interface CatalogueEntry {
  readonly name: string;
  readonly surface: Server<Services>;
  readonly module: URL;
  /** Tasks its learners answer for, so that feedback finds its way. */
  readonly tasks: readonly string[];
}
