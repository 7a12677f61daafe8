/**
 * Resolves what a file imports to a file of the same repository: relative paths, and names of workspace packages.
 * It exists without reading a disk, so that a bare repository resolves as well as a work tree.
 * Invariant: the result is one of the known files, or null; nothing outside the repository is named.
 */
import { posix } from 'node:path';

/** Endings tried after the written path, in the order bundlers try them. */
const endings = [
  '',
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.vue',
  '.svelte',
  '.d.ts',
  '.json',
];
const indexes = ['/index.ts', '/index.tsx', '/index.js', '/index.mjs', '/index.jsx', '/index.d.ts'];
/** TypeScript sources are imported by the name of what they compile to. */
const compiled: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.js$/, ['.ts', '.tsx', '.d.ts']],
  [/\.jsx$/, ['.tsx']],
  [/\.mjs$/, ['.mts', '.d.mts']],
  [/\.cjs$/, ['.cts', '.d.cts']],
];

export class ImportResolver {
  readonly #files: ReadonlySet<string>;
  /** Package name → its folder. */
  readonly #packages: ReadonlyMap<string, string>;

  constructor(files: ReadonlySet<string>, packages: ReadonlyMap<string, string>) {
    this.#files = files;
    this.#packages = packages;
  }

  resolve(from: string, module: string): string | null {
    if (module.startsWith('./') || module.startsWith('../') || module === '.' || module === '..') {
      return this.#file(posix.join(posix.dirname(from), module));
    }
    const [first = '', second = '', ...rest] = module.split('/');
    const scoped = module.startsWith('@');
    const folder = this.#packages.get(scoped ? `${first}/${second}` : first);
    if (folder === undefined) return null;
    const inside = (scoped ? rest : [second, ...rest]).join('/');
    if (inside !== '') return this.#file(`${folder}/${inside}`) ?? this.#file(`${folder}/src/${inside}`);
    return this.#file(`${folder}/src`) ?? this.#file(folder);
  }

  #file(written: string): string | null {
    const path = written.replace(/[?#].*$/, '').replace(/\/$/, '');
    if (path.startsWith('..')) return null;
    const swapped = compiled.flatMap(([ending, others]) =>
      ending.test(path) ? others.map((other) => path.replace(ending, other)) : [],
    );
    const tries = [
      ...endings.map((ending) => path + ending),
      ...swapped,
      ...indexes.map((index) => path + index),
    ];
    return tries.find((each) => this.#files.has(each)) ?? null;
  }
}
