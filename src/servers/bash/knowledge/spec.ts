/**
 * The shape of an entry in the knowledge base: what a program does with its options and operands.
 * It exists so that a few lines of data describe a program, and one engine reads them all.
 * Invariant: an entry states effects only; what they weigh is decided from their targets elsewhere.
 */

/** What happens to what an operand or an option's value names. */
export type Use =
  | 'none'
  | 'read'
  | 'write'
  | 'create'
  | 'append'
  | 'modify'
  | 'truncate'
  | 'delete'
  | 'directory'
  | 'device'
  | 'permissions'
  | 'owner'
  | 'network'
  | 'process'
  | 'unit'
  | 'shell'
  | 'program';

/** How operands are used: all alike, or the last (first) unlike the others: `read→write`. */
export type Operands =
  | Use
  | 'read→write'
  | 'move→write'
  | 'read→network'
  | 'write→read'
  | 'none→read'
  | 'none→write'
  | 'none→modify';

export interface Risk {
  readonly level: 'caution' | 'dangerous' | 'blocked';
  readonly code: string;
  /** One sentence; the target is appended by the engine where there is one. */
  readonly message: string;
  /** It asks first: dangerous where the answer already waits on standard input. */
  readonly asks?: true;
}

/**
 * What an option means. `value`: takes a value that names nothing. `use:X`: takes a value, used as X. `operands:X`:
 * operands are used as X instead. `help`: nothing is done. `dry`: nothing is changed. `+effects`: adds effects.
 * `quiet`: drops the write of the operands (output to standard output). A risk: a finding.
 */
export type Meaning =
  | 'value'
  | 'help'
  | 'dry'
  | 'recursive'
  | 'force'
  | 'quiet'
  | `use:${Use}`
  | `operands:${Operands}`
  | `+${string}`
  | Risk;

export interface Spec {
  /** Options that take a value: one letter is `-x`, more are `--xyz`; a leading dash means as written. */
  readonly values?: string;
  readonly operands?: Operands;
  /** Effects whenever it runs; a trailing `!` marks those that cannot be undone. */
  readonly does?: string;
  /** By names separated with spaces, as in `values`. */
  readonly options?: Readonly<Record<string, Meaning>>;
  /** By names separated with spaces; global options may come first. */
  readonly sub?: Readonly<Record<string, Spec>>;
  readonly risk?: Risk;
  /** A handler of its own, for what a table cannot say. */
  readonly run?: string;
  /** Deletes with everything below, without an option that says so. */
  readonly recursive?: true;
  /** Runs the rest of its operands as a command. */
  readonly wraps?: Wrap;
  /** Subcommands that are not listed are judged by their verb: at which depth to look for it. */
  readonly verbs?: 'strict' | 'cautious';
  /** Single-dash long options: `-auto-approve`. */
  readonly dash?: true;
  /** What its output is made of. */
  readonly out?: 'network' | 'secret' | 'environment' | 'history' | 'same' | 'opaque' | 'nothing';
}

export interface Wrap {
  /** Operands before the command. */
  readonly skip?: number;
  /** `NAME=value` operands may come first. */
  readonly assignments?: true;
  /** The words are joined and read by a shell again. */
  readonly joined?: true;
  /** The command comes only after `--`. */
  readonly dashes?: true;
  /** Its own options may also stand after its operands. */
  readonly permutes?: true;
  /** Where the command runs. */
  readonly scope?: 'remote' | 'disposable' | 'root';
  /** Without a command it opens a session. */
  readonly session?: true;
  /** Its first operand may name a package or a script of its own: only a listed program is looked into. */
  readonly known?: true;
  /** Its operand is a line for a shell. */
  readonly line?: true;
  /** The command stands behind one of these options, as typed. */
  readonly after?: readonly string[];
  /** Operands before the command that match, as a regular expression. */
  readonly skips?: string;
  /** The program that gets the words that are left: `capsh -- -c …`. */
  readonly program?: string;
}

export type Table = Readonly<Record<string, Spec>>;

export function caution(code: string, message: string): Risk {
  return { level: 'caution', code, message };
}

export function danger(code: string, message: string): Risk {
  return { level: 'dangerous', code, message };
}
