/**
 * `lmcp stdio [SERVER]`: the thin bridge an agent starts, between its pipes and the one daemon.
 * It exists because twenty agents must not each hold models and a store.
 * Invariant: stdout carries protocol and nothing else; it ends when its client does.
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { isLmcpError, LmcpError } from '../errors/index.js';
import { bridge } from '../protocol/transports/bridge.js';
import { dataFolder, socketPath } from '../runtime/paths.js';
import { ensureDaemon } from './ensure-daemon.js';
import { tellFailure } from './failure.js';
import { packageVersion } from './version.js';

export async function runStdio(args: readonly string[]): Promise<void> {
  try {
    const { values, positionals } = parse(args);
    const data = dataFolder(values.data);
    const repo = values.repo ?? process.cwd();
    const [server] = positionals;
    const options = {
      path: socketPath(data),
      preface: {
        lmcp: 1 as const,
        version: packageVersion(),
        session: randomUUID(),
        repo,
        cwd: process.cwd(),
        ...(server === undefined ? {} : { server }),
      },
      input: process.stdin,
      output: process.stdout,
    };
    try {
      await bridge(options);
    } catch (error) {
      if (!isLmcpError(error) || error.code !== 'LMCP_NO_DAEMON') throw error;
      await ensureDaemon(data, repo);
      await bridge(options);
    }
  } catch (error) {
    tellFailure(error, false);
  }
  process.exit();
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { repo: { type: 'string' }, data: { type: 'string' } },
    });
  } catch (error) {
    throw new LmcpError('LMCP_USAGE', error instanceof Error ? error.message : String(error));
  }
}
