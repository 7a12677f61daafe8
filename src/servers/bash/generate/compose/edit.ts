/**
 * Commands that change the text of named files or show it in another form: replace, delete lines, convert, append, join.
 * It exists beside the commands that choose lines because these may write to the files.
 * Invariant: a file is changed in place only where the request does not ask to see the result.
 */
import { operand, quoted, type Reading, type Value } from './reading.js';
import { files, separators, words } from './text.js';

/** A literal text as a basic regular expression, in single quotes. */
function literal(text: string): string {
  return text.replace(/[[\]\\.*^$/]/g, '\\$&');
}

/** Letters that are called by their names. */
const called: Readonly<Record<string, string>> = {
  ...separators,
  period: '.',
  dot: '.',
  star: '*',
  hash: '#',
};

/** Null for the end of a line, which sed does not see. */
function lettersOf({ kind, value }: Value): string | null {
  if (kind !== 'word') return value;
  const name = value.toLowerCase().replace(/s$/, '');
  return name === 'newline' ? null : (called[name] ?? value);
}

/** What a request for replacement names, as a program of sed; null where it names none. */
export function substitution(reading: Reading): string | null {
  const swapped = reading.take(
    `(?:replac(?:e|es|ing)|substitut(?:e|es|ing)|chang(?:e|es|ing)) (?:all |every |each |the )*(?:(?:occurrences?|instances?) of )?(?!@A(?:access |file )*(?:permissions?|modes?|owner|ownership|group|name|timestamp|directory))${words}@X (?:with|by|to|into|for) ${words}@X`,
  );
  if (!swapped?.[0] || !swapped[1] || reading.has('names?')) return null;
  const [from, to] = [lettersOf(swapped[0]), lettersOf(swapped[1])];
  if (from === null || to === null) return null;
  const nocase = reading.takes('case[- ]?insensitive(?:ly)?|ignoring case');
  const put = to.replace(/[\\&/]/g, '\\$&');
  return quoted(`s/${literal(from)}/${put}/g${nocase ? 'I' : ''}`);
}

export function edit(reading: Reading): string | null {
  const shown = reading.has('^ (?:print|show|display|output)');
  const swap = substitution(reading);
  reading.takes('(?:and )?(?:save|edit(?:ing)?|modify(?:ing)?|in)[- ](?:it )?(?:in[- ])?place');
  const place = shown ? '' : ' -i';
  if (swap !== null) {
    const named = files(reading);
    return named === null ? null : `sed${place} ${swap} ${named}`;
  }
  const removing =
    '(?:delet(?:e|es|ing)|remov(?:e|es|ing)|drop(?:ping)?|strip(?:ping)?|without|skip(?:ping)?|excluding|eliminat(?:e|es|ing))';
  const where = (pattern: readonly Value[] | null) => (pattern?.[0] ? pattern[0].value : null);
  let address: string | null = null;
  if (reading.takes(`${removing} (?:all |the |any )*(?:empty|blank) lines?`)) address = '/^$/';
  else if (
    reading.takes(
      `${removing} (?:all |the |any )*trailing (?:white ?space|spaces)(?: (?:at|from) (?:the )?ends?(?: of (?:each|every) line)?)?(?: of lines)?`,
    )
  ) {
    const named = files(reading);
    return named === null ? null : `sed${place} 's/[[:space:]]*$//' ${named}`;
  } else {
    const begins = where(
      reading.take(
        `${removing} (?:all |the |any |comment )*(?:lines? )?(?:that |which )?(?:start(?:s|ing)?|begin(?:s|ning)?) with ${words}@X`,
      ),
    );
    const holds =
      begins === null
        ? where(
            reading.take(
              `${removing} (?:all |the |any |every )*lines? (?:that |which )?(?:contain(?:s|ing)?|match(?:es|ing)?|with|having|includ(?:e|ing)) ${words}@X`,
            ),
          )
        : null;
    const at =
      begins === null && holds === null
        ? where(reading.take(`${removing} (?:the )?(?:line (?:number )?@N|@O line)`))
        : null;
    if (begins !== null) address = `/^${literal(begins)}/`;
    else if (holds !== null) address = `/${literal(holds)}/`;
    else if (at !== null) address = at === 'NF' ? '$' : (/\d+/.exec(at)?.[0] ?? null);
  }
  const named = address === null ? null : files(reading);
  return named === null || address === null ? null : `sed${place} ${quoted(`${address}d`)} ${named}`;
}

const plain: readonly (readonly [string, (named: string) => string])[] = [
  [
    '(?:convert|change|translate|turn|make|print|show)?(?: all| the)*(?: (?:text|letters|contents))?(?: of| in)* @F (?:to|into|in) (?:upper ?-?case|capital letters|capitals)',
    (f) => `tr '[:lower:]' '[:upper:]' < ${f}`,
  ],
  [
    '(?:convert|change|translate|turn|make|print|show)?(?: all| the)*(?: (?:text|letters|contents))?(?: of| in)* @F (?:to|into|in) (?:lower ?-?case|small letters)',
    (f) => `tr '[:upper:]' '[:lower:]' < ${f}`,
  ],
  [
    '(?:print|show|display|output|list|number|cat)(?: (?:the|all|contents?|lines?|of))* @F (?:with|and) (?:the )?line numbers?|number (?:the |all )*lines? (?:of|in) (?:the )?(?:file )?@F',
    (f) => `cat -n ${f}`,
  ],
  [
    '(?:print|show|display|output|reverse)(?: (?:the|all|contents?|lines?|order|of))* @F (?:in|from)? ?(?:reverse(?: (?:line )?order)?|bottom to top|last line first|backwards)|reverse (?:the )?(?:order of (?:the )?)?lines? (?:of|in) (?:the )?(?:file )?@F',
    (f) => `tac ${f}`,
  ],
  [
    'reverse (?:the )?(?:characters (?:of|in|on)|text of)? ?(?:each|every) line (?:of|in) (?:the )?(?:file )?@F',
    (f) => `rev ${f}`,
  ],
  ['(?:shuffle|randomi[sz]e)(?: (?:the|all|order|of|lines?|in))* @F', (f) => `shuf ${f}`],
  [
    '(?:print|show|display|output|view|read|dump|cat)(?: (?:me|the|all|whole|entire|full|contents?|text|of))* (?:file )?@F',
    (f) => `cat ${f}`,
  ],
];

export function wholeFile(reading: Reading): string | null {
  for (const [pattern, make] of plain) {
    const [found] = reading.take(pattern) ?? [];
    if (found) return make(operand(found));
  }
  return null;
}

export function joined(reading: Reading): string | null {
  const common = reading.take(
    '(?:lines? )?(?:that are )?common (?:lines? )?(?:to|in|of|between) (?:both )?(?:the )?(?:files? )?@F and @F',
  );
  if (common)
    return `comm -12 <(sort ${common[0] ? operand(common[0]) : ''}) <(sort ${common[1] ? operand(common[1]) : ''})`;
  const compared = reading.take(
    '(?:compare|diff(?:erences?)?|(?:show|print|find|display|list)? ?(?:the )?(?:differences?|differing lines?|changes)) ?(?:between|of|in)?(?: the)?(?: contents of)?(?: files?)? @F (?:and|with|to|against) @F',
  );
  if (compared?.[0] && compared[1]) return `diff ${operand(compared[0])} ${operand(compared[1])}`;
  const merged = reading.take(
    '(?:concatenate|join|merge|combine)(?: the)?(?: contents of)?(?: files?)? @F (?:and|with|,) @F(?: line by line)?',
  );
  if (merged?.[0] && merged[1]) return `cat ${operand(merged[0])} ${operand(merged[1])}`;
  const added = reading.take(
    `(?:append|add) ${words}(<[a-z]\\d+>) (?:to|at)(?: the)?(?: end of)?(?: the)?(?: file)? @F`,
  );
  if (added?.[0] && added[1]) return `echo ${quoted(added[0].value)} >> ${operand(added[1])}`;
  const written = reading.take(
    `(?:write|put|save|echo|store) ${words}(<[a-z]\\d+>) (?:in|to|into)(?: the| a)?(?: new)?(?: file)?(?: named| called)? @F`,
  );
  if (written?.[0] && written[1]) return `echo ${quoted(written[0].value)} > ${operand(written[1])}`;
  return null;
}
