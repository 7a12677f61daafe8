/**
 * A small git repository made by git itself in a temporary folder, for tests of this room and of evaluation.
 * It exists so that tests know exactly what history there is, down to the second.
 * Invariant: independent of the user's configuration and clock; `remove` leaves nothing behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Authored {
  readonly name?: string;
  readonly email?: string;
}

const hour = 3600;

export class ScratchRepository {
  readonly root: string;
  #clock = Date.UTC(2026, 0, 1) / 1000;
  #content = 0;

  constructor(init: readonly string[] = ['init', '-q', '-b', 'main']) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'scratch-repository-')));
    this.git(...init);
  }

  /** Runs git in the repository. @throws when git fails */
  git(...args: string[]): string {
    return this.#run(args, {});
  }

  #run(args: readonly string[], { name = 'Ada', email = 'ada@example.org' }: Authored): string {
    const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_'));
    const date = `${this.#clock} +0000`;
    return execFileSync('git', args, {
      cwd: this.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(kept),
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
      },
    });
  }

  /** Writes a file; without content a text that no file had before. */
  write(path: string, content?: string | Uint8Array): void {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    this.#content += 1;
    writeFileSync(absolute, content ?? `${path} ${this.#content}\n${'line\n'.repeat(20)}`);
  }

  /** Commits all that changed, one hour after the last commit; returns the SHA. */
  commit(message: string, author: Authored = {}): string {
    this.#clock += hour;
    this.#run(['add', '-A'], author);
    this.#run(['commit', '-q', '--allow-empty', '--no-gpg-sign', '-m', message], author);
    return this.head();
  }

  /** Writes new content into each path and commits. */
  change(message: string, paths: readonly string[], author: Authored = {}): string {
    for (const path of paths) this.write(path);
    return this.commit(message, author);
  }

  head(): string {
    return this.git('rev-parse', 'HEAD').trim();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
