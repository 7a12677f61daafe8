/**
 * The command line of the hook, and how to know it again in somebody's settings.
 * It exists so that settings, snippets and `lmcp doctor` speak of the same command.
 * Invariant: Node runs the one bundled file directly, since a wrapper would cost as much as the hook.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findDaemon } from '../gateway/daemon-file.js';
import { dataFolder, socketPath } from '../runtime/paths.js';
import { packageVersion } from './version.js';

/** Program and arguments. The socket is the running daemon's, which may have started in another environment. */
export function hookCommand(data: string | undefined): [string, ...string[]] {
  const file = fileURLToPath(new URL('../hook/hook.cjs', import.meta.url));
  const folder = dataFolder(data);
  const socket = findDaemon(folder)?.socket ?? socketPath(folder);
  return [process.execPath, file, '--socket', socket, '--version', packageVersion()];
}

/** As `sh -c` reads it. */
export function shellWords(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** Whether a line of somebody's settings runs our hook, of this installation or of another. */
export function isHookCommand(line: unknown): line is string {
  return typeof line === 'string' && /[\\/]hook[\\/]hook\.cjs'? --socket /.test(line);
}

/** What is wrong with an installed hook's command; undefined when it runs this installation against this data folder. */
export function hookFault(line: string, data: string | undefined): string | undefined {
  if (line === shellWords(hookCommand(data))) return undefined;
  const file = /(?:^| )'?(\/[^']*?[\\/]hook[\\/]hook\.cjs)'? --socket /.exec(line)?.[1]?.split(' ').at(-1);
  if (file !== undefined && !existsSync(file)) return `it runs ${file}, which is gone`;
  return 'it is that of another installation, version or data folder';
}

const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
