/**
 * `lmcp doctor`: checks machine, data folder, daemon and repository, and says what to do about each fault.
 * It exists so that a user finds the cause without reading a log.
 * Invariant: changes nothing; exit code 1 when something is wrong.
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describeError, LmcpError } from '../errors/index.js';
import { findDaemon } from '../gateway/daemon-file.js';
import { checkDataFormat } from '../gateway/index.js';
import { configFile, dataFolder, readConfig } from '../runtime/index.js';
import { privacyFault } from '../runtime/paths.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';
import { call } from './daemon-client.js';
import { hookState } from './hook-state.js';
import { packageVersion } from './version.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly what: string;
  readonly hint?: string;
}

export async function doctor(options: { data?: string; repo?: string; json?: boolean }): Promise<void> {
  const data = dataFolder(options.data);
  const repo = resolve(options.repo ?? '.');
  const checks: [string, () => Promise<string>][] = [
    ['node', async () => nodeVersion()],
    ['native modules', nativeModules],
    ['git', gitVersion],
    ['configuration', async () => configurationState()],
    ['data folder', async () => dataFolderState(data)],
    ['daemon', () => daemonState(data)],
    ['repository', () => repositoryState(repo)],
    ['shell guard', async () => hookState(repo, options.data)],
  ];
  const findings: Finding[] = [];
  for (const [check, look] of checks) findings.push(await finding(check, look));
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
  if (options.json) process.stdout.write(`${JSON.stringify({ version: packageVersion(), findings })}\n`);
  else
    for (const { check, ok, what, hint } of findings) {
      process.stdout.write(
        `${ok ? 'ok  ' : 'BAD '} ${check.padEnd(15)} ${what}\n${hint ? `                     ${hint}\n` : ''}`,
      );
    }
}

async function finding(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, what: await look() };
  } catch (error) {
    const { code, message, hint } = describeError(error);
    return { check, ok: false, what: `${code}: ${message}`, hint };
  }
}

function nodeVersion(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return process.version;
  throw new LmcpError('LMCP_ENVIRONMENT', `Node ${process.version} is too old; 20.19 or newer is needed.`);
}

async function nativeModules(): Promise<string> {
  const names = ['lmdb', 'lz4-napi', 'oxc-parser'];
  for (const name of names) {
    await import(name).catch((cause: Error) => {
      const reason = cause.message.split('\n')[0];
      throw new LmcpError('LMCP_ENVIRONMENT', `${name} does not load: ${reason}`, { cause });
    });
  }
  return `${names.join(', ')} load`;
}

async function gitVersion(): Promise<string> {
  try {
    return (await promisify(execFile)('git', ['--version'], { timeout: 5_000 })).stdout.trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LmcpError('LMCP_ENVIRONMENT', 'git is not on the PATH; histories are read with it.', {
        cause,
      });
    throw new LmcpError('LMCP_ENVIRONMENT', `git does not run: ${(cause as Error).message}`, { cause });
  }
}

function dataFolderState(data: string): string {
  const found = statSync(data, { throwIfNoEntry: false });
  if (!found) return `${data} (made at the first start)`;
  const fault = found.isDirectory() ? privacyFault(data) : `${data} is not a folder.`;
  if (fault !== undefined) throw new LmcpError('LMCP_DISK', fault);
  try {
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LmcpError('LMCP_DISK', `${data} cannot be read and written.`, { cause });
  }
  // Where there is no format yet the check would write one.
  if (existsSync(join(data, 'format.json'))) checkDataFormat(data);
  return data;
}

async function daemonState(data: string): Promise<string> {
  const daemon = findDaemon(data);
  if (!daemon) return 'none runs (the bridge starts one when an agent connects)';
  await call(daemon, { method: 'GET', path: '/api/status' });
  const version = packageVersion();
  if (daemon.version !== version) {
    throw new LmcpError(
      'LMCP_DAEMON_VERSION',
      `Process ${daemon.pid} is version ${daemon.version}, this is ${version}.`,
    );
  }
  return `process ${daemon.pid} answers on ${daemon.url}`;
}

async function repositoryState(repo: string): Promise<string> {
  const { root, commits, shallow } = await inspectRepository(repo);
  if (shallow)
    throw new LmcpError('LMCP_SHALLOW_CLONE', `${root} holds only ${commits} commits of its history.`);
  return `${root}, ${commits.toLocaleString('en')} commits`;
}

function configurationState(): string {
  const path = configFile();
  readConfig(path);
  return statSync(path, { throwIfNoEntry: false }) ? path : `${path} (none: defaults)`;
}
