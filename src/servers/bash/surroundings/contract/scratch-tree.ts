/**
 * A small git repository in a temporary folder, for tests of what git is asked.
 * It exists so that tests judge commands in trees whose state they made.
 * Invariant: independent of the user's configuration; `remove` leaves nothing behind.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class ScratchTree {
  readonly root: string;

  constructor() {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'scratch-tree-')));
    this.git('init', '-q', '-b', 'main');
  }

  /** @throws when git fails */
  git(...args: readonly string[]): string {
    const kept = Object.entries(process.env).filter(([key]) => !key.startsWith('GIT_'));
    return execFileSync('git', args, {
      cwd: this.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(kept),
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.org',
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.org',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
      },
    });
  }

  /** @returns the absolute path */
  write(path: string, content = `${path}\n`): string {
    const absolute = join(this.root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
    return absolute;
  }

  commit(...paths: readonly string[]): void {
    for (const path of paths) this.write(path);
    this.git('add', '-A');
    this.git('commit', '-q', '--no-gpg-sign', '-m', 'change');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
