/**
 * Brings events in from JSONL: one ProtoJSON event a line, plain or gzip, as a stream.
 * It exists because history (years of CI, another instance's export) comes as files.
 * Invariant: lines are appended in order, whatever their times say; by default the import stops before the first bad line, so that the file can be mended
 * and resumed at that line; with `onBadLine: 'skip'` each bad line is reported and the rest goes in. Nothing is dropped silently.
 */
import { createGunzip } from 'node:zlib';
import { isLmcpError, LmcpError } from '../../errors/index.js';
import type { Event } from '../../proto/index.js';
import { encodeEvent } from '../codec.js';
import { parseEventLine } from '../event-line.js';
import type { Appended } from '../journal.js';
import { maxEventBytes } from '../prepare.js';
import { type KnownEvents, type LeftOut, leftOut } from './left-out.js';
import { LineTooLong, linesOf } from './lines.js';

/** What an import needs of a journal: durable appends. */
export interface ImportTarget {
  append(events: readonly Event[], options: { readonly durable: true }): Promise<Appended>;
}

export interface ImportOptions {
  readonly journal: ImportTarget;
  /** The file's bytes; gzip is told by its first two bytes. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Default `stop`. */
  readonly onBadLine?: 'stop' | 'skip';
  /** First line to take, from 1: resumes after an import that stopped. Default 1. */
  readonly fromLine?: number;
  /** Events an append. Default 500. */
  readonly batch?: number;
  /** Characters of lines after which an append takes no further event: large ones go one by one. Default 1 MiB. */
  readonly batchCharacters?: number;
  /** What the journal holds and has forgotten; without it, an event is taken though the journal has its id. */
  readonly known?: KnownEvents;
  readonly onProgress?: (progress: { readonly lines: number; readonly events: number }) => void;
  readonly signal?: AbortSignal;
}

export interface BadLine {
  readonly line: number;
  readonly error: LmcpError;
}

export interface ImportReport {
  /** Lines read, empty ones included. */
  readonly lines: number;
  /** Events appended and on disk. */
  readonly events: number;
  /** Sequences they got; null when there were none. Others may have appended in between. */
  readonly first: number | null;
  readonly last: number | null;
  /** Sound events that were left out, by reason. */
  readonly skipped: Readonly<Partial<Record<LeftOut, number>>>;
  /** The line the import stopped before (`stop`), or the lines left out (`skip`, the first 1,000). */
  readonly badLines: readonly BadLine[];
  /** How many lines were bad, all counted. */
  readonly badCount: number;
  /** Whether the whole input was taken. */
  readonly complete: boolean;
}

const keptBadLines = 1000;
const defaultBatchCharacters = 1_048_576;

/**
 * Imports a stream of lines. Bad lines are in the report.
 * @throws what `append` throws (LMCP_DISK_FULL …), with `data: { line }`: the first line that is not in the journal; LMCP_CANCELLED
 */
export async function importJsonl(options: ImportOptions): Promise<ImportReport> {
  const { onBadLine = 'stop', fromLine = 1, batch = 500, onProgress, signal } = options;
  const { batchCharacters = defaultBatchCharacters, known } = options;
  const badLines: BadLine[] = [];
  let badCount = 0;
  let lines = 0;
  let events = 0;
  let first: number | null = null;
  let last: number | null = null;
  let waiting: Event[] = [];
  let waitingFrom = fromLine;
  let characters = 0;
  let complete = true;
  const skipped: Partial<Record<LeftOut, number>> = {};
  const append = async () => {
    if (waiting.length === 0) return;
    const appended = await options.journal.append(waiting, { durable: true }).catch((error: unknown) => {
      throw at(error, waitingFrom);
    });
    first ??= appended.first;
    last = appended.last;
    events += waiting.length;
    waiting = [];
    characters = 0;
    onProgress?.({ lines, events });
  };
  const bad = (line: number, error: LmcpError) => {
    badCount += 1;
    if (badLines.length < keptBadLines) badLines.push({ line, error });
  };
  const take = async () => {
    for await (const line of linesOf(await unzipped(options.input))) {
      if (signal?.aborted) {
        const line = waiting.length > 0 ? waitingFrom : lines + 1;
        throw new LmcpError('LMCP_CANCELLED', `Stopped before line ${line}.`, { data: { line } });
      }
      lines += 1;
      if (lines < fromLine || line.trim() === '') continue;
      const parsed = parsedLine(line, lines);
      if (parsed instanceof LmcpError) {
        bad(lines, parsed);
        if (onBadLine === 'skip') continue;
        complete = false;
        break;
      }
      const why = await leftOut(parsed, known);
      if (why !== undefined) {
        skipped[why] = (skipped[why] ?? 0) + 1;
        continue;
      }
      if (waiting.length === 0) waitingFrom = lines;
      waiting.push(parsed);
      characters += line.length;
      if (waiting.length >= batch || characters >= batchCharacters) await append();
    }
  };
  await take().catch((error: unknown) => {
    if (!(error instanceof LineTooLong)) throw error;
    lines += 1;
    bad(lines, error);
    complete = false;
  });
  await append();
  return { lines, events, first, last, skipped, badLines, badCount, complete };
}

function parsedLine(line: string, number: number): Event | LmcpError {
  try {
    const event = parseEventLine(line, number);
    // Only a long line can be a large event: its encoding is no longer than its JSON.
    const bytes = line.length > maxEventBytes / 4 ? encodeEvent(event).length : 0;
    if (bytes <= maxEventBytes) return event;
    const why = `the event takes ${bytes} bytes; the limit is ${maxEventBytes}.`;
    return new LmcpError('LMCP_TOO_LARGE', `Line ${number}: ${why}`, { data: { line: number } });
  } catch (error) {
    if (isLmcpError(error)) return error;
    throw error;
  }
}

function at(error: unknown, line: number): unknown {
  if (!isLmcpError(error)) return error;
  return new LmcpError(
    error.code,
    `${error.message} (line ${line} is the first that is not in the journal)`,
    {
      cause: error,
      data: { ...error.data, line },
    },
  );
}

/** Looks at the first bytes and unpacks when they are gzip's. */
async function unzipped(input: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = input[Symbol.asyncIterator]();
  const start = await iterator.next();
  const whole = (async function* () {
    if (start.done) return;
    yield start.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  const zipped = !start.done && start.value[0] === 0x1f && start.value[1] === 0x8b;
  return zipped ? gunzip(whole) : whole;
}

async function* gunzip(input: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const unzip = createGunzip();
  const feeding = feed(input, unzip);
  try {
    for await (const chunk of unzip) yield chunk as Buffer;
    await feeding;
  } catch (cause) {
    throw new LmcpError('LMCP_BAD_EVENT', 'The file is not whole gzip data.', { cause });
  } finally {
    unzip.destroy();
    await feeding.catch(() => undefined);
  }
}

async function feed(input: AsyncIterable<Uint8Array>, unzip: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of input) {
      if (unzip.destroyed) return;
      if (!unzip.write(chunk))
        await new Promise<void>((resolve) => unzip.once('drain', resolve).once('close', resolve));
    }
    unzip.end();
  } catch (error) {
    unzip.destroy(error as Error);
  }
}
