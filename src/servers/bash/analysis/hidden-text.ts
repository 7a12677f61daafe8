/**
 * Characters that make a command look unlike what it does: bidirectional overrides, invisible ones, look-alike letters.
 * It exists because a person approves what they see.
 * Invariant: text in other scripts inside quotes is nobody's business.
 */
import { BLOCKED, DANGEROUS, type Machine } from './machine.js';

const BIDI = /[\u202A-\u202E\u2066-\u2069]/;
const INVISIBLE =
  /\u034F|[\u00AD\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u2060-\u2064\u206A-\u206F\u3164\uFEFF\uFFA0\u{E0000}-\u{E007F}]/u;
const CONTROL = /\u001B[[\]P^_]|[\u0000-\u0006\b\u000E-\u001A\u007F\u009B]|\r(?!\n|$)/;
/** A host in a URL whose labels mix Latin with letters that look like it. */
const MIXED_HOST =
  /:\/\/[^\s/'"]*(?:[A-Za-z][^\s/'".]*[\u0370-\u03FF\u0400-\u04FF\u0530-\u058F]|[\u0370-\u03FF\u0400-\u04FF\u0530-\u058F][^\s/'".]*[A-Za-z])/;
const OWN_SYMBOLS = /[\uE000-\uE003]/;

export function hiddenText(machine: Machine, command: string): void {
  if (isOrdinary(command)) return;
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
  const invisible = INVISIBLE.exec(bare);
  if (invisible)
    machine.find(
      DANGEROUS,
      'invisible-text',
      'Holds invisible characters outside quotes: a name is not what it looks like.',
      at(invisible.index),
    );
  const mixed = MIXED_HOST.exec(command);
  if (mixed)
    machine.find(
      DANGEROUS,
      'look-alike-host',
      'Names a host with letters of another script that look like Latin ones.',
      { start: mixed.index, end: mixed.index + mixed[0].length },
    );
  const name =
    /(?:^|[;&|]\s*)(?:[A-Za-z]+[\u0370-\u03FF\u0400-\u04FF]|[\u0370-\u03FF\u0400-\u04FF]+[A-Za-z])/.exec(
      bare,
    );
  if (name)
    machine.find(
      DANGEROUS,
      'look-alike-name',
      'Names a program with letters of another script that look like Latin ones.',
      at(name.index),
    );
  if (OWN_SYMBOLS.test(command)) machine.cannot('holds private-use characters', all);
}

/** Printable ASCII, tabs and line ends. */
function isOrdinary(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if ((c < 32 && c !== 10 && c !== 9) || c > 126) return false;
  }
  return true;
}

/** Quoted text blanked out, so that indices stay. */
function unquoted(command: string): string {
  return command.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"/gs, (quoted) => ' '.repeat(quoted.length));
}

function at(index: number): { start: number; end: number } {
  return { start: index, end: index + 1 };
}
