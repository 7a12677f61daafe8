/**
 * A name of the client's shown back to it.
 * It exists as a leaf, because every refusal uses it.
 * Invariant: bounded, and without control characters.
 */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
