/**
 * `lmcp export [FILE]`: a workspace's events as JSONL, the form that `lmcp import` and `lmcp evaluate` read.
 * It exists so that users own what was learned from.
 * Invariant: reads only, beside a running daemon too; a damaged journal gives its good prefix and exit code 1.
 */
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LmcpError } from '../errors/index.js';
import { eventTypes, exportJsonl, readJournal } from '../journal/index.js';
import type { EventType } from '../proto/index.js';
import { dataFolder } from '../runtime/index.js';
import { bar } from './progress.js';
import { journalKey, journalOf } from './workspace-journal.js';

interface Options {
  readonly repo?: string;
  readonly data?: string;
  readonly from?: string;
  readonly to?: string;
  readonly type?: readonly string[];
  readonly json?: boolean;
}

export async function exportEvents(file: string | undefined, options: Options): Promise<void> {
  if (options.json && file === undefined)
    throw new LmcpError('LMCP_USAGE', '--json tells of the export: name a FILE for the events themselves.');
  const types = (options.type ?? []).map(typeNamed);
  const data = dataFolder(options.data);
  const found = await journalOf(data, options.repo);
  const journal = await readJournal(found.journal, await journalKey(data, found.journal));
  const good = journal.damage ? journal.damage.sequence - 1 : journal.lastSequence;
  const from = numbered(options.from, 'from') ?? 1;
  const to = Math.min(numbered(options.to, 'to') ?? good, good);
  const shown = bar(options.json === true || file === undefined);
  let events = 0;
  const chunks = exportJsonl({
    journal,
    from,
    to,
    ...(types.length > 0 && { types }),
    onProgress: (progress) => {
      events = progress.events;
      shown.at(events, progress.total, 'events exported');
    },
  });
  const target =
    file === undefined ? process.stdout : createWriteStream(resolve(file), { flags: 'wx', mode: 0o600 });
  await pipeline(Readable.from(chunks), target, { end: file !== undefined }).catch(readably(file));
  if (file !== undefined && options.json)
    process.stdout.write(`${JSON.stringify({ workspace: found.id, file: resolve(file), events })}\n`);
  else shown.end(`exported ${events.toLocaleString('en')} events of ${found.id} to ${file}`);
  if (journal.damage)
    throw new LmcpError(
      'LMCP_JOURNAL_CORRUPT',
      `Only events before ${journal.damage.sequence} could be read.`,
    );
}

function typeNamed(name: string): EventType {
  const type = eventTypes.find((known) => known === name);
  if (type) return type;
  throw new LmcpError(
    'LMCP_USAGE',
    `There is no event type "${name.slice(0, 60)}"; they are: ${eventTypes.join(', ')}.`,
  );
}

function numbered(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new LmcpError(
    'LMCP_USAGE',
    `--${option} takes a sequence number from 1, not "${text.slice(0, 40)}".`,
  );
}

function readably(file: string | undefined): (error: unknown) => void {
  return (error) => {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw new LmcpError('LMCP_NOT_EMPTY', `${file} exists.`);
    if (code === 'EPIPE') return;
    if (error instanceof LmcpError || code === 'ENOSPC') throw error;
    throw new LmcpError('LMCP_DISK', `${file ?? 'The output'} cannot be written (${code}).`, {
      cause: error,
    });
  };
}
