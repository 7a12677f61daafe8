/**
 * `lmcp import jsonl FILE`: brings events of other systems into a workspace.
 * It exists so that years of CI or shell history can be learned from at once.
 * Invariant: what is reported as imported is on disk; no daemon is started for what cannot be imported.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { dataFolder } from '../runtime/paths.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';
import { lines } from './daemon-client.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { ensureDaemon } from './ensure-daemon.js';
import { bar } from './progress.js';

export async function importFile(
  format: string,
  file: string,
  options: { repo?: string; data?: string; json?: boolean },
): Promise<void> {
  checkInput(format, resolve(file));
  const workspace = resolve(options.repo ?? '.');
  await inspectRepository(workspace);
  const daemon = await ensureDaemon(dataFolder(options.data), workspace);
  warnOfOtherVersion(daemon);
  const shown = bar(options.json === true);
  const query = { format, file: resolve(file), workspace };
  for await (const line of lines(daemon, { method: 'POST', path: '/api/import', query })) {
    if (line.done === true) {
      if (options.json) process.stdout.write(`${JSON.stringify(line)}\n`);
      else {
        shown.end(`imported ${line.imported} events into ${line.workspace}`);
        for (const text of skippedText(line)) process.stderr.write(`${text}\n`);
      }
      return;
    }
    const { what, done, total } = line.progress as { what: string; done: number; total: number | null };
    shown.at(done, total, what);
  }
  throw new LmcpError('LMCP_NO_DAEMON', 'The daemon ended before the import was done.');
}

const reasons = {
  otherJournal:
    'speak of another journal (moved heads, tags, what was forgotten or dropped there): not taken',
  otherAudit: 'are the audit of another instance (plans, approvals, actions): not taken',
  otherReceipt: 'are predictions that were not made here, or feedback on them: not taken',
  held: 'are in the journal already: not taken again',
  forgotten: 'were forgotten here: not brought back',
};

/** A line for each reason why events of the file were left out. */
export function skippedText({ skipped }: Readonly<Record<string, unknown>>): string[] {
  const counts = (skipped ?? {}) as Readonly<Record<string, number>>;
  return Object.entries(reasons).flatMap(([reason, text]) =>
    counts[reason] === undefined ? [] : [`${counts[reason].toLocaleString('en')} events ${text}`],
  );
}

function checkInput(format: string, file: string): void {
  if (format !== 'jsonl')
    throw new LmcpError('LMCP_USAGE', `Format "${format.slice(0, 40)}" is not known; there is jsonl.`);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile())
    throw new LmcpError('LMCP_USAGE', found ? `${file} is not a file.` : `There is no file ${file}.`);
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new LmcpError('LMCP_DISK', `${file} cannot be read.`, { cause });
  }
}
