/**
 * Searches for a text in many files: `grep -r`, or `find … -exec grep` where more than names chooses the files.
 * It exists because the text and the files of such a request are told apart by the words around them alone.
 * Invariant: the text sought is taken before the files, so that it never becomes one of their names.
 */
import { findOf, takeFilters } from './find.js';
import type { Reading } from './reading.js';
import { grepOptions, searched } from './text.js';

const holding =
  '(?:contain(?:s|ing)?|mention(?:s|ing)?|includ(?:es?|ing)|with (?:the )?(?:string|text|word|phrase|pattern)|match(?:es|ing)? (?:the )?(?:string|text|pattern|regex))';

export function grepTree(reading: Reading): readonly string[] | null {
  if (reading.has('(?:in|of) (?:the |its |their )?(?:file ?)?names?')) return null;
  if (
    !reading.has('lines?') &&
    reading.has('(?:files?|names?|@D) (?:that |which |whose )*(?:names? )?(?:start|begin|end)(?:s|ing|ning)?')
  )
    return null;
  const files =
    reading.has(`(?:files?|scripts?|documents?|<g\\d+>)(?: [\\w<>./]+){0,6} (?:that |which )?${holding}`) &&
    !reading.has('lines? (?:that |which )?(?:contain|match|with)|for (?:lines|all lines)');
  const namesOnly = reading.takes(
    '(?:only )?(?:the )?(?:file ?)?names? (?:of (?:the |all )*)?(?=files?)|only (?:the )?file ?names?',
  );
  const options = grepOptions(reading).replace(' -', '');
  if (
    !reading.has(
      `${holding}|search(?:es|ing)?|grep|look(?:ing)? for|lines? (?:with|containing)|occurrences? of|(?:string|text|word|pattern|phrase) <`,
    )
  )
    return null;
  const pattern = searched(reading);
  if (pattern === null || /^'?(?:\*|\.\w{1,5}'?$)/.test(pattern)) return null;
  reading.takes('(?:search|grep|look|scan)(?:ing)?(?: recursively)?(?: for)?');
  const { places, tests, typed } = takeFilters(reading);
  if (!typed && tests.length === 0 && places.length === 0) return null;
  const list = files || namesOnly ? 'l' : '';
  const chosen = tests.some((test) => test.startsWith('-type')) ? tests : [...tests, '-type f'];
  const found = `${findOf({ places, tests: chosen, typed: true })} -exec grep -${options}${list || 'H'} ${pattern} {} +`;
  const names = tests.filter((test) => /^-name '\*\.\w+'$/.test(test));
  const place = places.length > 0 ? places.join(' ') : '.';
  if (names.length === tests.filter((test) => test !== '-type f').length) {
    const include = names.map((name) => ` --include=${name.slice('-name '.length)}`).join('');
    return [`grep -r${options}${list}${include} ${pattern} ${place}`, found];
  }
  return [found];
}
