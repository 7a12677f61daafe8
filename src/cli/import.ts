/**
 * `lmcp import jsonl FILE`: brings events of other systems into a workspace.
 * It exists so that years of CI or shell history can be learned from at once.
 * Invariant: what is reported as imported is on disk.
 */
import { resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { dataFolder } from '../runtime/paths.js';
import { lines } from './daemon-client.js';
import { ensureDaemon } from './ensure-daemon.js';
import { bar } from './progress.js';

export async function importFile(
  format: string,
  file: string,
  options: { repo?: string; data?: string; json?: boolean },
): Promise<void> {
  const workspace = resolve(options.repo ?? '.');
  const daemon = await ensureDaemon(dataFolder(options.data), workspace);
  const shown = bar(options.json === true);
  const query = { format, file: resolve(file), workspace };
  for await (const line of lines(daemon, { method: 'POST', path: '/api/import', query })) {
    if (line.done === true) {
      if (options.json) process.stdout.write(`${JSON.stringify(line)}\n`);
      else shown.end(`imported ${line.imported} events into ${line.workspace}`);
      return;
    }
    const { what, done, total } = line.progress as { what: string; done: number; total: number | null };
    shown.at(done, total, what);
  }
  throw new LmcpError('LMCP_NO_DAEMON', 'The daemon ended before the import was done.');
}
