/**
 * `lmcp replay --event ID`: follows one event through the system, station by station.
 * It exists so that "why did it say that" has an answer a person can read.
 * Invariant: read-only.
 */
import { resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { dataFolder } from '../runtime/paths.js';
import { call, runningDaemon } from './daemon-client.js';
import { warnOfOtherVersion } from './daemon-version.js';

interface Replayed {
  readonly workspace: string;
  readonly sequence: number;
  readonly event: unknown;
  readonly stations: readonly { readonly station: string; readonly what: string }[];
}

interface ReplayedAll {
  readonly equal: boolean;
  readonly learners: readonly {
    readonly task: string;
    readonly offset: number;
    readonly digest: string;
    readonly equal: boolean;
  }[];
}

export async function replay(options: {
  event?: string;
  all?: boolean;
  repo?: string;
  data?: string;
  json?: boolean;
}): Promise<void> {
  const daemon = runningDaemon(dataFolder(options.data));
  warnOfOtherVersion(daemon);
  if (options.all) {
    const query = { workspace: resolve(options.repo ?? '.') };
    const compared = (await call(daemon, { method: 'GET', path: '/api/replay-all', query })) as ReplayedAll;
    if (!compared.equal) process.exitCode = 1;
    tellAll(compared, options.json === true);
    return;
  }
  if (options.event === undefined) throw new LmcpError('LMCP_USAGE', 'replay needs --event ID or --all.');
  const query = { event: options.event, workspace: resolve(options.repo ?? '.') };
  const found = (await call(daemon, { method: 'GET', path: '/api/replay', query })) as Replayed;
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  const width = Math.max(...found.stations.map(({ station }) => station.length));
  const text = found.stations.map(({ station, what }, i) => `${i + 1}. ${station.padEnd(width)}  ${what}`);
  process.stdout.write(`${found.workspace}\n${text.join('\n')}\n\n${JSON.stringify(found.event, null, 2)}\n`);
}

function tellAll(compared: ReplayedAll, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(compared)}\n`);
  else
    for (const { task, offset, digest, equal } of compared.learners)
      process.stdout.write(
        `${equal ? 'equal   ' : 'DIFFERS '} ${task} at ${offset}  ${digest.slice(0, 16)}\n`,
      );
}
