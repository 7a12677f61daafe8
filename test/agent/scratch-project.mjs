/**
 * A small project in a repository of its own, as an agent finds one: sources, tests, scripts, an ignore file, some history.
 * It exists so that both sessions of the check start from the same known state.
 * Invariant: needs nothing but git and Node; everything lies below the given folder.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FILES = {
  'package.json': JSON.stringify(
    {
      name: 'scratch',
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: {
        test: 'node --test test/',
        build: 'node scripts/build.mjs',
        lint: 'node --check src/index.mjs',
        start: 'node src/index.mjs',
      },
    },
    null,
    2,
  ),
  '.gitignore': 'dist/\nnode_modules/\ncoverage/\n*.log\n.claude/*.local.json\n',
  'README.md': '# Scratch\n\nA parser of small things.\n',
  Makefile:
    'all: build\nbuild:\n\tnode scripts/build.mjs\ncheck:\n\tnode --test test/\n.PHONY: all build check\n',
  'src/index.mjs': "import { parse } from './parser.mjs';\nconsole.log(parse('1 2 3'));\n",
  'src/parser.mjs':
    "export const parse = (text) => text.split(' ').map(Number);\n// TODO: negative numbers\n",
  'src/config.json': '{ "debug": false, "port": 8080 }\n',
  'test/parser.test.mjs':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { parse } from '../src/parser.mjs';\ntest('parses', () => assert.deepEqual(parse('1 2'), [1, 2]));\n",
  'scripts/build.mjs':
    "import { cpSync, mkdirSync } from 'node:fs';\nmkdirSync('dist', { recursive: true });\ncpSync('src', 'dist', { recursive: true });\nconsole.log('built');\n",
  'docs/guide.md': '# Guide\n\nCall parse.\n',
};

/** Makes the project, committed, on branch main. */
export function makeProject(root) {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'config', 'user.name', 'Ada');
  git(root, 'config', 'user.email', 'ada@example.org');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '-m', 'Start');
}

export function git(root, ...args) {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
}
