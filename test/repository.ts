/**
 * Small git repositories for tests, made by git itself.
 * They exist so that tests know exactly what history there is to learn.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];

export class TestRepository {
  readonly root: string;
  #clock = Date.parse('2026-01-01T00:00:00Z') / 1000;
  #count = 0;

  /** @param options.exists the folder is a work tree already */
  constructor(root = mkdtempSync(join(tmpdir(), 'lmcp-repo-')), options: { exists?: boolean } = {}) {
    this.root = root;
    if (options.exists) this.#clock += 10_000_000;
    else this.git('init', '-q', '-b', 'main');
  }

  git(...args: string[]): string {
    const date = `${this.#clock} +0000`;
    const env = {
      ...process.env,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
    };
    return execFileSync('git', [...identity, ...args], { cwd: this.root, env, encoding: 'utf8' });
  }

  /** Writes new content into each path and commits; returns the SHA. */
  commit(message: string, paths: readonly string[]): string {
    this.#clock += 3600;
    this.#count += 1;
    for (const path of paths) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), `export const version = ${this.#count};\n`);
    }
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** A history with habits: each module goes with its test, the parser goes with its grammar. */
  withHabits(rounds: number): this {
    const modules = ['parser', 'printer', 'reader', 'writer'];
    for (let round = 0; round < rounds; round++) {
      const name = modules[round % modules.length] ?? 'parser';
      this.commit(`change ${name} ${round}`, [`src/${name}.ts`, `test/${name}.test.ts`]);
      if (round % 3 === 0) this.commit(`grammar ${round}`, ['src/parser.ts', 'grammar/language.txt']);
      if (round % 5 === 0)
        this.commit(`noise ${round}`, [`docs/page-${round}.md`, `src/${modules[(round * 7) % 4]}.ts`]);
    }
    return this;
  }
}
