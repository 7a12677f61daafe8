import { create } from '@bufbuild/protobuf';
import { afterEach, describe, expect, it } from 'vitest';
import { EventSchema, payloadOf, type SourceIndexed } from '../../../../proto/index.js';
import { ScratchRepository } from '../../contract/scratch-repository.js';
import { inspectRepository } from '../git/index.js';
import { type IndexRequest, indexImports } from './index-imports.js';
import { parseModule } from './parse-module.js';
import { ImportResolver } from './resolve-import.js';

describe('parsing a module', () => {
  it('reads imports, re-exports, dynamic imports and exports', () => {
    const parsed = parseModule(
      'a.ts',
      `import type { A } from './a'; import b, { c } from './b.js'; export * from './z';
       export const q = 1; export default function f() {} import('./dynamic'); export type T = A;`,
    );
    expect(parsed?.imports).toEqual([
      { module: './a', symbols: ['A'], typeOnly: true },
      { module: './b.js', symbols: ['default', 'c'], typeOnly: false },
      { module: './z', symbols: ['*'], typeOnly: false },
      { module: './dynamic', symbols: [], typeOnly: false },
    ]);
    expect(parsed?.exports).toContainEqual({ symbol: 'q', kind: 'value' });
    expect(parsed?.exports).toContainEqual({ symbol: 'default', kind: 'value' });
    expect(parsed?.exports).toContainEqual({ symbol: 'T', kind: 'type' });
  });

  it('reads require where there is no module syntax', () => {
    expect(parseModule('a.cjs', "const x = require('./x'); require(name)")?.imports).toEqual([
      { module: './x', symbols: [], typeOnly: false },
    ]);
  });

  it('gives null for what does not parse', () => {
    expect(parseModule('a.ts', 'import {{{')).toBeNull();
    expect(parseModule('a.ts', '<<<<<<< HEAD\nconst a = 1;\n=======\n')).toBeNull();
  });
});

describe('resolving', () => {
  const resolver = new ImportResolver(
    new Set([
      'src/a.ts',
      'src/b/index.ts',
      'src/c.tsx',
      'packages/core/src/index.ts',
      'packages/core/util.js',
    ]),
    new Map([['@x/core', 'packages/core']]),
  );
  it.each([
    ['src/z.ts', './a', 'src/a.ts'],
    ['src/z.ts', './a.js', 'src/a.ts'],
    ['src/z.ts', './b', 'src/b/index.ts'],
    ['src/deep/z.ts', '../c.jsx', 'src/c.tsx'],
    ['src/z.ts', '@x/core', 'packages/core/src/index.ts'],
    ['src/z.ts', '@x/core/util', 'packages/core/util.js'],
    ['src/z.ts', './absent', null],
    ['src/z.ts', '../../etc/passwd', null],
    ['src/z.ts', 'node:fs', null],
  ])('%s importing %s', (from, module, to) => expect(resolver.resolve(from, module)).toBe(to));
});

describe('indexing a commit', () => {
  const made: ScratchRepository[] = [];
  afterEach(() => {
    for (const repository of made.splice(0)) repository.remove();
  });

  async function index(root: string, more: Partial<IndexRequest> = {}) {
    const sources: SourceIndexed[] = [];
    const indexed = await indexImports({
      repository: await inspectRepository(root),
      since: null,
      onBatch: (events) => {
        for (const init of events) {
          const source = payloadOf(create(EventSchema, init), 'sourceIndexed');
          if (source) sources.push(source);
        }
      },
      ...more,
    });
    return { indexed, sources };
  }

  it('skips and counts what cannot be read, and reads only what changed afterwards', async () => {
    const repository = new ScratchRepository();
    made.push(repository);
    repository.write('src/a.ts', "import { b } from './b.js';\nexport const a = b;\n");
    repository.write('src/b.ts', 'export const b = 1;\n');
    repository.write('src/broken.ts', 'import {{{');
    repository.write('src/binary.js', new Uint8Array([0, 1, 2]));
    repository.write('src/large.js', `export const x = 1; // ${'x'.repeat(5000)}\n`);
    repository.write('README.md', '# x');
    const first = repository.commit('one');
    const { indexed, sources } = await index(repository.root, { largest: 4096 });
    expect(indexed).toEqual({ files: 2, deleted: 0, skipped: 3 });
    expect(sources.map(({ path }) => path)).toEqual(['src/a.ts', 'src/b.ts']);
    expect(sources[0]?.imports[0]).toMatchObject({
      module: './b.js',
      resolvedPath: 'src/b.ts',
      symbols: ['b'],
    });

    repository.git('rm', '-q', 'src/a.ts');
    repository.write('src/c.ts', "export * from './b';\n");
    repository.commit('two');
    const later = await index(repository.root, {
      since: first,
      known: new Set(['src/a.ts', 'src/b.ts']),
      largest: 4096,
    });
    expect(later.sources.map(({ path, deleted }) => [path, deleted])).toEqual([
      ['src/a.ts', true],
      ['src/c.ts', false],
    ]);
    expect(later.sources[1]?.imports[0]?.resolvedPath).toBe('src/b.ts');
  });
});
