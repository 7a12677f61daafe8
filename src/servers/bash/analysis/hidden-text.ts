/**
 * Characters that make a command look unlike what it does: bidirectional overrides, invisible ones, look-alike letters.
 * It exists because a person approves what they see.
 * Invariant: text in other scripts inside quotes is nobody's business.
 */
import { BLOCKED, DANGEROUS, type Machine } from './machine.js';

const BIDI = /[\u202A-\u202E\u2066-\u2069]/;
const INVISIBLE =
  /(?<![\u0590-\u08FF\u0900-\u0DFF\u2600-\u27BF]|\uFE0F|[\u{1F000}-\u{1FAFF}])[\u200C\u200D]|\u034F|[\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B\u200E\u200F\u2060-\u2064\u206A-\u206F\u3164\uFEFF\uFFA0\u{E0000}-\u{E007F}]/u;
const CONTROL = /\u001B[[\]P^_]|[\u0000-\u0006\b\u000E-\u001A\u007F\u009B]|\r(?!\n|$)/;
/** A host in a URL whose labels mix Latin with letters that look like it. */
const MIXED_HOST =
  /:\/\/[^\s/'"]*[\uFF0E\u3002\uFF61]|:\/\/[^\s/'"]*(?:[A-Za-z][^\s/'".]*[\u0370-\u03FF\u0400-\u04FF\u0530-\u058F]|[\u0370-\u03FF\u0400-\u04FF\u0530-\u058F][^\s/'".]*[A-Za-z])/;
/** A Latin letter beside a Cyrillic or Greek one that looks like Latin. */
const MIXED_WORD =
  /[A-Za-z][аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅοανρικγτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]|[аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅοανρικγτΑΒΕΖΗΙΚΜΝΟΡΤΥΧ][A-Za-z]/;
/** Latin letters in other clothes: full width, mathematical. */
const DRESSED = /(?:^|[;&|(]\s*)(?:[\uFF21-\uFF3A\uFF41-\uFF5A]|[\u{1D400}-\u{1D6A3}])/u;
/** Spaces that do not separate words. */
const ODD_SPACE = /[\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/;
/** Invisible tags, which carry text that only a machine reads; flags of regions use them too. */
const TAGS = /(?<!\u{1F3F4}[\u{E0000}-\u{E007F}]*)[\u{E0000}-\u{E007F}]/u;
const OWN_SYMBOLS = /[\uE000-\uE003]/;

/** `command` holds more than printable ASCII. */
export function hiddenText(machine: Machine, command: string): void {
  const all = { start: 0, end: command.length };
  const bidi = BIDI.exec(command);
  if (bidi)
    machine.find(
      BLOCKED,
      'bidirectional-text',
      'Holds characters that reorder what is shown: it does not do what it looks like.',
      at(bidi.index),
    );
  const control = CONTROL.exec(command);
  if (control && !/\\$/.test(command.slice(0, control.index)))
    machine.find(
      DANGEROUS,
      'control-characters',
      'Holds control characters that can rewrite what the terminal shows.',
      at(control.index),
    );
  const bare = unquoted(command);
  const invisible =
    INVISIBLE.exec(bare) ??
    TAGS.exec(command) ??
    /:\/\/[^\s/'"]*[\u200B-\u200F\u2060\uFEFF\u00AD]/.exec(command);
  if (invisible)
    machine.find(
      DANGEROUS,
      'invisible-text',
      'Holds invisible characters outside quotes: a name is not what it looks like.',
      at(invisible.index),
    );
  const space = ODD_SPACE.exec(bare);
  if (space)
    machine.find(
      DANGEROUS,
      'odd-space',
      'Holds a space that the shell reads as a letter: words are not where they seem to be.',
      at(space.index),
    );
  const mixed = MIXED_HOST.exec(command);
  if (mixed)
    machine.find(
      DANGEROUS,
      'look-alike-host',
      'Names a host with letters of another script that look like Latin ones.',
      { start: mixed.index, end: mixed.index + mixed[0].length },
    );
  const name = MIXED_WORD.exec(bare) ?? DRESSED.exec(bare);
  if (name)
    machine.find(
      DANGEROUS,
      'look-alike-name',
      'Holds a name with letters of another script that look like Latin ones.',
      at(name.index),
    );
  if (OWN_SYMBOLS.test(command)) machine.cannot('holds private-use characters', all);
}

/** Quoted text blanked out, so that indices stay; in one pass, whatever the quotes are. */
function unquoted(command: string): string {
  let bare = '';
  let from = 0;
  for (let i = 0; i < command.length; i += 1) {
    const c = command.charCodeAt(i);
    if (c === 92) i += 1;
    if (c !== 34 && c !== 39) continue;
    let end = i + 1;
    while (end < command.length && command.charCodeAt(end) !== c)
      end += c === 34 && command.charCodeAt(end) === 92 ? 2 : 1;
    if (end >= command.length) break;
    bare += command.slice(from, i) + ' '.repeat(end + 1 - i);
    from = end + 1;
    i = end;
  }
  return bare + command.slice(from);
}

function at(index: number): { start: number; end: number } {
  return { start: index, end: index + 1 };
}
