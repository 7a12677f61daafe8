/**
 * Whether a secret was taken out of a command line.
 * It exists because such a line is worth finding again, but can no longer be run: a mark stands where the secret stood.
 * Invariant: knows every mark that the journal leaves, with and without its tag.
 */
export function isRedacted(command: string): boolean {
  return /\[redacted:[a-z][\w-]*(?::[0-9a-f]+)?\]/i.test(command);
}
