/**
 * The commands of an ordinary working session, the same that the agent's check runs under guard.
 * It exists so that "an ordinary session" is one list, not two.
 * Invariant: they are only judged here, never run.
 */

/** Beside the sources: it is plain JavaScript and not compiled. */
const file = new URL('../../../test/agent/ordinary-commands.mjs', import.meta.url);

export async function sessionCommands(): Promise<readonly string[]> {
  const { ordinaryCommands }: { ordinaryCommands: (url: string) => readonly string[] } = await import(
    file.href
  );
  return ordinaryCommands('http://127.0.0.1:8080');
}
