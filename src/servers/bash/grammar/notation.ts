/**
 * The notation of a program's grammar: one line a command, and how a line is read.
 * It exists so that some 35,000 commands are a few megabytes of text that nobody parses before it is asked for.
 * Invariant: the same notation as scripts/grammar/read-specs.mjs writes; a line is parsed only when its command is looked at.
 *
 * A line: depth and names, marks, operands, flags; tabs between.
 *   1rm,remove⇥!⇥o*⇥-f,--force|! --time|=o?
 * Marks: T all flags are listed, D more subcommands than are listed, N single-dash long flags, P flags before operands, ! dangerous, > its lines are a record of their own.
 * An operand: c command, d folder, f file, o other; then ? optional, * repeated, ! dangerous.
 * A flag: names, then `|` with `=` and its values (`:` only as `--x=v`), `+` also of subcommands, `!` dangerous.
 */

export type OperandKind = 'file' | 'folder' | 'command' | 'other';

export interface OperandShape {
  readonly kind: OperandKind;
  readonly optional: boolean;
  readonly variadic: boolean;
  /** The spec asks to be careful with it. */
  readonly dangerous: boolean;
}

export interface FlagShape {
  /** As written: `-f`, `--force`. */
  readonly names: readonly string[];
  /** Empty: takes no value. */
  readonly values: readonly OperandShape[];
  /** A value comes only as `--flag=value`. */
  readonly separator: boolean;
  /** Also a flag of the subcommands. */
  readonly persistent: boolean;
  readonly dangerous: boolean;
}

export interface GrammarNode {
  readonly names: readonly string[];
  readonly marks: string;
  /** The rest of the line, not yet read: operands and flags. */
  readonly operands: string;
  readonly flags: string;
  readonly subcommands: readonly GrammarNode[];
}

export function readRecord(text: string): GrammarNode {
  const path: { node: GrammarNode; inner: GrammarNode[] }[] = [];
  let first = -1;
  for (const line of text.split('\n')) {
    const [spelt = '', marks = '', operands = '', flags = ''] = line.split('\t');
    const depth = Number(spelt[0]);
    if (first < 0) first = depth;
    const inner: GrammarNode[] = [];
    const node = { names: spelt.slice(1).split(','), marks, operands, flags, subcommands: inner };
    path.length = depth - first;
    path.at(-1)?.inner.push(node);
    path.push({ node, inner });
  }
  const top = path[0]?.node;
  if (!top) throw new RangeError('an empty record');
  return top;
}

const KINDS: Readonly<Record<string, OperandKind>> = { c: 'command', d: 'folder', f: 'file', o: 'other' };

export function readOperands(text: string): OperandShape[] {
  const list: OperandShape[] = [];
  for (const [, letter = 'o', marks = ''] of text.matchAll(/([cdfo])([?*!]*)/g))
    list.push({
      kind: KINDS[letter] ?? 'other',
      optional: marks.includes('?'),
      variadic: marks.includes('*'),
      dangerous: marks.includes('!'),
    });
  return list;
}

function readFlag(text: string): FlagShape {
  const at = text.indexOf('|');
  const marks = at < 0 ? '' : text.slice(at + 1);
  const [, sign, values = '', rest = ''] = /^(?:([=:])((?:[cdfo][?*!]*)+))?([+!]*)$/.exec(marks) ?? [];
  // A mark after the last value may be the flag's own: a value's `!` makes the flag dangerous as well.
  return {
    names: (at < 0 ? text : text.slice(0, at)).split(','),
    values: readOperands(values),
    separator: sign === ':',
    persistent: rest.includes('+'),
    dangerous: marks.includes('!'),
  };
}

const read = new WeakMap<GrammarNode, ReadonlyMap<string, FlagShape>>();

/** The command's own flags by each of their names. */
export function flagsOf(node: GrammarNode): ReadonlyMap<string, FlagShape> {
  const known = read.get(node);
  if (known) return known;
  const flags = new Map<string, FlagShape>();
  if (node.flags !== '')
    for (const text of node.flags.split(' ')) {
      const shape = readFlag(text);
      for (const name of shape.names) if (!flags.has(name)) flags.set(name, shape);
    }
  read.set(node, flags);
  return flags;
}
