/**
 * Reads the words of a command by the grammar of its program: subcommands, flags, their values, operands.
 * It exists so that a flag's value is not taken for a target and a flag nobody knows is noticed.
 * Invariant: a word is one thing only; what the grammar leaves open is never called unknown.
 */
import { nearest } from './nearest.js';
import { type FlagShape, flagsOf, type GrammarNode, type OperandKind, readOperands } from './notation.js';
import { recordOf } from './records.js';

export interface GivenFlag {
  /** Of the word in argv. */
  readonly index: number;
  readonly name: string;
  readonly shape: FlagShape;
  readonly value: string | undefined;
  /** Of the word that holds the value; that of the flag itself in `--x=v`. */
  readonly valueIndex: number | undefined;
}

export interface UnknownFlag {
  readonly index: number;
  readonly flag: string;
  readonly nearest: string | undefined;
}

export interface GivenOperand {
  readonly index: number;
  readonly text: string;
  readonly kind: OperandKind;
}

export interface CheckedCommand {
  /** Subcommands, as they were typed. */
  readonly path: readonly string[];
  readonly flags: readonly GivenFlag[];
  readonly unknown: readonly UnknownFlag[];
  readonly operands: readonly GivenOperand[];
  /** A subcommand, a flag or an operand that the spec calls dangerous. */
  readonly dangerous: boolean;
  /** The first operand may be a subcommand that the grammar does not list: its flags are anybody's. */
  readonly open: boolean;
  /** The flags of this command are believed to be complete: only then is `unknown` worth saying aloud. */
  readonly trusted: boolean;
}

/** Flags that every program is taken to know. */
const COMMON = /^(?:--help|-h|-\?|--version|-V|--usage)$/;
const NUMBER = /^[-+]\d/;
/** Only known when it runs. */
const DYNAMIC = /[$`*?{]/;

function base(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

/** The commands from the program down to the one the path names; subcommands in records of their own are fetched. */
function descend(
  key: string,
  node: GrammarNode,
  word: string,
): { key: string; node: GrammarNode } | undefined {
  const found = node.subcommands.find(({ names }) => names.includes(word));
  if (!found) return undefined;
  const inner = `${key} ${found.names[0] ?? word}`;
  return { key: inner, node: found.marks.includes('>') ? (recordOf(inner) ?? found) : found };
}

function chain(program: string, path: readonly string[]): GrammarNode[] | undefined {
  let key = base(program);
  const top = recordOf(key);
  if (!top) return undefined;
  const nodes = [top];
  for (const word of path) {
    const next = descend(key, nodes.at(-1) ?? top, word);
    if (!next) return undefined;
    key = next.key;
    nodes.push(next.node);
  }
  return nodes;
}

/** Flags of the command, and those of the outer ones: many specs forget to say that they are inherited. */
export function knownFlags(program: string, path: readonly string[] = []): readonly FlagShape[] | undefined {
  const nodes = chain(program, path);
  return nodes && [...new Set(nodes.toReversed().flatMap((node) => [...flagsOf(node).values()]))];
}

export function nearestFlag(program: string, path: readonly string[], flag: string): string | undefined {
  return nearest(
    flag,
    (knownFlags(program, path) ?? []).flatMap(({ names }) => names),
  );
}

function shapeOf(nodes: readonly GrammarNode[], name: string): FlagShape | undefined {
  for (let i = nodes.length - 1; i >= 0; i -= 1) {
    const node = nodes[i];
    const shape = node && flagsOf(node).get(name);
    if (shape) return shape;
  }
  return undefined;
}

/** `--colo`, `--no-color` where there is `--color`, and the other way round. */
function isVariant(nodes: readonly GrammarNode[], name: string): boolean {
  if (!name.startsWith('--') || name.length < 5) return false;
  const other = name.startsWith('--no-') ? `--${name.slice(5)}` : `--no-${name.slice(2)}`;
  for (const node of nodes)
    for (const known of flagsOf(node).keys()) if (known === other || known.startsWith(name)) return true;
  return false;
}

/** @param argv Words as the program gets them, its name first. Undefined: there is no grammar of the program. */
export function checkFlags(argv: readonly string[]): CheckedCommand | undefined {
  let key = base(argv[0] ?? '');
  const top = recordOf(key);
  if (!top) return undefined;
  const nodes = [top];
  let node = top;
  const path: string[] = [];
  const flags: GivenFlag[] = [];
  const unknown: UnknownFlag[] = [];
  const operands: GivenOperand[] = [];
  let dangerous = top.marks.includes('!');
  let shapes = readOperands(top.operands);
  let open = false;
  let trusted = top.marks.includes('T');
  let i = 1;

  const operand = (index: number): OperandKind => {
    const shape = shapes[operands.length] ?? (shapes.at(-1)?.variadic ? shapes.at(-1) : undefined);
    const kind = shape?.kind ?? shapes.find(({ variadic }) => variadic)?.kind ?? 'other';
    if (shape?.dangerous) dangerous = true;
    operands.push({ index, text: argv[index] ?? '', kind });
    return kind;
  };
  const given = (index: number, name: string, shape: FlagShape, attached: string | undefined): void => {
    let value = attached;
    let valueIndex = attached === undefined ? undefined : index;
    if (value === undefined && !shape.separator)
      for (const { kind, optional, variadic } of shape.values) {
        if (optional || i + 1 >= argv.length) break;
        i += 1;
        value ??= argv[i];
        valueIndex ??= i;
        // The words of another command: `find … -exec grep -l x {} ;`.
        if (kind === 'command' && variadic)
          while (i < argv.length && argv[i] !== ';' && argv[i] !== '+') i += 1;
        if (variadic) break;
      }
    if (shape.dangerous) dangerous = true;
    flags.push({ index, name, shape, value, valueIndex });
  };
  /** `-xzf`: letters one by one; a letter with a value takes the rest. */
  const cluster = (text: string): boolean => {
    const letters: [string, FlagShape, string | undefined][] = [];
    for (let at = 1; at < text.length; at += 1) {
      const name = `-${text[at]}`;
      const shape = shapeOf(nodes, name);
      if (!shape) return false;
      const rest = text.slice(at + 1);
      const takes = shape.values.length > 0 && rest !== '';
      letters.push([name, shape, takes ? rest.replace(/^=/, '') : undefined]);
      if (takes) break;
    }
    for (const [name, shape, value] of letters) given(index, name, shape, value);
    return true;
  };
  let index = i;
  for (; i < argv.length; i += 1) {
    index = i;
    const text = argv[i] ?? '';
    if (text === '--') {
      for (i += 1; i < argv.length; i += 1) operand(i);
      break;
    }
    const dashed = (text[0] === '-' && text.length > 1) || (text[0] === '+' && shapeOf(nodes, text));
    if (!dashed) {
      const next = operands.length === 0 ? descend(key, node, text) : undefined;
      if (next) {
        ({ key, node } = next);
        nodes.push(node);
        path.push(text);
        shapes = readOperands(node.operands);
        trusted = node.marks.includes('T');
        if (node.marks.includes('!')) dangerous = true;
        continue;
      }
      if (
        operands.length === 0 &&
        (node.marks.includes('D') || (node.subcommands.length > 0 && shapes.length === 0))
      )
        open = true;
      const kind = operand(i);
      if (kind === 'command' || node.marks.includes('P')) {
        // What follows belongs to the command that is run.
        for (i += 1; i < argv.length; i += 1) operand(i);
        break;
      }
      continue;
    }
    const exact = shapeOf(nodes, text);
    if (exact) {
      given(i, text, exact, undefined);
      continue;
    }
    const equals = text.search(/[=:]/);
    const name = equals > 1 ? text.slice(0, equals) : text;
    const shape = equals > 1 ? shapeOf(nodes, name) : undefined;
    if (shape) {
      given(i, name, shape, text.slice(equals + 1));
      continue;
    }
    if (text[1] !== '-' && cluster(text)) continue;
    if (COMMON.test(name) || NUMBER.test(text) || DYNAMIC.test(name) || isVariant(nodes, name)) continue;
    unknown.push({
      index: i,
      flag: name,
      nearest: nearest(
        name,
        nodes.flatMap((one) => [...flagsOf(one).keys()]),
      ),
    });
  }
  return { path, flags, unknown, operands, dangerous, open, trusted: trusted && !open };
}
