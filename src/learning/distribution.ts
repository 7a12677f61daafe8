/**
 * A probability distribution over labels that admits it has not seen everything.
 * It exists so that a model's doubt about labels it does not list is a number and not silently shared out.
 * Invariant: the listed probabilities and `other` sum to 1.
 */
export interface Distribution {
  readonly p: ReadonlyMap<string, number>;
  /** Probability that the label is none of those listed. */
  readonly other: number;
}
