/**
 * `lmcp fsck`: verifies a workspace's journal, block by block, with the daemon stopped.
 * It exists so that damage is named by file and offset before anybody acts on it.
 * Invariant: reads only; exit code 0 sound, 1 damaged or nothing there to verify.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { findDaemon } from '../gateway/daemon-file.js';
import { fsck } from '../journal/index.js';
import { dataFolder, workspaceFolder } from '../runtime/index.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';

export async function check(options: { repo?: string; data?: string; json?: boolean }): Promise<void> {
  const data = dataFolder(options.data);
  const running = findDaemon(data);
  if (running) throw new LmcpError('LMCP_DATA_LOCKED', `Process ${running.pid} writes to ${data}.`);
  const { originId } = await inspectRepository(resolve(options.repo ?? '.'));
  const folder = workspaceFolder(data, originId);
  if (!existsSync(join(folder, 'journal')))
    throw new LmcpError('LMCP_NO_JOURNAL', `There is no journal of ${originId} in ${data} yet.`);
  const report = await fsck(join(folder, 'journal'), { storeDirectory: join(folder, 'views') });
  const sound = report.ok;
  if (!sound) process.exitCode = 1;
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else
    process.stdout.write(`${originId}: ${sound ? 'sound' : 'DAMAGED'}\n${JSON.stringify(report, null, 2)}\n`);
}
