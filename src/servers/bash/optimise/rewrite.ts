/**
 * What a rewrite is: edits of the text, how far old and new form agree, and when.
 * It exists so that every rule states its equivalence in one vocabulary, which the differential harness then tries.
 * Invariant: "exact" is said only of rules whose instances were equal on every fixture; stderr's wording is never compared.
 */

/**
 * `exact`: same output, exit status and files. `exit-code`: the same but the exit status. `order`: the same lines in another
 * order. `conditional`: the same where the preconditions hold. All of it in bash with GNU programs and bash's defaults: `pipefail` and
 * `errexit` off, IFS as usual, no alias and no function of a program's name, what feeds a pipe does nothing but write into it.
 */
export type Equivalence = 'exact' | 'exit-code' | 'order' | 'conditional';

export interface Edit {
  /** Replaces `[start, end)` of the command. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How many times faster, by the suite `bash-optimise`. */
export interface Speedup {
  /** Time of the old form over that of the new one, median of rounds. */
  readonly ratio: number;
  /** What was measured, on what. */
  readonly measuredOn: string;
}

export interface Rewrite {
  /** Stable kebab-case name of the rule. */
  readonly code: string;
  readonly command: string;
  readonly equivalence: Equivalence;
  /** What must hold; empty: nothing. */
  readonly preconditions: readonly string[];
  readonly reason: string;
  readonly speedup?: Speedup;
}

/** What a rule answers for one place in the command. */
export interface Proposal {
  readonly edits: readonly Edit[];
  readonly equivalence: Equivalence;
  readonly preconditions?: readonly string[];
}

export function applied(command: string, edits: readonly Edit[]): string {
  let text = command;
  for (const { start, end, text: put } of edits.toSorted((a, b) => b.start - a.start))
    text = text.slice(0, start) + put + text.slice(end);
  return text;
}
