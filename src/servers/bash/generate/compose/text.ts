/**
 * Commands on the lines of named files: count, search, choose, sort, cut, replace, join.
 * It exists because such requests differ in little but the clause that names what to do.
 * Invariant: every value in a command stands in the request; files come as the request names them.
 */
import { operand, quoted, type Reading, type Value } from './reading.js';

/** Where a file of the request is named; several of them in their order. */
const file =
  '(?:(?:in|of|from|to|for|on|through|inside|within) )?@A(?:contents? of )?@A(?:(?:text|csv|log|input|source) )?(?:file )?(?:named |called )?@F(?: file)?';

export function files(reading: Reading): string | null {
  // Files of a kind below a folder are found, not named.
  if (
    reading.has('(?:recursive(?:ly)?|sub-?(?:directories|folders)|(?:under|below) .*)') &&
    reading.has('<g\\d+>')
  )
    return null;
  const found: string[] = [];
  for (;;) {
    const [value] = reading.take(`${file}`) ?? [];
    if (!value) break;
    found.push(operand(value));
  }
  return found.length > 0 && !found.some((name) => /^\.?\/?$|\/$/.test(name)) ? found.join(' ') : null;
}

export const separators: Readonly<Record<string, string>> = {
  comma: ',',
  tab: '\\t',
  semicolon: ';',
  colon: ':',
  pipe: '|',
  space: ' ',
  dash: '-',
  hyphen: '-',
  slash: '/',
  underscore: '_',
};

/** What divides columns: said in words, quoted, or known of the file's kind. */
function separator(reading: Reading, name: string): string | null {
  for (const [word, sign] of Object.entries(separators))
    if (
      reading.takes(
        `(?:(?:that (?:are|is) )?(?:separated|delimited|divided|split) by |using |with |on )?(?:a |an |the )?${word}s?(?:[- ](?:separated|delimited))?(?: as (?:the |a )?(?:separator|delimiter))?`,
      )
    )
      return sign;
  const [said] =
    reading.take(
      '(?:separated|delimited|divided|split) (?:by|with|on) @V|(?:separator|delimiter) (?:is )?@V|@V as (?:the |a )?(?:separator|delimiter)',
    ) ?? [];
  if (said) return said.value;
  if (/\.csv/.test(name)) return ',';
  return /\.tsv/.test(name) ? '\\t' : null;
}

export const words =
  '@A(?:(?:exact|literal|whole|regular) )?(?:string|text|word|pattern|phrase|regex|regular expression|expression|term|letters?|character)? ?';

/** The text that lines are chosen by, as grep's pattern; null where none is named. */
export function searched(reading: Reading): string | null {
  const starts = reading.take(`(?:that |which )?(?:starting|starts?|beginning|begins?) with ${words}@X`);
  if (starts?.[0]) return quoted(`^${starts[0].value}`);
  const ends = reading.take(`(?:that |which )?(?:ending|ends?) (?:with|in) ${words}@X`);
  if (ends?.[0]) return quoted(`${ends[0].value}$`);
  const held =
    reading.take(
      `(?:(?:that|which|where|and) )?(?:(?:do(?:es)? not|don t|doesn t|not) )?(?:contain(?:s|ing)?|match(?:es|ing)?|includ(?:es?|ing)|ha(?:s|ve|ving)|hold(?:s|ing)?|mention(?:s|ing)?|with(?:out)?) (?:lines? )?${words}@X`,
    ) ??
    reading.take(
      `(?:(?:search(?:es|ing)?|look(?:ing)?|scan) (?:(?:recursively|case-insensitively) )?for|grep(?: for)?) (?:lines? (?:with|containing) )?(?:all )?(?:occurrences? of )?(?!@A(?:[\\w-]+ )?(?:files?|<[gp]\\d+>|@D)(?! ?(?:with|containing)))${words}@X(?! (?:files?|scripts?|@D))`,
    ) ??
    reading.take(`(?:for |of )?(?:occurrences?|appearances?|instances?|mentions?) of ${words}@X`) ??
    reading.take(
      `(?:find|show|print|list|display|filter|get)? ?(?:all )?(?:(?:lines? (?:with|containing|matching) )|(?:the )?(?:string|text|word|pattern|phrase) )@X`,
    ) ??
    reading.take(`(<t\\d+>)`);
  return held?.[0] ? quoted(held[0].value) : null;
}

/** The options of grep that a request asks for. */
export function grepOptions(reading: Reading): string {
  const has = (pattern: string) => reading.takes(pattern);
  const without = reading.has(
    '(?:not contain(?:ing)?|don t contain|doesn t contain|without|not match(?:ing)?|not includ(?:e|ing)|not hav(?:e|ing)|not start(?:ing)?|not begin(?:ning)?)',
  );
  const options = [
    has(
      '(?:(?:and|with|while) )?(?:case[- ]?insensitive(?:ly)?|ignor(?:ing|e) (?:the )?case|regardless of (?:the )?case)(?: search)?',
    )
      ? 'i'
      : '',
    without ? 'v' : '',
    has('(?:(?:with|and|their|its|print|show) )*(?:the )?line numbers?(?: of)?(?: prefixed)?') ? 'n' : '',
    has('(?:as )?(?:a )?whole words?(?: only)?') ? 'w' : '',
  ].join('');
  return options === '' ? '' : ` -${options}`;
}

const listed = '(?:list|show|print|find|display|get|give|search|return)';

export function grepFiles(reading: Reading): string | null {
  if (reading.has('recursive(?:ly)?')) return null;
  const count = reading.takes(
    '(?:(?:count|number of|how many|print the number of)(?: the| all)*(?: number of)?)(?: matching)? lines?(?: (?:are|is) (?:there|in))?',
  );
  const each =
    !count &&
    reading.takes(
      '(?:count|number of|how many)(?: the| all)*(?: number of)?(?= (?:times|occurrences?|words?))',
    );
  const chosen = grepOptions(reading);
  if (!count && !each) reading.takes(`${listed}? ?@A(?:matching )?lines?`);
  const pattern = searched(reading);
  if (pattern === null) return null;
  if (each) reading.takes('(?:times|occurrences?|appears|occurs)');
  reading.takes('(?:do(?:es)? not|not|appears?|occurs?)');
  const named = files(reading);
  if (named === null) return null;
  return each
    ? `grep -o${chosen.replace(' -', '')} ${pattern} ${named} | wc -l`
    : `grep${count ? ` -c${chosen.replace(' -', '')}` : chosen} ${pattern} ${named}`;
}

const counted: readonly (readonly [string, string])[] = [
  ['lines?', '-l'],
  ['words?', '-w'],
  ['characters?|chars', '-m'],
  ['bytes', '-c'],
];

export function countFile(reading: Reading): string | null {
  for (const [unit, option] of counted)
    if (
      reading.takes(
        `(?:count|how many|number of|print the number of|total(?: number of)?)(?: (?:the|all|number|of|total|how many))* (?:${unit})(?: (?:are|is))?(?! (?:(?:that|which) )?(?:contain|match|start|begin|end|with|hav))`,
      )
    ) {
      reading.takes('has|are|there');
      const named = files(reading);
      return named === null ? null : `wc ${option} ${named}`;
    }
  return null;
}

export function chooseLines(reading: Reading): string | null {
  const range = reading.take('lines? (?:numbers? )?(?:from )?@N ?(?:to|through|until|and|-) ?(?:line )?@N');
  const head = range
    ? null
    : (reading.take('(?:first|top|initial) @N (?:lines?|rows?)') ??
      (reading.takes('first line') ? [{ kind: 'number', value: '1' } as const] : null));
  const tail =
    range || head
      ? null
      : (reading.take('(?:last|final|bottom) @N (?:lines?|rows?)') ??
        (reading.takes('last line') ? [{ kind: 'number', value: '1' } as const] : null));
  const bytes = head || tail || range ? null : reading.take('(?:first|initial) @N (?:bytes|characters)');
  const one = range || head || tail || bytes ? null : reading.take('(?:line (?:number )?@N|@O line)');
  const all =
    !range &&
    !head &&
    !tail &&
    !bytes &&
    !one &&
    reading.takes('(?:(?:and )?follow|keep (?:watching|showing)|as it grows|in real time)');
  const named = files(reading);
  const number = (values: readonly Value[] | null) => /\d+/.exec(values?.[0]?.value ?? '')?.[0] ?? '';
  if (named === null) return null;
  if (range) return `sed -n '${number(range)},${number(range.slice(1))}p' ${named}`;
  if (head) return `head -n ${number(head)} ${named}`;
  if (tail) return `tail -n ${number(tail)} ${named}`;
  if (bytes) return `head -c ${number(bytes)} ${named}`;
  if (one) return one[0]?.value === 'NF' ? `tail -n 1 ${named}` : `sed -n '${number(one)}p' ${named}`;
  return all ? `tail -f ${named}` : null;
}

export function sortFile(reading: Reading): string | null {
  const counts = reading.takes(
    '(?:count|number of|how (?:many|often))(?: (?:the|how many|all))*(?: (?:times|occurrences?|frequency))?(?: of)? (?:each|every|unique|distinct|identical|duplicate)(?: (?:unique|distinct))? (?:lines?|values?|words?|entry|entries)?(?: (?:occurs|appears))?',
  );
  const unique = reading.takes(
    '(?:and )?(?:(?:remov(?:e|ing)|without|delet(?:e|ing)|eliminat(?:e|ing)|drop(?:ping)?) (?:the )?duplicate(?:s|d)?(?: lines?| entries)?|unique(?: lines?| values?)?|uniquely|distinct(?: lines?| values?)?|de-?duplicat(?:e|ed))',
  );
  const repeated =
    !unique &&
    reading.takes('(?:duplicated?|repeated)(?: lines?)?|lines that (?:occur|appear) more than once');
  const sorted = reading.takes(
    '(?:sort(?:s|ed|ing)?|order(?:ed)?)(?: (?:the )?(?:lines?|contents?|numbers?))?(?: (?:of|in))?',
  );
  if (!counts && !unique && !repeated && !sorted) return null;
  const frequent =
    counts &&
    reading.takes(
      '(?:(?:sorted )?by (?:frequency|count)|(?:the )?most (?:frequent|common)(?: ones?)?(?: first)?|in descending order)',
    );
  const column = reading.take(
    '(?:by|on|according to) (?:the )?(?:@O (?:column|field|key)|(?:column|field|key) @N)',
  );
  const options = [
    reading.takes('(?:human[- ]readable)(?: sizes?)?') ? 'h' : '',
    reading.takes('(?:and )?(?:in )?(?:by )?(?:numeric(?:al|ally)?|numbers?|as numbers)(?: (?:order|value))?')
      ? 'n'
      : '',
    reading.takes(
      '(?:and )?(?:in )?(?:revers(?:e|ed|ely)|descending|backwards)(?: (?:order|alphabetical(?:ly)?(?: order)?))?|largest first|from (?:largest|highest) to (?:smallest|lowest)',
    )
      ? 'r'
      : '',
    unique ? 'u' : '',
    reading.takes('(?:and )?(?:ignoring|ignore) (?:the )?case|case[- ]?insensitive(?:ly)?') ? 'f' : '',
  ].join('');
  // Numbers in reverse: "reverse numeric".
  const late =
    !options.includes('n') && reading.takes('(?:in )?(?:numeric(?:al|ally)?)(?: order)?') ? 'n' : '';
  reading.takes('(?:in )?(?:alphabetical(?:ly)?|lexicographical(?:ly)?|ascending)(?: order)?');
  reading.takes('sort(?:ed|ing)?');
  const named = files(reading);
  if (named === null) return null;
  if (counts) return `sort ${named} | uniq -c${frequent ? ' | sort -rn' : ''}`;
  if (repeated) return `sort ${named} | uniq -d`;
  const sign = separator(reading, named);
  const key = /\d+/.exec(column?.[0]?.value ?? '')?.[0];
  const by =
    key === undefined
      ? ''
      : ` ${sign === null ? '' : `-t ${sign === '\\t' ? "$'\\t'" : quoted(sign)} `}-k ${key},${key}`;
  const all = late + options;
  return `sort${all === '' ? '' : ` -${all}`}${by} ${named}`;
}

export function columns(reading: Reading): string | null {
  const total = reading.takes('(?:sum|add)(?: up)?(?: (?:of|the|all|values?|numbers?))*|total(?: of)?(?= )');
  const average = !total && reading.takes('(?:average|mean)(?: of)?(?: the| all)*');
  const wanted =
    reading.take(
      '(?:(?:values? )?(?:in|of) )?(?:the )?@O(?:(?: ?,| and) @O)? (?:columns?|fields?|words?)(?: of each line)?',
    ) ??
    reading.take('(?:(?:values? )?(?:in|of) )?(?:columns?|fields?) (?:numbers? )?@N(?:(?: ?,| and) @N)?');
  if (total || average) reading.takes('(?:the |all )*(?:numbers?|values?)');
  if (!wanted && !total && !average) return null;
  const named = files(reading);
  if (named === null) return null;
  const sign = separator(reading, named);
  const places = (wanted ?? [{ value: '1' }]).map(({ value }) =>
    value === 'NF' ? value : (/\d+/.exec(value)?.[0] ?? '1'),
  );
  const split = sign === null ? '' : ` -F${quoted(sign === '|' ? '|' : sign)}`;
  const field = `$${places[0] ?? '1'}`;
  if (total) return `awk${split} '{ sum += ${field} } END { print sum }' ${named}`;
  if (average) return `awk${split} '{ sum += ${field} } END { if (NR) print sum / NR }' ${named}`;
  if (sign !== null && sign.length === 1 && !places.includes('NF'))
    return `cut -d ${quoted(sign)} -f ${places.join(',')} ${named}`;
  return `awk${split} '{ print ${places.map((at) => `$${at}`).join(', ')} }' ${named}`;
}
