/**
 * Pool job: reads a file of events and appends them, batch by batch.
 * It exists so that a long import holds neither the gateway nor the journal's readers.
 * Invariant: stops before the first bad line and names it; what is counted is on disk.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import { type ImportTarget, importJsonl } from '../journal/index.js';
import type { Job, JobContext } from './pool-thread.js';

const argumentSchema = z.object({ file: z.string() });

export interface Imported {
  readonly imported: number;
  readonly lines: number;
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
    signal: context.signal,
    onProgress: ({ events }) => context.progress({ what: 'importing events', done: events, total: null }),
  });
  const [bad] = report.badLines;
  if (bad)
    throw new LmcpError(
      bad.error.code,
      `${bad.error.message} The ${report.events} events before it are imported.`,
    );
  return { imported: report.events, lines: report.lines };
};

/** A job appends through its context, always durably. */
function appendTo(context: JobContext): ImportTarget['append'] {
  return async (events) => {
    const last = await context.append(events);
    return { first: last - events.length + 1, last };
  };
}
