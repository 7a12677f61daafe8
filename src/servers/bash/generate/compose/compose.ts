/**
 * Puts a command together from the clauses of a request: the reading that leaves the fewest words unexplained.
 * It exists because requests combine clauses freely, while known commands hold only the mixes that somebody asked for.
 * Invariant: every value of the command stands in the request; what no reading explains is counted, not guessed.
 */
import { type Request, readRequest } from '../request.js';
import { shapeOf } from '../shape.js';
import { edit, joined, wholeFile } from './edit.js';
import { operand, Reading } from './reading.js';
import { grepTree } from './search.js';
import { chooseLines, columns, countFile, grepFiles, sortFile } from './text.js';
import { archive, copyOrMove, foundFiles, make, permissions, removed, sizesShown } from './tree.js';

export interface Composition {
  /** Commands that do the same, the plainer first. */
  readonly forms: readonly { readonly command: string; readonly program: string }[];
  /** Words and values of the request that stand for nothing in the command. */
  readonly left: number;
}

/** In the order of how much their clauses ask for: of equals the first wins. */
const readers: readonly ((reading: Reading) => string | readonly string[] | null)[] = [
  joined,
  copyOrMove,
  make,
  removed,
  permissions,
  archive,
  sizesShown,
  edit,
  chooseLines,
  sortFile,
  columns,
  countFile,
  grepFiles,
  wholeFile,
  grepTree,
  foundFiles,
];

const saving =
  '(?:(?:,|and) )?(?:then )?(?:sav(?:e|ing)|writ(?:e|ing)|stor(?:e|ing)|redirect(?:ing)?|put(?:ting)?|output(?:ting)?)(?: the| its| it| them| all)*(?: (?:output|results?|list|lines?|names))?(?: (?:to|in|into|as))(?: a| the)?(?: file)?(?: (?:named|called))? (<[fp]\\d+>)(?: instead)?';
const savingFirst =
  '^ (?:save|write|store|put|redirect|output)(?=.* (?:to|in|into) (?:the |a )?(?:file )?(?:named |called )?<[fp]\\d+> $)';

/** Longer requests, in UTF-16 units, say more than one command's clauses; reading time grows with the square of the length. */
const maxComposed = 400;

/** Null where no reading gives a command that parses. */
export function compose(text: string, request: Request = readRequest(text)): Composition | null {
  if (text.length > maxComposed) return null;
  let best: Composition | null = null;
  for (const read of readers) {
    const reading = new Reading(text, request);
    const saved =
      reading.take(`(?<=\\w.*[ ,])${saving}(?= $)`) ??
      (reading.takes(savingFirst)
        ? reading.take('(?:to|in|into) (?:the |a )?(?:file )?(?:named |called )?(<[fp]\\d+>)(?= $)')
        : null);
    const made = read(reading);
    if (made === null) continue;
    const left = reading.left();
    if (best && best.left <= left) continue;
    const forms = [made].flat().flatMap((each) => {
      const command = saved?.[0] ? `${each} > ${operand(saved[0])}` : each;
      const program = shapeOf(command)?.programs[0]?.name;
      return program === undefined ? [] : [{ command, program }];
    });
    if (forms.length > 0) best = { forms, left };
  }
  return best;
}
