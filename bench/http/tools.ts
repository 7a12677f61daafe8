/**
 * The tools that load is made of, and their arguments.
 * They exist so that one parameter chooses between a question that computes and one that shows the way to it.
 * Invariant: real tools of real servers; every argument list is of the made repository.
 */
export interface LoadTool {
  readonly name: string;
  /** Path of the endpoint that offers it. */
  readonly path: string;
  /** Argument objects, sent in turn. */
  arguments(paths: readonly string[]): readonly Record<string, unknown>[];
}

const distinct = 64;

export const loadTools: readonly LoadTool[] = [
  {
    // Asks for a session that nobody had: validated, looked up, answered, captured; next to no computing.
    name: 'predict_next',
    path: '/mcp/learning',
    arguments: () => Array.from({ length: distinct }, (_, i) => ({ session: `session-${i}` })),
  },
  {
    name: 'related_files',
    path: '/mcp',
    arguments: (paths) => paths.slice(0, distinct).map((path) => ({ paths: [path] })),
  },
];

export function loadTool(name: string): LoadTool {
  const tool = loadTools.find((each) => each.name === name);
  if (tool === undefined)
    throw new Error(`No tool ${name}; there are ${loadTools.map((each) => each.name).join(', ')}.`);
  return tool;
}
