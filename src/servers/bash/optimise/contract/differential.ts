/**
 * Runs both forms of each rewrite in every fixture and compares output, exit status and files.
 * It exists so that a stated equivalence rests on trials and not on an opinion.
 * Invariant: every run starts from the same folder, at the same path; stderr is not compared.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { optimise } from '../optimise.js';
import type { Rewrite } from '../rewrite.js';
import { attacks } from './attacks.js';
import { type FixtureName, fixtureNames, writeFixture } from './fixtures.js';
import { type Enclose, openRunner, type Ran, type Runner } from './runner.js';
import { emptied, snapshot } from './snapshot.js';

export interface Trial {
  readonly command: string;
  readonly rewrite: Rewrite;
  readonly fixture: FixtureName;
  readonly sameOutput: boolean;
  readonly sameStatus: boolean;
  readonly sameFiles: boolean;
  /** Whether the output's lines, sorted, are the same. */
  readonly sameLines: boolean;
}

export interface DifferentialOptions {
  /** An empty folder to work in. */
  readonly folder: string;
  readonly enclose: Enclose;
  readonly locale: string;
  /** Put before both forms, e.g. `set -eo pipefail;`. */
  readonly before?: string;
  readonly fixtures?: readonly FixtureName[];
}

interface Outcome extends Ran {
  readonly files: string;
}

/** A folder that is written anew only after a command has changed it. */
class Place {
  #pristine: string | undefined;
  #now: string | undefined;

  constructor(
    private readonly runner: Runner,
    private readonly fixture: FixtureName,
  ) {}

  async outcome(command: string): Promise<Outcome> {
    if (this.#pristine === undefined || this.#now !== this.#pristine) {
      emptied(this.runner.work);
      writeFixture(this.runner.work, this.fixture);
      this.#pristine = snapshot(this.runner.work);
    }
    const ran = await this.runner.run(command);
    this.#now = snapshot(this.runner.work);
    return { ...ran, files: this.#now };
  }
}

function sortedLines(output: Buffer): string {
  return output.toString('latin1').split('\n').sort().join('\n');
}

/** All trials of all rewrites of the commands. */
export async function* trials(
  commands: readonly string[],
  { folder, enclose, locale, before = '', fixtures = fixtureNames }: DifferentialOptions,
): AsyncGenerator<Trial> {
  mkdirSync(join(folder, 'work'), { recursive: true });
  const runner = openRunner(folder, enclose, locale);
  try {
    for (const fixture of fixtures) {
      const place = new Place(runner, fixture);
      for (const command of commands) {
        const rewrites = optimise(command);
        if (rewrites.length === 0) continue;
        const old = await place.outcome(`${before}${command}`);
        for (const rewrite of rewrites) {
          const now = await place.outcome(`${before}${rewrite.command}`);
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
  } finally {
    await runner.close();
  }
}

/**
 * Whether a trial bears out what the rewrite states; `conditional` is held to it in the tidy fixture, where its conditions
 * hold, but for commands that are made to break them.
 */
export function bearsOut({
  command,
  rewrite,
  fixture,
  sameOutput,
  sameStatus,
  sameFiles,
  sameLines,
}: Trial): boolean {
  switch (rewrite.equivalence) {
    case 'exact':
      return sameOutput && sameStatus && sameFiles;
    case 'exit-code':
      return sameOutput && sameFiles;
    case 'order':
      return sameLines && sameFiles;
    case 'conditional':
      return (
        fixture !== 'plain' ||
        attacks.includes(command) ||
        (sameOutput &&
          sameFiles &&
          (sameStatus || rewrite.preconditions.some((text) => text.includes('exit status'))))
      );
  }
}
