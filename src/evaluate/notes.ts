/**
 * Counts as sentences for the notes of a result.
 * They exist so that a note says "1 line" and "2 lines", and nothing where nothing happened.
 * Invariant: no sentence for a count of 0.
 */

/** "3 labels never came." as a list of one; empty for 0. @param one wording for 1 @param many for more */
export function counted(count: number, one: string, many: string): string[] {
  return count === 0 ? [] : [`${count.toLocaleString('en')} ${count === 1 ? one : many}`];
}
