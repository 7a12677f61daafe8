/**
 * Runs both forms of each rewrite in every fixture and compares output, exit status and files.
 * It exists so that a stated equivalence rests on trials and not on an opinion.
 * Invariant: only commands given by the caller run, each in a fresh folder of its own; stderr is not compared.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { optimise } from '../optimise.js';
import type { Rewrite } from '../rewrite.js';
import { type FixtureName, fixtureNames, writeFixture } from './fixtures.js';

export interface Trial {
  readonly command: string;
  readonly rewrite: Rewrite;
  readonly fixture: FixtureName;
  readonly sameOutput: boolean;
  readonly sameStatus: boolean;
  readonly sameFiles: boolean;
  /** Only set where the output differs: whether its lines, sorted, are the same. */
  readonly sameLines: boolean;
}

export interface DifferentialOptions {
  /** An empty folder to work in. */
  readonly folder: string;
  /** Argument vector that runs a command line in a folder, e.g. bash inside a sandbox. */
  readonly shell: (command: string, cwd: string) => readonly [string, ...string[]];
  readonly locale: string;
}

interface Outcome {
  readonly output: Buffer;
  readonly status: number | null;
  readonly files: string;
}

/** Names, kinds, modes and contents below a folder, as one hash. */
function filesOf(folder: string): string {
  const hash = createHash('sha256');
  const walk = (at: string) => {
    for (const name of readdirSync(at).sort()) {
      const path = join(at, name);
      const stat = lstatSync(path);
      hash.update(`${name}\0${stat.mode}\0`);
      if (stat.isDirectory()) walk(path);
      else if (stat.isFile()) hash.update(readFileSync(path));
    }
  };
  walk(folder);
  return hash.digest('hex');
}

function run(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
  locale: string,
): Promise<{ output: Buffer; status: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
      killSignal: 'SIGKILL',
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: cwd, LC_ALL: locale },
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ output: Buffer.concat(chunks), status }));
  });
}

async function outcome(
  command: string,
  fixture: FixtureName,
  { folder, shell, locale }: DifferentialOptions,
): Promise<Outcome> {
  // The same path for both forms, so that no output differs by it.
  const cwd = join(folder, 'work');
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd, { recursive: true });
  writeFixture(cwd, fixture);
  const { output, status } = await run(shell(command, cwd), cwd, locale);
  return { output, status, files: filesOf(cwd) };
}

function sortedLines(output: Buffer): string {
  return output.toString('latin1').split('\n').sort().join('\n');
}

/** All trials of all rewrites of the commands. */
export async function* trials(
  commands: Iterable<string>,
  options: DifferentialOptions,
): AsyncGenerator<Trial> {
  for (const command of commands) {
    const rewrites = optimise(command);
    if (rewrites.length === 0) continue;
    for (const fixture of fixtureNames) {
      const old = await outcome(command, fixture, options);
      for (const rewrite of rewrites) {
        const now = await outcome(rewrite.command, fixture, options);
        const sameOutput = old.output.equals(now.output);
        yield {
          command,
          rewrite,
          fixture,
          sameOutput,
          sameStatus: old.status === now.status,
          sameFiles: old.files === now.files,
          sameLines: sameOutput || sortedLines(old.output) === sortedLines(now.output),
        };
      }
    }
  }
}

/** Whether a trial bears out what the rewrite states; `conditional` is held to it in the tidy fixture only. */
export function bearsOut({ rewrite, fixture, sameOutput, sameStatus, sameFiles, sameLines }: Trial): boolean {
  switch (rewrite.equivalence) {
    case 'exact':
      return sameOutput && sameStatus && sameFiles;
    case 'exit-code':
      return sameOutput && sameFiles;
    case 'order':
      return sameLines && sameFiles;
    case 'conditional':
      return fixture !== 'plain' || (sameLines && sameFiles);
  }
}
