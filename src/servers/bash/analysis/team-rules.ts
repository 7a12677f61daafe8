/**
 * What a team's rules are told of a simple command, and what they may answer.
 * It exists as the pure seam for the policy: rules see commands as they were interpreted, never their text.
 * Invariant: a rule may raise any level; it lowers none that comes from a part that could not be analysed.
 */
import type { Effect, Finding, Level } from './answer.js';

/** A command's words as its program reads them. */
export interface Structure {
  /** Subcommands that the knowledge base knows: `compose up`. */
  readonly path: readonly string[];
  /** Clusters taken apart, values with their options; names without dashes. */
  readonly options: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly operands: readonly string[];
}

/** A simple command, wrappers and quoting taken off, after it was judged. */
export interface SeenCommand {
  /** As written after expansion: may be a path. */
  readonly word: string;
  /** The program's base name. */
  readonly name: string;
  /** Whether every word is fully known; a glob is not. */
  readonly known: boolean;
  /** Whether it runs on another machine or in a container. */
  readonly remote: boolean;
  /** Absolute; where it runs. */
  readonly cwd: string;
  readonly level: Level;
  /** Its own findings and effects and those of the commands it runs. */
  readonly findings: readonly Finding[];
  readonly effects: readonly Effect[];
  /** False when a part of it could not be analysed: nothing lowers it then. */
  readonly analysable: boolean;
  structure(): Structure;
}

export interface Verdict {
  /** `atLeast` raises the command to the level, `atMost` lowers its findings to it. */
  readonly bound: 'atLeast' | 'atMost';
  readonly level: Level;
  /** Of `atMost`: only findings with these codes; absent: all. */
  readonly codes?: readonly string[];
  readonly reason: string;
}

/** Rules for one analysis. */
export interface TeamRules {
  /** Asked for each simple command, innermost first. Raising wins over lowering. */
  command(seen: SeenCommand): readonly Verdict[];
  /** Told of each effect, where it happens. */
  effect(effect: Effect, cwd: string, remote: boolean): void;
  /** Asked once at the end: what the effects told of raise. */
  atEnd(): readonly Verdict[];
  /** Told that a verdict changed a level. */
  applied(verdict: Verdict): void;
}
