/**
 * The shape of an analysis: what `analyze_command` answers.
 * It exists so that the tool, the policy, the preview and the hook speak of the same fields.
 * Invariant: `safe` is said only of a command that was parsed and understood as a whole.
 */

/** From harmless to refused. `unknown` means that a part could not be analysed: ask. */
export type Level = 'safe' | 'caution' | 'unknown' | 'dangerous' | 'blocked';

/** Levels in the order of their weight. */
export const LEVELS: readonly Level[] = ['safe', 'caution', 'unknown', 'dangerous', 'blocked'];

export type EffectKind =
  | 'read'
  | 'write'
  | 'delete'
  | 'network'
  | 'privilege'
  | 'process'
  | 'history'
  | 'exec';

export interface Effect {
  readonly kind: EffectKind;
  /** What it is done to, as written where it is not known: a path, a host, a unit, a process. */
  readonly target: string;
  /** Whether the old state can be had back with ordinary means. */
  readonly reversible: boolean;
}

export interface Fix {
  /** Replaces `[start, end)` of the command. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What the fix keeps and what it changes. */
  readonly why: string;
}

export interface Finding {
  /** Stable kebab-case code; a policy may name it. */
  readonly code: string;
  readonly level: Level;
  /** UTF-16 offsets into the command. */
  readonly start: number;
  readonly end: number;
  /** One sentence. */
  readonly message: string;
  readonly fix?: Fix;
}

export interface Unanalysable {
  readonly start: number;
  readonly end: number;
  readonly why: string;
}

export interface Analysis {
  readonly level: Level;
  readonly effects: readonly Effect[];
  readonly findings: readonly Finding[];
  /** The command with all fixes in; absent when there is none. */
  readonly fixedCommand?: string;
  readonly unanalysable: readonly Unanalysable[];
}
