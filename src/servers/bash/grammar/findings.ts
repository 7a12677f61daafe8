/**
 * Finds mistyped flags in a command line, each with the flag that was most likely meant.
 * It exists beside the analysis and not in it: a wrong flag makes a command fail, not dangerous, and guards need not pay for looking.
 * Invariant: level `safe` only; silent where no known flag is near: a flag that is merely not listed may be new.
 */
import { type Command, forEachChild, parse, type SyntaxNode, type Word } from 'unbash';
import type { Finding } from '../analysis/answer.js';
import { checkFlags } from './check.js';
import { distance } from './nearest.js';

/** Longer commands are not looked at, in UTF-16 units. */
const LONGEST = 16_384;
/** Commands of one line that are looked at: each may cost the inflating of a block. */
const MOST_COMMANDS = 8;

export function flagFindings(command: string): readonly Finding[] {
  if (command.length > LONGEST || !command.includes(' -')) return [];
  const script = parse(command);
  if (script.errors !== undefined && script.errors.length > 0) return [];
  const findings: Finding[] = [];
  let looked = 0;
  const visit = (node: SyntaxNode): void => {
    // Text with positions of its own (escaped backquotes) is left out.
    if (node.type === 'Script' && node.source !== undefined) return;
    if (node.type === 'Command' && looked < MOST_COMMANDS) {
      looked += 1;
      inCommand(node, findings);
    }
    forEachChild(node, visit);
  };
  forEachChild(script, visit);
  return findings;
}

function inCommand(node: Command, findings: Finding[]): void {
  if (!node.name) return;
  const words = [node.name, ...node.args.filter((word): word is Word => word.type === 'Word')];
  inWords(words, findings);
}

function inWords(words: readonly Word[], findings: Finding[]): void {
  const checked = checkFlags(words.map(({ value }) => value));
  if (!checked) return;
  if (!checked.open)
    for (const { index, flag, nearest } of checked.unknown) {
      const word = words[index];
      if (!word || nearest === undefined || !isTypo(flag, nearest)) continue;
      if (!word.text.startsWith(flag)) continue;
      const { pos: start } = word;
      const end = start + flag.length;
      const program = [words[0]?.value ?? '', ...checked.path].join(' ');
      findings.push({
        code: 'unknown-flag',
        level: 'safe',
        start,
        end,
        message: `\`${program}\` has no flag ${flag}; ${nearest} is the nearest one.`,
        fix: { text: nearest, start, end, why: 'The nearest flag that the program has.' },
      });
    }
  // `sudo git push …`: the words from the first operand on are a command of their own.
  const inner = checked.operands[0];
  if (inner?.kind === 'command' && inner.index > 0) inWords(words.slice(inner.index), findings);
}

/** A letter or two off; a short name must be longer than what is wrong with it. */
function isTypo(flag: string, nearest: string): boolean {
  const most = flag.length >= 10 ? 2 : flag.length >= 6 ? 1 : 0;
  return most > 0 && distance(flag, nearest, most) <= most;
}
