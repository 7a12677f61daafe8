/**
 * `lmcp start`: the daemon in the foreground, saying where it listens and what it has learned.
 * It exists as the one command a user must know.
 * Invariant: with a daemon already running on the data folder it adds the repository to that one and says so.
 */
import { resolve } from 'node:path';
import { describeError } from '../errors/index.js';
import { type DaemonFile, findDaemon } from '../gateway/daemon-file.js';
import { type Daemon, openLog, startDaemon } from '../gateway/index.js';
import { configFile, dataFolder, logFile, makePrivate, readConfig } from '../runtime/index.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { endOnSignals } from './end-on-signals.js';
import { followLearning, joinRepository } from './learn-progress.js';
import { bar } from './progress.js';
import { ignoredBy, type StartOptions, type StartSettings, startSettings } from './start-settings.js';
import { tellDaemon, tellLearned } from './start-text.js';
import { tokenSource } from './token-source.js';
import { packageVersion } from './version.js';

export async function start(options: StartOptions): Promise<void> {
  const settings = startSettings(options);
  const data = dataFolder(options.data);
  const repo = resolve(options.repo ?? '.');
  const running = findDaemon(data);
  if (running) {
    if (!options.background)
      await joinRunning(running, { data, repo, settings, json: options.json === true });
    return;
  }
  const daemon = await launch(data, repo, settings);
  endOnSignals({
    source: process,
    now: () => Date.now(),
    stop: (reason) => void daemon.stop(reason),
    say: (text) => void process.stderr.write(`${text}\n`),
    exit: (code) => process.exit(code),
  });
  if (settings.conformance)
    process.stderr.write(
      `Conformance: ${daemon.url}/mcp/conformance asks for NO token (loopback, Host and Origin are checked); nothing else is open.\n`,
    );
  if (!options.background) void tell(data, repo, options);
  else void warmUp(daemon);
  await daemon.ended;
  process.exit();
}

async function launch(data: string, repo: string, settings: StartSettings): Promise<Daemon> {
  makePrivate(data);
  const version = packageVersion();
  const config = readConfig(configFile());
  const { token, port = config.gateway.port, idleMinutes = config.gateway.idleMinutes } = settings;
  const daemon = {
    data,
    repo,
    version,
    config: { ...config, gateway: { ...config.gateway, idleMinutes } },
    log: openLog(logFile(data), { version }),
    ...(token === undefined ? {} : { token }),
    ...(settings.conformance === undefined ? {} : await conformanceServer()),
  };
  // The folder it was started in may be deleted, and every thread asks for its working directory.
  process.chdir(data);
  try {
    return await startDaemon({ ...daemon, port });
  } catch (error) {
    // A default that happens to be taken is no reason to fail; a port that was asked for is.
    if (settings.port !== undefined || describeError(error).code !== 'LMCP_PORT_IN_USE') throw error;
    return startDaemon({ ...daemon, port: 0 });
  }
}

/** The servers of this package and the one of the public conformance suite, whose runner can send no token. */
async function conformanceServer() {
  const { catalogue } = await import('../servers/index.js');
  const { conformance } = await import('../servers/conformance/entry.js');
  return { catalogue: [...catalogue, conformance], openServer: conformance.name };
}

interface Joining {
  readonly data: string;
  readonly repo: string;
  readonly settings: StartSettings;
  readonly json: boolean;
}

async function joinRunning(running: DaemonFile, { data, repo, settings, json }: Joining): Promise<void> {
  warnOfOtherVersion(running);
  const ignored = ignoredBy(running, settings);
  if (ignored.length > 0)
    process.stderr.write(
      `A daemon (process ${running.pid}) already runs: ${ignored.join(', ')} ignored. \`lmcp stop\` ends it.\n`,
    );
  if (json) {
    await joinRepository(running, repo).catch((error: unknown) => {
      const { code, message, hint } = describeError(error);
      process.stderr.write(`${code}: ${message}\n  ${hint}\n`);
    });
    return say(running);
  }
  process.stdout.write(
    `A daemon (process ${running.pid}) already runs on this data folder; this repository joins it.\n`,
  );
  tellDaemon(running, tokenSource(data, running.token));
  tellLearned(running, await followLearning(running, repo, bar(false)));
}

async function tell(data: string, repo: string, options: StartOptions): Promise<void> {
  const daemon = findDaemon(data);
  if (!daemon) return;
  if (options.json) return say(daemon);
  tellDaemon(daemon, tokenSource(data, daemon.token));
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
