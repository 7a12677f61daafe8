/**
 * Pool job: reads a file of events and appends them, batch by batch.
 * It exists so that a long import holds neither the gateway nor the journal's readers.
 * Invariant: stops before the first bad line and names it; what is counted is on disk.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import {
  EventIds,
  ForgottenKeys,
  type ImportReport,
  type ImportTarget,
  importJsonl,
  type KnownEvents,
} from '../journal/index.js';
import { payloadOf } from '../proto/index.js';
import type { Job, JobContext } from './pool-thread.js';

/** Events read between two reports of progress. */
const PROGRESS_EVERY = 20_000;

const argumentSchema = z.object({ file: z.string() });

export interface Imported {
  readonly imported: number;
  readonly lines: number;
  /** Events of the file that were left out, by reason. */
  readonly skipped: ImportReport['skipped'];
}

/** @throws LMCP_BAD_EVENT, LMCP_TOO_LARGE with the number of the line; what came before it is imported, and the text says how much */
export const importJsonlFile: Job = async (argument, context): Promise<Imported> => {
  const { file } = argumentSchema.parse(argument);
  const found = await stat(file).catch((cause: unknown) => {
    throw new LmcpError('LMCP_USAGE', `${file} cannot be read.`, { cause });
  });
  if (!found.isFile()) throw new LmcpError('LMCP_USAGE', `${file} is not a file.`);
  const report = await importJsonl({
    journal: { append: appendTo(context) },
    input: createReadStream(file),
    known: await knownTo(context),
    signal: context.signal,
    onProgress: ({ events }) => context.progress({ what: 'importing events', done: events, total: null }),
  });
  const [bad] = report.badLines;
  if (bad)
    throw new LmcpError(
      bad.error.code,
      `${bad.error.message} The ${report.events} events before it are imported.`,
    );
  return { imported: report.events, lines: report.lines, skipped: report.skipped };
};

/** What the journal has and has forgotten. Its ids are read once a line has one: most files of other systems have none. */
async function knownTo(context: JobContext): Promise<KnownEvents> {
  const forgotten = new ForgottenKeys();
  for await (const { event } of context.read(['eventsForgotten'])) forgotten.add(event);
  let ids: Promise<EventIds> | undefined;
  let receipts: Promise<EventIds> | undefined;
  const readIds = async () => {
    const held = new EventIds();
    for await (const { event } of context.read([])) {
      held.add(event.id);
      if (held.size % PROGRESS_EVERY === 0)
        context.progress({ what: 'reading what is known', done: held.size, total: null });
      if (context.signal.aborted) throw new LmcpError('LMCP_CANCELLED', 'Nothing was imported.');
    }
    return held;
  };
  const readReceipts = async () => {
    const held = new EventIds();
    for await (const { event } of context.read(['predictionMade'])) {
      const prediction = payloadOf(event, 'predictionMade')?.prediction ?? '';
      if (prediction !== '') held.add(prediction);
    }
    return held;
  };
  return {
    ids: () => {
      ids ??= readIds();
      return ids;
    },
    holdsReceipt: async (prediction) => {
      receipts ??= readReceipts();
      return (await receipts).has(prediction);
    },
    isForgotten: (event) => forgotten.knows(event),
  };
}

/** A job appends through its context, always durably. */
function appendTo(context: JobContext): ImportTarget['append'] {
  return async (events) => {
    const last = await context.append(events);
    return { first: last - events.length + 1, last };
  };
}
