/**
 * `lmcp import FORMAT [FILE]`: brings events of other systems, or the history of a shell, into a workspace.
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
import { historySource } from './import-history-source.js';
import { importedText } from './import-text.js';
import { bar } from './progress.js';

export interface ImportFlags {
  readonly repo?: string;
  readonly data?: string;
  readonly json?: boolean;
  /** Of a history: bash, zsh, fish, atuin. */
  readonly shell?: string;
  /** Of a history: say what would be imported. */
  readonly dryRun?: boolean;
}

/** What the daemon is asked for. @throws LMCP_USAGE */
function queryOf(format: string, file: string | undefined, flags: ImportFlags): Record<string, string> {
  if (format === 'history') {
    const source = historySource(file, flags.shell);
    return { format, ...source, dryRun: String(flags.dryRun === true) };
  }
  if (format !== 'jsonl')
    throw new LmcpError(
      'LMCP_USAGE',
      `Format "${format.slice(0, 40)}" is not known; there are jsonl and history.`,
    );
  if (file === undefined) throw new LmcpError('LMCP_USAGE', 'Name the file of events to import.');
  if (flags.shell !== undefined || flags.dryRun)
    throw new LmcpError('LMCP_USAGE', '--shell and --dry-run are for the format history.');
  return { format, file: resolve(file) };
}

export async function importFile(
  format: string,
  file: string | undefined,
  flags: ImportFlags,
): Promise<void> {
  const query = queryOf(format, file, flags);
  checkInput(query.file ?? '');
  const workspace = resolve(flags.repo ?? '.');
  await inspectRepository(workspace);
  const daemon = await ensureDaemon(dataFolder(flags.data), workspace);
  warnOfOtherVersion(daemon);
  const shown = bar(flags.json === true);
  const call = { method: 'POST', path: '/api/import', query: { ...query, workspace } } as const;
  let done = false;
  for await (const line of lines(daemon, call)) {
    if (line.done === true) {
      done = true;
      const [first = '', ...others] = importedText(line);
      if (flags.json) process.stdout.write(`${JSON.stringify(line)}\n`);
      else {
        shown.end(first);
        for (const text of others) process.stderr.write(`${text}\n`);
      }
      continue;
    }
    const progress = line.progress as { what: string; done: number; total: number | null };
    shown.at(progress.done, progress.total, progress.what);
  }
  if (!done) throw new LmcpError('LMCP_NO_DAEMON', 'The daemon ended before the import was done.');
}

function checkInput(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile())
    throw new LmcpError('LMCP_USAGE', found ? `${file} is not a file.` : `There is no file ${file}.`);
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    throw new LmcpError('LMCP_DISK', `${file} cannot be read.`, { cause });
  }
}
