/**
 * Reads a request in plain words: the values it names (slots) and its words with those values masked.
 * It exists so that "files over 10 MB in /srv" and "files over 3 GB in ~/a" are the same question with other values.
 * Invariant: slots lie in the order of the text and never overlap; equal requests give equal words.
 */

/** What a value looks like: decides which argument of a command it may fill. */
export type SlotKind = 'text' | 'path' | 'glob' | 'file' | 'size' | 'mode' | 'number' | 'variable' | 'host';

export type Role = 'place' | 'name' | 'search' | 'target' | 'amount' | 'user' | '';

export interface Slot {
  readonly kind: SlotKind;
  /** The value without the quotes around it. */
  readonly value: string;
  /** What the words before it say it is: a place to look in, a name, a text to look for … */
  readonly role: Role;
  /** UTF-16 offsets in the request. */
  readonly start: number;
  readonly end: number;
}

export interface Request {
  readonly slots: readonly Slot[];
  /** Stemmed lower-case words, values replaced with `<kind>`. */
  readonly words: readonly string[];
}

/** Longer requests are cut, in UTF-16 units. */
export const maxRequest = 2000;

/** Alternatives in order of precedence; each group number belongs to one kind. */
const values =
  /"([^"\n]{1,200})"|(?<![A-Za-z0-9])['`‘“]([^'`’”\n]{1,200})['`’”](?![A-Za-z])|(\$\{?[A-Za-z_0-9@*#?!][A-Za-z_0-9]*\}?(?:\/[\w.@*-]*\w\/?)*|\$\([^)\n]{1,80}\))|((?:\d{1,3}\.){3}\d{1,3}|(?:https?|ftp):\/\/[^\s,;)]+|[\w.-]+@[\w.-]+|www\.[\w.-]+)|((?:~|\.{1,2})?\/(?:[\w.@%+=:~*${}-]+\/?)*|~(?=[\s,.;]|$)|[\w.@-]+(?:\/[\w.@*-]+)+\/?|[\w.@-]+\/(?=[\s,;]|$))|([\w.-]*[*?][\w.*?-]*(?<![.?])|\*)|((?<![\w.])\.[A-Za-z][\w]{0,9}(?![\w/]))|(\b\d+(?:\.\d+)?\s?(?:[kKmMgGtT]i?[bB]?|bytes?|kilobytes?|megabytes?|gigabytes?)\b)|(\b[0-7]{3,4}\b(?=\s*(?:$|[,.;)]|permissions?|mode|to|and|for|under|in|or))|\b[ugoa]*[+=-][rwxst]+\b)|([+-]?\b\d+(?:\.\d+)?(?=(?:st|nd|rd|th)?\b))|(\b[\w-]+(?:\.[\w-]+)*\.(?!g\b|e\b)[A-Za-z][A-Za-z0-9]{0,5}\b)|\b(c|cc|cpp|h|hpp|java|py|pl|php|js|ts|css|html?|xml|json|ya?ml|csv|txt|text|pdf|png|jpe?g|gif|mp3|mp4|avi|mkv|log|md|markdown|rb|ruby|go|rs|sh|tmp|bak|swp|pyc|class|docx?|python|perl|javascript)(?= (?:source )?(?:files?|scripts?|documents?|images?)\b)/gi;

const kinds: readonly (SlotKind | 'quoted' | 'extension')[] = [
  'quoted',
  'quoted',
  'variable',
  'host',
  'path',
  'glob',
  'glob',
  'size',
  'mode',
  'number',
  'file',
  'extension',
];

/** Words for a kind of file that differ from its extension. */
const extensions: Readonly<Record<string, string>> = {
  text: 'txt',
  markdown: 'md',
  ruby: 'rb',
  python: 'py',
  perl: 'pl',
  javascript: 'js',
};

/** What a value looks like that stands alone. */
export function kindOf(value: string): SlotKind {
  if (/^\$[\w{(]/.test(value)) return 'variable';
  if (/^[+-]?\d+$/.test(value)) return 'number';
  if (/[*?]/.test(value) || /^\.\w{1,6}$/.test(value)) return 'glob';
  if (/^(?:~|\.{1,2})?\/\S*$|^[\w.@-]+(?:\/[\w.@-]+)+\/?$|^[\w.-]+\/$|^\.{1,2}$/.test(value)) return 'path';
  if (/^[\w-]+\.[A-Za-z][A-Za-z0-9]{0,5}$/.test(value)) return 'file';
  return 'text';
}

/** Words that say what the next value is; the nearest before the value decides. */
const roles: readonly (readonly [Role, RegExp])[] = [
  ['place', /^(?:director(?:y|ies)|dirs?|folders?|under|below|in|inside|within|tree|path|into|disk)$/],
  ['name', /^(?:named?|names|file|files|extension|ending|called|matching|like|suffix|prefix)$/],
  [
    'search',
    /^(?:strings?|patterns?|word|text|containing?|contains?|lines?|for|phrase|regex|expression|matching)$/,
  ],
  ['target', /^(?:to|with|by|as)$/],
  ['amount', /^(?:than|least|most|last|first|every|over|exactly|level|depth|size|times)$/],
  ['user', /^(?:user|owner|group|owned|belong|host|server)$/],
];

function roleOf(before: string): Role {
  const near =
    before
      .toLowerCase()
      .match(/[a-z]+/g)
      ?.slice(-3)
      .reverse() ?? [];
  for (const word of near) for (const [role, words] of roles) if (words.test(word)) return role;
  return '';
}

/** Two plain words with a slash between them are an enumeration, no path: "files/directories". */
const enumeration =
  /^(?:files?|director(?:y|ies)|folders?|dirs?|regular|normal|links?|and|or|read|write|with|without|input|output|names?)\/[a-z]+$/i;

/** A light stemmer: plural and verb endings only, so that "listing", "lists" and "list" meet. */
export function stem(word: string): string {
  if (word.length <= 3) return word;
  let stemmed = word;
  if (stemmed.endsWith('ies') && stemmed.length > 4) stemmed = `${stemmed.slice(0, -3)}y`;
  else if (/(?:ss|sh|ch|x)es$/.test(stemmed)) stemmed = stemmed.slice(0, -2);
  else if (stemmed.endsWith('s') && !/(?:ss|us|is)$/.test(stemmed)) stemmed = stemmed.slice(0, -1);
  if (stemmed.endsWith('ing') && stemmed.length > 5) stemmed = stemmed.slice(0, -3);
  else if (stemmed.endsWith('ed') && stemmed.length > 4) stemmed = stemmed.slice(0, -2);
  if (/([bdgmnprt])\1$/.test(stemmed) && stemmed !== word) stemmed = stemmed.slice(0, -1);
  if (stemmed.endsWith('e') && stemmed.length > 4) stemmed = stemmed.slice(0, -1);
  return stemmed;
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z][a-z0-9_+-]*|[0-9]+/g) ?? []).map(stem);
}

export function readRequest(text: string): Request {
  const request = text.slice(0, maxRequest);
  const slots: Slot[] = [];
  const words: string[] = [];
  let last = 0;
  for (const match of request.matchAll(values)) {
    const group = match.findIndex((value, i) => i > 0 && value !== undefined);
    const named = kinds[group - 1];
    const value = match[group];
    if (named === undefined || value === undefined) continue;
    const kind = named === 'quoted' ? kindOf(value) : named === 'extension' ? 'glob' : named;
    const trimmed =
      named === 'path' || named === 'host'
        ? value.replace(/[.:]+$/, (dots) => (value === dots ? dots : ''))
        : named === 'extension'
          ? `*.${extensions[value.toLowerCase()] ?? value.toLowerCase()}`
          : value;
    if (trimmed === '' || (kind === 'path' && enumeration.test(trimmed))) continue;
    words.push(...wordsOf(request.slice(last, match.index)), `<${kind}>`);
    const role = roleOf(request.slice(0, match.index));
    slots.push({ kind, role, value: trimmed, start: match.index, end: match.index + match[0].length });
    last = match.index + match[0].length;
  }
  words.push(...wordsOf(request.slice(last)));
  return { slots, words };
}
