/**
 * Which history file of which shell `lmcp import history` reads.
 * It exists so that a user types nothing but the command, and is told what to type where that is not enough.
 * Invariant: a shell is never guessed against what the user said; reads nothing but the environment.
 */
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import { atuinExport, historyFiles, type Shell, shells } from '../servers/bash/history/index.js';

interface Surroundings {
  readonly home: string;
  /** `$SHELL`, `$HISTFILE`. */
  readonly shell?: string | undefined;
  readonly historyFile?: string | undefined;
}

/** By names that shells give their files. */
function shellOfFile(file: string): Shell | undefined {
  return shells.find((shell) => basename(file).toLowerCase().includes(shell));
}

/**
 * @param file as the user wrote it; default: the usual one of the shell
 * @param named the shell; default: by the file's name, else the login shell
 * @throws LMCP_USAGE for a shell that is not known, and for atuin without a file
 */
export function historySource(
  file: string | undefined,
  named: string | undefined,
  { home, shell: login = '', historyFile }: Surroundings = {
    home: homedir(),
    shell: process.env.SHELL,
    historyFile: process.env.HISTFILE,
  },
): { readonly shell: Shell; readonly file: string } {
  const known = (name: string) => shells.find((shell) => shell === name);
  if (named !== undefined && !known(named))
    throw new LmcpError(
      'LMCP_USAGE',
      `Shell "${named.slice(0, 40)}" is not known; there are ${shells.join(', ')}.`,
    );
  const ofLogin = known(basename(login));
  const shell = (named && known(named)) || (file && shellOfFile(file)) || ofLogin || 'bash';
  if (file !== undefined) return { shell, file: resolve(file) };
  // Shells seldom export it; where it is there, it is of the login shell.
  if (historyFile && shell === ofLogin) return { shell, file: resolve(historyFile) };
  const usual = historyFiles[shell];
  if (usual === null)
    throw new LmcpError('LMCP_USAGE', `Export it first, then name the file: ${atuinExport} > atuin.txt`);
  return { shell, file: join(home, usual) };
}
