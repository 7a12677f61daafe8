/**
 * Whether a command holds together beyond its grammar: an ended inner command has a start, and says where the file goes.
 * It exists because pairs hold fragments, and filling may cut a command from what it belonged to.
 * Invariant: a function of the text; what the shell's grammar refuses has no shape and never comes here.
 */
import { type Command, forEachChild, parse, type SyntaxNode } from 'unbash';

const starts = /^-(?:exec|execdir|ok|okdir)$/;

function holdsTogether({ name, args }: Command): boolean {
  const find =
    name !== undefined &&
    [name, ...args].some((word) => word.type === 'Word' && /(?:^|\/)find$/.test(word.value));
  // Elsewhere a semicolon is a value, but a bare escaped one is what an inner command left behind.
  if (!find) return args.every((word) => word.text !== '\\;');
  const words = [name, ...args].flatMap((word) => (word?.type === 'Word' ? [word.value] : []));
  let open = false;
  let placed = false;
  for (const [i, word] of words.entries()) {
    if (/^-(?:min|max)depth$/.test(word) && !/^\d+$|^\$/.test(words[i + 1] ?? '')) return false;
    if (!open && starts.test(word)) [open, placed] = [true, false];
    else if (word === ';' || (open && word === '+' && words[i - 1] === '{}')) {
      if (!open || !placed) return false;
      open = false;
    } else if (open && word.includes('{}')) placed = true;
  }
  return !open;
}

export function isWellFormed(command: string): boolean {
  let sound = true;
  const visit = (node: SyntaxNode) => {
    if (node.type === 'Command' && !holdsTogether(node)) sound = false;
    if (sound) forEachChild(node, visit);
  };
  visit(parse(command));
  return sound;
}
