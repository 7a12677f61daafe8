/**
 * Puts the values of a request into the command of a pair that answers a like request.
 * It exists because a neighbour's command is right in shape and wrong in every name.
 * Invariant: only values that stand in the new request replace values that stood in the old one; a name of somebody else's that
 * nothing replaces gives way to a word in capitals.
 */
import type { Pair } from './pairs.js';
import { kindOf, type Request, type Slot, type SlotKind } from './request.js';
import type { Argument } from './shape.js';

export interface Filled {
  readonly command: string;
  /** Values that nothing replaced: names of somebody else's files. */
  readonly left: number;
  /** Values of the new request that are not in the command. */
  readonly unused: number;
}

/** What an argument stands for, without quotes, signs, units and globs around it. */
function core(text: string): string {
  return text
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .replace(/^\$\{(\w+)\}$/, '$$$1')
    .replace(/^[+-](?=\d)/, '')
    .replace(/^\*+(?=.)|(?<=.)\*+$/g, '')
    .replace(/^(\d+)[A-Za-z]$/, '$1');
}

function slotCore({ kind, value }: Slot): string {
  return kind === 'size' || kind === 'number' ? (/\d+/.exec(value)?.[0] ?? value) : core(value);
}

const families: readonly (readonly SlotKind[])[] = [
  ['path', 'variable', 'file', 'text'],
  ['glob', 'file', 'text'],
  ['size', 'number'],
  ['mode', 'number'],
  ['host', 'text'],
];

/** 2 for the same kind, 1 for one that may stand in its place, 0 for none. */
function suits(a: SlotKind, b: SlotKind): number {
  if (a === b) return 2;
  return families.some((family) => family.includes(a) && family.includes(b)) ? 1 : 0;
}

const letters: Readonly<Record<string, string>> = { k: 'k', m: 'M', g: 'G', t: 'T', b: 'c' };

/** The new value in the dress of the old argument: quotes, sign, glob stars and size letters stay. */
function dressed({ text }: Argument, old: Slot, slot: Slot): string {
  const inner = core(text);
  const value = slotCore(slot);
  if (slot.kind === 'glob' && /[*?]/.test(slot.value)) {
    const quote = /^["']/.exec(text)?.[0] ?? "'";
    return `${quote}${slot.value}${quote}`;
  }
  let dress = text;
  if (slot.kind === 'size' && /\d[A-Za-z]$/.test(text)) {
    const letter = letters[(/[A-Za-z]/.exec(slot.value.replace(/^\d+/, ''))?.[0] ?? '').toLowerCase()];
    if (letter) dress = text.replace(/[A-Za-z](?=["']?$)/, letter);
  }
  const at = dress.indexOf(inner);
  if (at < 0 || old.value === '') return value;
  const put = dress.slice(0, at) + value + dress.slice(at + inner.length);
  return /^["']/.test(put) || !/[\s;&|<>()"'`*?]/.test(value) ? put : quoted(put);
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/** The slot of the old request that an argument came from. */
function source({ text }: Argument, slots: readonly Slot[]): number {
  const inner = core(text);
  if (inner === '') return -1;
  const exact = slots.findIndex((slot) => slot.value === text || slotCore(slot) === inner);
  if (exact >= 0) return exact;
  return slots.findIndex((slot) => {
    const value = slotCore(slot);
    return value.length > 2 && (inner.includes(value) || (inner.length > 2 && value.includes(inner)));
  });
}

/** How well a new slot takes the place of an old one; 0: not at all. */
function affinity(old: Slot, slot: Slot): number {
  const kinds = suits(old.kind, slot.kind);
  if (kinds === 0) return 0;
  return kinds + (old.role !== '' && old.role === slot.role ? 1.5 : 0);
}

/** For each old slot the new one that takes its place: the best pairs first, of equals in the order of the text. */
function matched(
  old: readonly Slot[],
  now: readonly Slot[],
  needed: ReadonlySet<number>,
): Map<number, number> {
  const offers: { i: number; k: number; score: number }[] = [];
  for (const i of needed)
    now.forEach((slot, k) => {
      const was = old[i];
      const score = was ? affinity(was, slot) : 0;
      if (score > 0) offers.push({ i, k, score });
    });
  offers.sort((a, b) => b.score - a.score || a.i - b.i || a.k - b.k);
  const pairs = new Map<number, number>();
  const used = new Set<number>();
  for (const { i, k } of offers) {
    if (pairs.has(i) || used.has(k)) continue;
    pairs.set(i, k);
    used.add(k);
  }
  return pairs;
}

/** Programs whose first operand is a place to start from, so that "." stands for none named. */
const searchers = new Set(['find', 'du', 'tree', 'ls']);

function isPlace({ program, option, text }: Argument): boolean {
  return searchers.has(program) && option === '' && /^["']?(?:[~/.$]|[\w-]+\/)|^\w+$/.test(text);
}

/** Names that somebody gave to a file, a folder or a variable of theirs; not those that every system has. */
const somebodys =
  /^["']?(?!\/(?:dev|proc|etc|sys|usr|bin|var)\b)(?:\$\{?[A-Za-z_]\w*\}?|<[^>]+>|[~\w@%+.*-]*[/.][\w@%+./*-]*\w[/*]*|\w*(?:file|dir|name|path|pattern|folder|host|user|text|string|input|output)\w*)["']?$/i;

/** Options of find that say which files, by somebody's name, size or time. */
const choosing =
  /^-(?:i?name|i?path|i?wholename|i?regex|user|group|newer|perm|size|[acm]time|[acm]min|maxdepth|mindepth)$/;
const searching = new Set(['grep', 'egrep', 'fgrep', 'zgrep']);

/** Whether a value says what the old request was about, so that it must come from the new one. */
function isChoice({ program, option, text }: Argument): boolean {
  if (/^["']?[*.]?["']?$/.test(text)) return false;
  return (program === 'find' && choosing.test(option)) || (searching.has(program) && option === '');
}

/** What a value that came from nowhere in the old request may be replaced by: the first value left over that suits it. */
function strangerFor({ text }: Argument, slots: readonly Slot[], used: ReadonlySet<number>): number {
  const bare = core(text);
  const kind = /^<|^\w+$/.test(bare) ? 'text' : kindOf(bare);
  let best = -1;
  let most = 0;
  slots.forEach((slot, k) => {
    const fit = used.has(k) ? 0 : suits(kind, slot.kind);
    if (fit > most) [best, most] = [k, fit];
  });
  return best;
}

/** A value as a word of the shell. */
function asWord({ kind, value }: Slot): string {
  const plain = kind === 'size' || kind === 'number' ? value.replace(/\s/g, '') : value;
  return /^[\w@%+=:,./~$-]+$/.test(plain) ? plain : quoted(plain);
}

/** A word in capitals for somebody else's value, by what it looks like; null for what everybody has: amounts, dotfiles, all files. */
function placeholder({ program, option, text }: Argument, old: Slot | undefined): string | null {
  const bare = core(text);
  if (/^[-+\d.:,]*$|^[\W_]*$|^(?:~\/)?\.[a-z]|^~$|^\$[A-Z\d_{]/.test(bare)) return null;
  if (old && (old.kind === 'size' || old.kind === 'number' || old.kind === 'mode')) return null;
  if (isChoice({ program, option, text, start: 0, end: 0 }))
    return /user|group/.test(option) ? null : 'PATTERN';
  if (searchers.has(program) && option === '') return '.';
  if (/^[~./\w-]*\/$/.test(bare) || program === 'cd' || program === 'mkdir' || program === 'rmdir')
    return 'DIR';
  if (/^[~\w@%+.*/-]*[/.*][\w@%+.*/-]*$/.test(bare) && !/^\/(?:dev|proc|etc|sys|usr|bin|var)\b/.test(bare))
    return 'FILE';
  return null;
}

export function fill(pair: Pair, request: Request, text: string): Filled {
  const old = pair.request.slots;
  const words = request.words.join(' ');
  const sources = pair.shape.arguments.map((argument) => source(argument, old));
  const needed = new Set([...sources].filter((at) => at >= 0).sort((a, b) => a - b));
  const places = matched(old, request.slots, needed);
  const used = new Set(places.values());
  let left = 0;
  const edits: { start: number; end: number; text: string }[] = [];
  const leave = (argument: Argument, was?: Slot) => {
    left++;
    const word = text.includes(core(argument.text)) ? null : placeholder(argument, was);
    if (word !== null) edits.push({ start: argument.start, end: argument.end, text: word });
  };
  pair.shape.arguments.forEach((argument, i) => {
    const from = sources[i] ?? -1;
    const slot = request.slots[places.get(from) ?? -1];
    const was = old[from];
    if (slot && was)
      edits.push({ start: argument.start, end: argument.end, text: dressed(argument, was, slot) });
    else if (isPlace(argument) || argument.text === '.' || argument.text === './' || argument.text === '/') {
      // A search of this folder, asked for another one.
      const path = request.slots.findIndex(
        ({ kind, role }, k) =>
          (kind === 'path' || (role === 'place' && kind !== 'glob' && kind !== 'number')) && !used.has(k),
      );
      const root = /\b(?:root|entire|whole)\b/.test(words) && !/current/.test(words) ? '/' : '.';
      const value = request.slots[path]?.value ?? (argument.program === 'find' ? root : undefined);
      if (value === undefined) {
        if (from >= 0) leave(argument, was);
        return;
      }
      if (path >= 0) used.add(path);
      edits.push({ start: argument.start, end: argument.end, text: value });
    } else if (from >= 0) leave(argument, was);
    else if (somebodys.test(argument.text) || (isChoice(argument) && !text.includes(core(argument.text)))) {
      const stranger = strangerFor(argument, request.slots, used);
      const value = request.slots[stranger];
      if (value === undefined) {
        leave(argument);
        return;
      }
      used.add(stranger);
      edits.push({ start: argument.start, end: argument.end, text: asWord(value) });
    }
  });
  let command = pair.command;
  for (const { start, end, text } of edits.sort((a, b) => b.start - a.start))
    command = command.slice(0, start) + text + command.slice(end);
  return { command, left, unused: request.slots.length - used.size };
}
