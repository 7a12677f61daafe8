/**
 * `lmcp start`: the daemon in the foreground, saying where it listens and what it has learned.
 * It exists as the one command a user must know.
 * Invariant: with a daemon already running on the data folder it adds the repository to that one and says so.
 */
import { join, resolve } from 'node:path';
import { describeError, LmcpError } from '../errors/index.js';
import { type DaemonFile, findDaemon } from '../gateway/daemon-file.js';
import { type Daemon, openLog, startDaemon } from '../gateway/index.js';
import { configFile, dataFolder, logFile, makePrivate, readConfig } from '../runtime/index.js';
import { followLearning } from './learn-progress.js';
import { bar } from './progress.js';
import { tellDaemon, tellLearned } from './start-text.js';
import { packageVersion } from './version.js';

export interface StartOptions {
  readonly port?: string;
  readonly data?: string;
  readonly repo?: string;
  readonly token?: string;
  readonly idleMinutes?: string;
  readonly background?: boolean;
  readonly json?: boolean;
}

export async function start(options: StartOptions): Promise<void> {
  const data = dataFolder(options.data);
  const repo = resolve(options.repo ?? '.');
  const running = findDaemon(data);
  if (running) return options.background ? undefined : joinRunning(running, repo, options);
  const daemon = await launch(data, repo, options);
  process.on('SIGINT', () => void daemon.stop('interrupted'));
  process.on('SIGTERM', () => void daemon.stop('asked to end'));
  process.on('SIGHUP', () => void daemon.stop('terminal closed'));
  if (!options.background) void tell(data, repo, options);
  else void warmUp(daemon);
  await daemon.ended;
  process.exit();
}

async function launch(data: string, repo: string, options: StartOptions): Promise<Daemon> {
  makePrivate(data);
  const version = packageVersion();
  const config = readConfig(configFile());
  const idleMinutes =
    options.idleMinutes === undefined
      ? config.gateway.idleMinutes
      : count(options.idleMinutes, '--idle-minutes');
  const port = options.port === undefined ? config.gateway.port : count(options.port, '--port');
  const settings = {
    data,
    repo,
    version,
    config: { ...config, gateway: { ...config.gateway, idleMinutes } },
    log: openLog(logFile(data), { version }),
    ...(options.token === undefined ? {} : { token: options.token }),
  };
  try {
    return await startDaemon({ ...settings, port });
  } catch (error) {
    // A default that happens to be taken is no reason to fail; a port that was asked for is.
    if (options.port !== undefined || describeError(error).code !== 'LMCP_PORT_IN_USE') throw error;
    return startDaemon({ ...settings, port: 0 });
  }
}

async function joinRunning(running: DaemonFile, repo: string, options: StartOptions): Promise<void> {
  if (options.json) return say(running);
  process.stdout.write(
    `A daemon (process ${running.pid}) already runs on this data folder; this repository joins it.\n`,
  );
  tellDaemon(running, join(dataFolder(options.data), 'token'));
  tellLearned(running, await followLearning(running, repo, bar(false)));
}

async function tell(data: string, repo: string, options: StartOptions): Promise<void> {
  const daemon = findDaemon(data);
  if (!daemon) return;
  if (options.json) return say(daemon);
  tellDaemon(daemon, join(data, 'token'));
  try {
    tellLearned(daemon, await followLearning(daemon, repo, bar(false)));
  } catch (error) {
    const { code, message, hint } = describeError(error);
    process.stdout.write(`\nNothing learned yet. ${code}: ${message}\n  ${hint}\n`);
  }
  process.stdout.write('\nCtrl-C ends the daemon.\n');
}

function say(daemon: DaemonFile): void {
  const { url, token, pid } = daemon;
  process.stdout.write(`${JSON.stringify({ url, token, dashboard: `${url}/#token=${token}`, pid })}\n`);
}

/** A daemon that a bridge started learns at once, so that the first question finds an answer. */
async function warmUp(daemon: Daemon): Promise<void> {
  const workspace = daemon.workspaces.default;
  if (workspace) await daemon.threads.query('development', workspace.id, 'progress').catch(() => undefined);
}

function count(text: string, option: string): number {
  const value = Number(text);
  if (
    !Number.isFinite(value) ||
    value < 0 ||
    (option === '--port' && (!Number.isInteger(value) || value > 65_535))
  ) {
    throw new LmcpError('LMCP_USAGE', `${option} needs a number, not "${text.slice(0, 40)}".`);
  }
  return value;
}
