/**
 * How far a workspace's learners have folded the journal: plain data for status and digests.
 * It exists apart from the host because threads tell it to each other.
 * Invariant: a digest is of the state at that learner's `offset`.
 */
export interface FoldStatus {
  readonly offset: number;
  readonly caughtUp: boolean;
  readonly learners: readonly {
    readonly task: string;
    /** Last sequence it has folded or passed by: behind the others while it is rebuilt. */
    readonly offset: number;
    readonly restoredAt: number;
    readonly digest?: string;
  }[];
}
