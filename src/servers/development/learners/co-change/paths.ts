/**
 * What a path tells by itself: directory, stem, extension, whether it is a test, and its shape with the stem left open.
 * It exists so that learner, baselines and evaluation mean the same by "same directory" and "same stem".
 * Invariant: pure functions of the text; paths use slashes and are relative to the root.
 */

/** Directory, '' at the root. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/**
 * File name up to its first dot, lower case, without test markers: `test_app.py`, `app_test.go`, `App.spec.ts` → `app`.
 * A leading dot belongs to the name.
 */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.', 1);
  const bare = dot > 0 ? name.slice(0, dot) : name;
  return bare.replace(/^test_(?=.)|(?<=.)_(test|spec)$/, '').toLowerCase();
}

/** Last extension without its dot, or the whole name when there is none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : name.toLowerCase();
}

const testPath =
  /(^|\/)(tests?|__tests__|specs?|e2e)\/|[._-](test|spec|test-d)\.|(^|\/)test_[^/]*$|_test\.[a-z]+$/i;

export function isTestPath(path: string): boolean {
  return testPath.test(path);
}

/**
 * The path with the last occurrence of the stem replaced by `*`: `src/hono.ts` → `src/*.ts`; null when it does not hold it.
 * Pairs of such shapes are how test-pair patterns are learned.
 */
export function shapeOf(path: string, stem: string): string | null {
  if (stem.length < 2) return null;
  const at = path.toLowerCase().lastIndexOf(stem);
  return at < 0 ? null : `${path.slice(0, at)}*${path.slice(at + stem.length)}`;
}

/** Words that say where code lies or what language it is in, not what it is about. */
const emptyWords = new Set([
  'src',
  'lib',
  'test',
  'tests',
  'spec',
  'tsx',
  'jsx',
  'node',
  'package',
  'index',
  'docs',
]);

/** The words of a path, split at punctuation and camel case, singular: `docs/guide/api-plugin.md` → guide, api, plugin. */
export function wordsOf(path: string): ReadonlySet<string> {
  const words = path
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => (word.length > 4 ? word.replace(/s$/, '') : word));
  return new Set(words.filter((word) => word.length > 2 && !emptyWords.has(word)));
}

/** Jaccard similarity of two sets of words, 0 … 1. */
export function wordSimilarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const word of a) if (b.has(word)) both += 1;
  const all = a.size + b.size - both;
  return all === 0 ? 0 : both / all;
}

/** Whether two paths differ in directory and in stem: the relation nobody sees by looking at the names. */
export function isNonObvious(a: string, b: string): boolean {
  return directoryOf(a) !== directoryOf(b) && stemOf(a) !== stemOf(b);
}
