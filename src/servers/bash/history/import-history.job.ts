/**
 * Pool job: brings a shell's history file into the journal, or says what it would bring.
 * It exists so that the first prediction of a new user rests on years of commands.
 * Invariant: idempotent, a file that has grown is taken on from where it ended; nothing is appended in a dry run; what is counted
 * as imported is on disk, without its secrets.
 */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { EventIds, redactText } from '../../../journal/index.js';
import { atMillis, type Event, payloadOf } from '../../../proto/index.js';
import type { Job, JobContext } from '../../../runtime/index.js';
import type { HistoryLeft } from './entry.js';
import { importHistory, shells } from './index.js';

/** Larger files are no history. */
const mostBytes = 256 * 1024 ** 2;
const batch = 500;
/** Events between two looks at whether the work is still wanted. */
const progressEvery = 20_000;

const argumentSchema = z.object({
  file: z.string(),
  shell: z.enum(shells),
  root: z.string(),
  others: z.array(z.string()).default([]),
  dryRun: z.boolean().default(false),
});

export interface ImportedHistory {
  /** Commands brought, or, in a dry run, that would be. */
  readonly imported: number;
  /** Commands of the file. */
  readonly lines: number;
  /** Commands that were left out, by reason: `held`: brought before; the others: see `HistoryLeft`. */
  readonly skipped: Readonly<Partial<Record<HistoryLeft | 'held', number>>>;
  /** Of the imported: those of which a secret was taken out. */
  readonly redacted: number;
  /** Times of the first and the last of them, RFC 3339; null when there is none. */
  readonly from: string | null;
  readonly to: string | null;
}

/** @throws LMCP_USAGE for a file that is none, or a database; LMCP_TOO_LARGE; LMCP_CANCELLED */
export const importHistoryFile: Job = async (argument, context): Promise<ImportedHistory> => {
  const { file, shell, root, others, dryRun } = argumentSchema.parse(argument);
  const found = await stat(file).catch((cause: unknown) => {
    throw new LmcpError('LMCP_USAGE', `${file} cannot be read.`, { cause });
  });
  if (!found.isFile()) throw new LmcpError('LMCP_USAGE', `${file} is not a file.`);
  if (found.size > mostBytes)
    throw new LmcpError('LMCP_TOO_LARGE', `${file} has ${found.size} bytes; the limit is ${mostBytes}.`);
  const held = await heldIn(context);
  const taken = new Taken(context, dryRun);
  const left: Partial<Record<HistoryLeft | 'held', number>> = {};
  const leave = (why: HistoryLeft | 'held') => {
    left[why] = (left[why] ?? 0) + 1;
  };
  let taking = 0;
  const events = importHistory(shell, await readFile(file), {
    root,
    others,
    fileTime: Math.floor(found.mtimeMs),
    identify: (entry) => context.hash(entry),
    onLeft: leave,
  });
  for (const event of events) {
    taking++;
    if (held.add(event.id)) await taken.take(event);
    else leave('held');
  }
  const { elsewhere = 0, tooLong = 0 } = left;
  return { ...(await taken.end()), lines: taking + elsewhere + tooLong, skipped: left };
};

/** Ids of all events, those included that were forgotten: a tombstone keeps its id. */
async function heldIn(context: JobContext): Promise<EventIds> {
  const held = new EventIds();
  for await (const { event } of context.read([])) {
    held.add(event.id);
    if (held.size % progressEvery !== 0) continue;
    context.progress({ what: 'reading what is known', done: held.size, total: null });
    if (context.signal.aborted) throw new LmcpError('LMCP_CANCELLED', 'Nothing was imported.');
  }
  return held;
}

/** Appends in batches, and counts. */
class Taken {
  readonly #context: JobContext;
  readonly #dryRun: boolean;
  #waiting: Event[] = [];
  #imported = 0;
  #redacted = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = 0;

  constructor(context: JobContext, dryRun: boolean) {
    this.#context = context;
    this.#dryRun = dryRun;
  }

  async take(event: Event): Promise<void> {
    const { command = '' } = payloadOf(event, 'commandFinished') ?? {};
    if (redactText(command) !== command) this.#redacted++;
    this.#from = Math.min(this.#from, atMillis(event));
    this.#to = Math.max(this.#to, atMillis(event));
    this.#waiting.push(event);
    if (this.#waiting.length >= batch) await this.#append();
  }

  async #append(): Promise<void> {
    if (this.#context.signal.aborted)
      throw new LmcpError('LMCP_CANCELLED', `${this.#imported} commands were imported before.`);
    if (!this.#dryRun && this.#waiting.length > 0) await this.#context.append(this.#waiting);
    this.#imported += this.#waiting.length;
    this.#waiting = [];
    this.#context.progress({ what: 'importing commands', done: this.#imported, total: null });
  }

  async end(): Promise<Pick<ImportedHistory, 'imported' | 'redacted' | 'from' | 'to'>> {
    await this.#append();
    const time = (at: number) => (this.#imported === 0 ? null : new Date(at).toISOString());
    return { imported: this.#imported, redacted: this.#redacted, from: time(this.#from), to: time(this.#to) };
  }
}
