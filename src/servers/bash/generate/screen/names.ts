/**
 * Names that a request gives without quotes: "the tmp folder", "node_modules directories", "a folder called old".
 * It exists so that such a name is a value of the request, and no command that drops it passes for its answer.
 * Invariant: words that only describe a folder name nothing; each name stands in the text.
 */
import { type Request, stem } from '../request.js';

const folder = 'folders?|director(?:y|ies)|dirs?|subfolders?|subdirector(?:y|ies)';
const word = '[A-Za-z][\\w.-]*[\\w]';
const patterns = [
  new RegExp(`(${word})(?=\\s+(?:${folder})\\b)`, 'gi'),
  new RegExp(`(?:(?:${folder}|files?)\\s+)?\\b(?:named|called)\\s+(${word})`, 'gi'),
];

/** Words that stand before "folder" and describe it. */
const describing = new Set(
  'a an the all any each every some both many several multiple of in on at to from for with within by and or as is are be that this these those it its my our your their his her no non not one two three first second last next previous current working present home root parent child sub base top level main whole entire empty hidden new old older newest oldest large larger largest big small same other another different given specified specific certain particular named called into under inside below above outside over only just regular normal symbolic real local remote temporary temp user users system current-working subdirectory recursively matching containing existing missing source destination target output input backup unused nested multiple-level immediate respective corresponding original relative absolute full make create delete remove list find show print copy move change go cd mkdir rename count search display get archive compress file files folder folders directory directories path paths name names text two-level deep left right writable readable executable public private shared common git mounted deeper lower upper'
    .split(' ')
    .flatMap((each) => [each, stem(each)]),
);

/** Names with their place in the text, in its order; those within a value that is read already are left out. */
export function bareNames(
  text: string,
  { slots }: Request,
): readonly { readonly value: string; readonly start: number }[] {
  const found = new Map<number, string>();
  for (const pattern of patterns)
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? '';
      const start = match.index + match[0].indexOf(value, match[0].length === value.length ? 0 : 1);
      const lower = value.toLowerCase();
      if (describing.has(lower) || describing.has(stem(lower))) continue;
      if (slots.some((slot) => start < slot.end && start + value.length > slot.start)) continue;
      if (/(?:ed|ing)$/.test(lower)) continue;
      found.set(start, value);
    }
  return [...found].map(([start, value]) => ({ value, start })).sort((a, b) => a.start - b.start);
}

/** The request with its bare names in quotes, so that they are read as values. */
export function withNamesQuoted(text: string, request: Request): string {
  let quoted = text;
  for (const { value, start } of bareNames(text, request).toReversed())
    quoted = `${quoted.slice(0, start)}"${value}"${quoted.slice(start + value.length)}`;
  return quoted;
}
