/**
 * Tells by its path whether a file is written by a tool: lock files, changelogs, build output, snapshots, vendored code.
 * It exists because such files move with everything and would drown what people mean by "belongs to this change".
 * Invariant: a pure function of the path alone, so that counting can be repeated elsewhere with nothing but a list of paths.
 */
const lockFile = /^(.*lock.*\.(json|yaml)|.*\.lockb?|go\.sum|npm-shrinkwrap\.json)$/i;
const changelog = /^(changelog|changes|history|news|release[-_]?notes?)(\.(md|mdx|rst|txt|adoc|org|html))?$/i;
const madeByTool =
  /(\.min\.(js|css|mjs|cjs)|\.map|[._]pb\.(ts|js|go|cc|h)|_pb2(_grpc)?\.pyi?|\.pb\.go|\.generated\.[a-z]+|\.snap)$/i;
const folders = new Set([
  'dist',
  'vendor',
  'vendored',
  'third_party',
  'node_modules',
  'generated',
  '__generated__',
  '__snapshots__',
]);

/** Whether the path (slashes, relative to the root) is a lock file, a changelog, generated or vendored. */
export function isGeneratedPath(path: string): boolean {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  return (
    lockFile.test(name) ||
    changelog.test(name) ||
    madeByTool.test(name) ||
    parts.some((part) => folders.has(part.toLowerCase()))
  );
}
