/**
 * A command without the here-documents that are taken as they stand: what of it is commands.
 * It exists because an agent writes whole files that way, and the bounds of an analysis are about commands, not about text.
 * Invariant: used to measure only, never to judge: where it is mistaken, more is parsed than needs be. Linear in the text's length.
 */

/** A quoted word, a comment, or the operator with its quoted delimiter (bash(1), Here Documents). */
const TOKEN =
  /\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|(?<=^|[\s;&|(])#[^\n]*|<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n$`\\]+)"|\\([\w.-]+))|\n/g;
/** Where `<<` may be arithmetic, and quotes something else: what follows is measured as commands. */
const OBSCURE = /\(\(|\$[[{'"]/;

export function withoutHereDocuments(command: string): string {
  const waiting: { readonly end: string; readonly tabs: boolean }[] = [];
  let outline = '';
  let from = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(command); token !== null; token = TOKEN.exec(command)) {
    const end = token[2] ?? token[3] ?? token[4];
    if (end !== undefined) waiting.push({ end, tabs: token[1] === '-' });
    if (token[0] !== '\n' || waiting.length === 0) continue;
    const written = command.slice(from, TOKEN.lastIndex);
    if (OBSCURE.test(written)) break;
    outline += written;
    from = waiting.splice(0).reduce((at, document) => endOf(command, at, document), TOKEN.lastIndex);
    TOKEN.lastIndex = from;
  }
  return outline + command.slice(from);
}

/** Where the line after the document begins. */
function endOf(
  command: string,
  start: number,
  { end, tabs }: { readonly end: string; readonly tabs: boolean },
): number {
  for (let at = start; at < command.length; ) {
    const found = command.indexOf('\n', at);
    const next = found < 0 ? command.length : found;
    const line = command.slice(at, next);
    if ((tabs ? line.replace(/^\t+/, '') : line) === end) return next;
    at = next + 1;
  }
  return command.length;
}
