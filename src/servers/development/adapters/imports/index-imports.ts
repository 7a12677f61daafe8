/**
 * Indexes the imports and exports of a commit's JavaScript and TypeScript files as SourceIndexed events.
 * It exists for pairs of files that have no common past yet; it runs in the pool, never where calls are answered.
 * Invariant: only files that changed since the last index are read; what cannot be read is counted, never guessed.
 */
import type { EventInit } from '../../../../runtime/index.js';
import { listChanges, listFiles, type Repository, readBlobs, type TreeFile } from '../git/index.js';
import { languageOf, parseModule } from './parse-module.js';
import { ImportResolver } from './resolve-import.js';

export interface IndexRequest {
  readonly repository: Repository;
  /** Commit to index; default the head at inspection. */
  readonly head?: string;
  /** Commit that was indexed last; null indexes all. */
  readonly since: string | null;
  /** Files that have been indexed; others are, whether they changed since or not. */
  readonly known?: ReadonlySet<string>;
  readonly onBatch: (events: EventInit[]) => Promise<void> | void;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Files of more bytes are left out. Default 512 KiB. */
  readonly largest?: number;
}

export interface Indexed {
  readonly files: number;
  readonly deleted: number;
  /** Too large, binary, missing or not parsed. */
  readonly skipped: number;
}

const batchSize = 128;
/** Bytes of source after which a batch takes no further file: what an event tells of a file is about as long at most. */
const batchBytes = 1_048_576;
/** Bytes of a package.json that is read for its name. */
const largestManifest = 65_536;

/** Name → folder of the repository's packages. */
async function packagesOf(repository: Repository, files: readonly TreeFile[]): Promise<Map<string, string>> {
  const manifests = files.filter(({ path }) => /\/package\.json$/.test(path)).slice(0, 2000);
  const packages = new Map<string, string>();
  const ids = manifests.map(({ blob }) => blob ?? '');
  let at = 0;
  for await (const blob of readBlobs(repository, ids, { largest: largestManifest })) {
    const path = manifests[at++]?.path ?? '';
    const name = /^\s*"name"\s*:\s*"([^"\n]{1,214})"/m.exec(blob?.toString('utf8') ?? '')?.[1];
    if (name !== undefined && !packages.has(name)) packages.set(name, path.slice(0, path.lastIndexOf('/')));
  }
  return packages;
}

function eventOf(sha: string, path: string, text: string, resolver: ImportResolver): EventInit | null {
  const language = languageOf(path);
  const parsed = language === null ? null : parseModule(path, text);
  if (!parsed || language === null) return null;
  const imports = parsed.imports.map(({ module, symbols, typeOnly }) => ({
    module,
    symbols: [...symbols],
    typeOnly,
    resolvedPath: resolver.resolve(path, module) ?? '',
  }));
  const exports = parsed.exports.map((each) => ({ ...each }));
  return {
    source: 'git',
    data: { case: 'sourceIndexed', value: { sha, path, language, imports, exports } },
  };
}

/** What differs since the last index, and what was never indexed. */
async function changesOf(
  { repository, since, known, head = repository.head }: IndexRequest,
  all: readonly TreeFile[],
): Promise<readonly TreeFile[]> {
  const changes = since === null ? null : await listChanges(repository, since, head);
  if (!changes) return all;
  const listed = new Set(changes.map(({ path }) => path));
  return [...changes, ...all.filter(({ path }) => known && !known.has(path) && !listed.has(path))];
}

/** @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED */
export async function indexImports(request: IndexRequest): Promise<Indexed> {
  const { repository, head = repository.head, onBatch, progress, signal, largest = 524_288 } = request;
  const call = signal ? { signal } : {};
  const all = await listFiles(repository, head, call);
  const chosen = (await changesOf(request, all)).filter(({ path }) => languageOf(path) !== null);
  const gone = chosen.filter(({ blob }) => blob === null);
  const there = chosen.filter(({ blob }) => blob !== null);
  const resolver = new ImportResolver(
    new Set(all.map(({ path }) => path)),
    there.length === 0 ? new Map() : await packagesOf(repository, all),
  );
  let waiting: EventInit[] = gone.map(({ path }) => ({
    source: 'git',
    data: { case: 'sourceIndexed', value: { sha: head, path, deleted: true } },
  }));
  let waitingBytes = 0;
  let read = 0;
  let skipped = 0;
  const ids = there.map(({ blob }) => blob ?? '');
  for await (const blob of readBlobs(repository, ids, { largest, call })) {
    const path = there[read++]?.path ?? '';
    const event = blob && !blob.includes(0) ? eventOf(head, path, blob.toString('utf8'), resolver) : null;
    if (event) waiting.push(event);
    else skipped += 1;
    waitingBytes += event ? (blob?.length ?? 0) : 0;
    if (waiting.length < batchSize && waitingBytes < batchBytes) continue;
    const full = waiting;
    waiting = [];
    waitingBytes = 0;
    await onBatch(full);
    progress?.(read, there.length);
  }
  if (waiting.length > 0) await onBatch(waiting);
  return { files: there.length - skipped, deleted: gone.length, skipped };
}
