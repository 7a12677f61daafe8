/**
 * Tells commits made by bots, from names and addresses, before these are hashed away.
 * It exists because bots' commits are learned from but are never questions.
 * Invariant: plain containment, upper and lower case alike, exactly the words that the counting rules name.
 */
const words = ['bot', 'renovate', 'dependabot', 'github-actions'];

/** Whether any of the given names or addresses belongs to a bot. */
export function isBot(...identities: readonly string[]): boolean {
  return identities.some((identity) => {
    const text = identity.toLowerCase();
    return words.some((word) => text.includes(word));
  });
}
