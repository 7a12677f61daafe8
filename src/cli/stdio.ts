/**
 * `lmcp stdio [SERVER]`: the thin bridge an agent starts, between its pipes and the one daemon.
 * It exists because twenty agents must not each hold models and a store.
 * Invariant: stdout carries protocol and nothing else; it ends when its client does.
 */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isLmcpError, LmcpError } from '../errors/index.js';
import { bridge } from '../protocol/transports/bridge.js';
import { dataFolder } from '../runtime/paths.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { ensureDaemon } from './ensure-daemon.js';
import { tellFailure } from './failure.js';
import { packageVersion } from './version.js';

/** How long a daemon that has a file but does not answer may take to go, in milliseconds: it may be ending. */
const GOING_MS = 3_000;

export async function runStdio(args: readonly string[]): Promise<void> {
  try {
    const { values, positionals } = parse(args);
    const data = dataFolder(values.data);
    const repo = resolve(values.repo ?? '.');
    const [server] = positionals;
    const preface = {
      lmcp: 1 as const,
      version: packageVersion(),
      session: randomUUID(),
      repo,
      cwd: process.cwd(),
      ...(server === undefined ? {} : { server }),
    };
    const until = Date.now() + GOING_MS;
    for (let attempt = 0; ; attempt++) {
      const daemon = await ensureDaemon(data, repo);
      if (attempt === 0) warnOfOtherVersion(daemon);
      try {
        await bridge({ path: daemon.socket, preface, input: process.stdin, output: process.stdout });
        break;
      } catch (error) {
        if (!isLmcpError(error) || error.code !== 'LMCP_NO_DAEMON' || Date.now() > until) throw error;
        await sleep(50);
      }
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
