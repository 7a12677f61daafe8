/**
 * Draws a graph of versions as text: one column a line of descent, newest first.
 * It exists so that branches of a learner are seen as git shows those of a history.
 * Invariant: each node stands on a row of its own, above its parents; parents that are not listed end their column.
 */

/** What is drawn of a node. `key` is unique. */
export interface GraphNode {
  readonly key: string;
  readonly parents: readonly string[];
}

export interface GraphRow {
  /** Such as "| * ". */
  readonly drawn: string;
  /** Null on rows that only join columns. */
  readonly key: string | null;
}

/** @param nodes children before parents. */
export function graphRows(nodes: readonly GraphNode[]): GraphRow[] {
  const listed = new Set(nodes.map(({ key }) => key));
  /** The node that each column waits for. */
  let columns: string[] = [];
  const rows: GraphRow[] = [];
  for (const { key, parents } of nodes) {
    if (!columns.includes(key)) columns.push(key);
    const at = columns.indexOf(key);
    // Columns that wait for the same node meet in the first of them.
    for (let from = columns.lastIndexOf(key); from > at; from = columns.lastIndexOf(key)) {
      const shifted = ' /'.repeat(columns.length - from - 1);
      rows.push({ drawn: `${across(at, from)}/${shifted}`, key: null });
      columns.splice(from, 1);
    }
    rows.push({ drawn: columns.map((_, i) => (i === at ? '*' : '|')).join(' '), key });
    const [first, ...more] = parents.filter((parent) => listed.has(parent));
    columns = columns.flatMap((column, i) => (i !== at ? [column] : first === undefined ? [] : [first]));
    for (const parent of more) {
      if (columns.includes(parent)) continue;
      rows.push({ drawn: `${across(at, columns.length)}\\`, key: null });
      columns.push(parent);
    }
  }
  return rows;
}

/** Columns up to `at`, then a line along the others up to where `to` stands. */
function across(at: number, to: number): string {
  return `${'| '.repeat(at)}|${'_|'.repeat(to - at - 1)}`;
}
