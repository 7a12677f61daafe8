/**
 * Reads which files a request is about (names, kinds, sizes, ages, places) into the operands and tests of `find`.
 * It exists so that any mix of such clauses becomes one command, whether or not somebody asked for that mix before.
 * Invariant: places come before tests, and each test stands for a clause of the request.
 */
import { operand, quoted, type Reading, type Value } from './reading.js';

export interface Filters {
  readonly places: readonly string[];
  /** Depths first, as find wants them. */
  readonly tests: readonly string[];
  readonly typed: boolean;
}

const among = '(?:in|under|below|beneath|within|inside|from|of|at|on|down|through|across|for)';

const fixedPlaces: readonly (readonly [string, string])[] = [
  [
    '.',
    `(?:${among} )?(?:and )?@A(?:current|present|this|working|same)(?: working)? @D(?: tree| hierarchy)?|${among} here|(?:${among} )?this (?:project|repository|repo)`,
  ],
  ['~', `(?:${among} )?@A(?:user s )?home @D|${among} (?:my )?home`],
  [
    '/',
    `(?:${among} )?@A(?:(?:entire|whole) )?(?:file ?)?system|(?:${among} )?@Aroot(?: @D)?|(?:${among} )?@A(?:entire|whole) (?:disk|machine|computer)`,
  ],
];

/** Takes the places a request looks in; none when it names none. */
export function takePlaces(reading: Reading): string[] {
  const places: string[] = [];
  const add = (values: readonly Value[] | null) => {
    for (const value of values ?? []) if (!places.includes(operand(value))) places.push(operand(value));
    return values !== null;
  };
  for (const [place, pattern] of fixedPlaces) if (reading.takes(pattern)) places.push(place);
  add(
    reading.take(
      `(?:${among} )?@A@D(?: tree)? (?:(?:named|called|at) )?(<[pvtf]\\d+>)(?: and (?:@D )?(<[pvt]\\d+>))?`,
    ),
  );
  add(
    reading.take(
      `(?:${among} )@A(<[pv]\\d+>)(?: @D)?(?: (?:and|or|,) (?:in |under )?(<[pvt]\\d+>))?(?: @D)?`,
    ),
  );
  if (places.length === 0) add(reading.take(`(?:${among} )?@A(<[pvt]\\d+>) @D`));
  if (places.length === 0) add(reading.take(`${among} @A@D (?:(?:named|called) )?@W`));
  if (places.length === 0) add(reading.take(`${among} @A@W @D(?: tree)?`));
  if (places.length === 0)
    add(reading.take(`@A@D (?:(?:named|called) )?@W`) ?? reading.take(`(?:the|my) @W @D`));
  if (places.length === 0) add(reading.take(`(?:in|under|below|beneath|within|inside) @A@W(?: and @W)?`));
  if (places.length === 0) add(reading.take('(?:in|under|below|beneath|within|inside|from) (<t\\d+>)'));
  if (places.length === 0) add(reading.take('(<[pv]\\d+>)'));
  reading.takes('(?:directory |file )?(?:tree|hierarchy)');
  return places;
}

/** Takes what says that folders below are meant too. */
export function takeRecursion(reading: Reading): boolean {
  const found = [
    '(?:(?:including|and|with|in|as well as) )?(?:(?:in|from) )?@Asub-?(?:directories|folders|dirs|directory)(?: recursively)?(?: of)?',
    'recursive(?:ly)?',
    '(?:and )?(?:everything |all )(?:below|beneath)(?: it)?|(?:below|beneath) it|at any (?:depth|level)|and (?:below|beneath|under)',
  ].map((pattern) => reading.takes(pattern));
  return found.includes(true);
}

const units: readonly (readonly [RegExp, string])[] = [
  [/k/i, 'k'],
  [/m/i, 'M'],
  [/g/i, 'G'],
  [/t(?!e)/i, 'T'],
];

/** "10 MB" as find writes it: 10M; bare numbers are bytes. */
function sizeOf({ value }: Value): string {
  const [amount = '0'] = /^\d+/.exec(value) ?? [];
  const unit = value.slice(amount.length);
  const letter = /^\W*b(?:yte)?s?$/i.test(unit)
    ? 'c'
    : (units.find(([pattern]) => pattern.test(unit))?.[1] ?? 'c');
  return amount + letter;
}

const more = '(?:(?:larger|bigger|greater|more|heavier|over|above|exceeding|exceeds?)(?: than)?|at least)';
const less = '(?:(?:smaller|less|lesser|fewer)(?: than)?|under|below|at most|up to)';

function sizes(reading: Reading): string[] {
  const tests: string[] = [];
  const sized = '(?:(?:with )?(?:a |of )?(?:file )?size (?:of |is )?)?';
  const amount = '(<s\\d+>|<n\\d+> ?(?:[kmg]b?|bytes?))(?: in size)?';
  const greater = reading.take(`(?:and )?${sized}(?:are |is )?${more} ${amount}`);
  if (greater?.[0]) tests.push(`-size +${sizeOf(greater[0])}`);
  const smaller = reading.take(`(?:and )?${sized}(?:are |is )?${less} ${amount}`);
  if (smaller?.[0]) tests.push(`-size -${sizeOf(smaller[0])}`);
  const equal =
    reading.take(`(?:of size |with (?:a )?size (?:of )?|exactly )${amount}`) ??
    reading.take('(<s\\d+>) (?=files?)');
  if (equal?.[0]) tests.push(`-size ${sizeOf(equal[0])}`);
  return tests;
}

const letterOfTime: readonly (readonly [string, string])[] = [
  ['access(?:ed)?|read', 'a'],
  ['(?:status )?changed', 'm'],
  ['modified|updated|edited|altered|created|written|touched', 'm'],
];
/** Days in a unit; below a day find counts in minutes. */
const spans: readonly (readonly [string, number])[] = [
  ['minutes?|mins?', 1 / 1440],
  ['hours?|hrs?', 1 / 24],
  ['days?', 1],
  ['weeks?', 7],
  ['months?', 30],
  ['years?', 365],
];

function ages(reading: Reading): string[] {
  const tests: string[] = [];
  const newer = reading.take(
    '(?:(?:that (?:are|were) |modified )*(?:newer|more recently(?: modified)?|later|after)) (?:than )?(?:the file )?(<[fpv]\\d+>)',
  );
  if (newer?.[0]) tests.push(`-newer ${operand(newer[0])}`);
  const verb = letterOfTime.find(([words]) => reading.has(words));
  const touched = `(?:(?:(?:that|which) )?(?:(?:was|were|have been|has been|are|been) )?(?:last )?(?:${verb?.[0] ?? 'modified'}) )?`;
  for (const [unit, days] of spans) {
    const test = (sign: string, { value }: Value) => {
      const amount = Math.round(Number(value) * (days < 1 ? days * 1440 : days));
      tests.push(`-${verb?.[1] ?? 'm'}${days < 1 ? 'min' : 'time'} ${sign}${amount}`);
    };
    const one = { kind: 'number', value: '1' } as const;
    const stale = reading.take(
      `(?:that |which )?(?:has|have|had|was|were)(?: not|n t) (?:been )?(?:${verb?.[0] ?? 'modified'}) (?:in|within|for|during) (?:the )?(?:last |past )?@N (?:${unit})`,
    );
    if (stale?.[0]) test('+', stale[0]);
    const last =
      reading.take(`${touched}(?:in|within|during|over)? ?(?:the )?(?:last|past|previous) @N (?:${unit})`) ??
      reading.take(`${touched}(?:less than|within|in) @N (?:${unit})(?: ago)?`);
    if (last?.[0]) test('-', last[0]);
    else if (reading.takes(`${touched}(?:in|within|during|over) the (?:last|past|previous) (?:${unit})`))
      test('-', one);
    const older = reading.take(
      `${touched}(?:more than|over|at least|before) @N (?:${unit})(?: ago| old| before)?|${touched}(?:older|earlier) than @N (?:${unit})`,
    );
    if (older?.[0]) test('+', older[0]);
    const exact = reading.take(`${touched}(?:exactly )?@N (?:${unit}) ago`);
    if (exact?.[0]) test('', exact[0]);
  }
  if (reading.takes(`${touched}today`)) tests.push('-daystart -mtime -1');
  if (reading.takes(`${touched}yesterday`)) tests.push('-daystart -mtime 1');
  return tests;
}

/** A name as a pattern: an extension stands for all files that have it. */
function withEnd({ kind, value }: Value): string {
  if (/[*?[]/.test(value) || kind === 'file') return value;
  return kind === 'word' && /^\w/.test(value) ? `*.${value}` : `*${value}`;
}

function names(reading: Reading, nocase: boolean): string[] {
  const test = nocase ? '-iname' : '-name';
  const found: string[] = [];
  const add = (values: readonly Value[] | null, make: (value: Value) => string, not = '') => {
    const tests = (values ?? []).map((value) => `${not}${test} '${make(value).replace(/'/g, `'\\''`)}'`);
    if (tests.length > 1 && not === '') found.push(`\\( ${tests.join(' -o ')} \\)`);
    else found.push(...tests);
  };
  const whole = ({ value }: Value) => value;
  const within = ({ value }: Value) => `*${value}*`;
  const subject = '(?:(?:that|which|whose|with) )?(?:(?:file ?)?names? (?:that )?)?(?:do not |don t |not )?';
  const not =
    '(?:except(?: for)?|excluding|other than|(?:(?:that|which) )?(?:are|is) not|not(?: named)?|without|ignoring|(?:(?:that|which) )?do not (?:have|end)(?: (?:in|with))?)';
  add(reading.take(`${not} (?:named |called |the |any |files )*(<[gf]\\d+>)(?: files?)?`), withEnd, '! ');
  add(
    reading.take(`${not} (?:with )?(?:the |an |a )*(?:file )?extension @X`),
    (v) => `*.${v.value.replace(/^\*?\./, '')}`,
    '! ',
  );
  add(
    reading.take(
      `(?:with|have|having|of)? ?(?:the |an |a )*(?:file )?(?:extensions?|suffix(?:es)?) (?:of )?@X(?: (?:or|and) @X)?`,
    ),
    (v) => `*.${v.value.replace(/^\*?\./, '')}`,
  );
  add(
    reading.take(`${subject}(?:ending|ends?|suffixed) (?:in|with|by) (?:the )?@X(?: (?:or|and) @V)?`),
    ({ kind, value }) => (kind === 'word' ? `*${value}` : `*${value.replace(/^\*/, '')}`),
  );
  add(
    reading.take(
      `${subject}(?:starting|starts?|beginning|begins?|prefixed) (?:with|by) (?:the )?(?:letter |string |prefix )?@X`,
    ),
    ({ value }) => `${value.replace(/\*$/, '')}*`,
  );
  add(
    reading.take(
      `${subject}(?:contain(?:ing|s)?|have|having|with) (?:the )?(?:string |word |text )?@X (?:at|in) the (?:beginning|start) of (?:the |its |their )?(?:file ?)?names?`,
    ),
    ({ value }) => `${value}*`,
  );
  add(
    reading.take(
      `(?:containing|contains?|with|having|has|have|include) (?:the )?(?:string |word |text )?@X in (?:the |its |their )?(?:file ?)?names?`,
    ),
    within,
  );
  add(
    reading.take(
      `(?:whose|with|where) (?:the )?(?:file ?)?names? (?:that )?(?:contain(?:s|ing)?|includ(?:es?|ing)) (?:the )?(?:string |word |text )?@X`,
    ),
    within,
  );
  add(
    reading.take(
      `(?:(?:that|which) (?:are|is) )?(?:named|called|with (?:the )?names?|by (?:the )?name|whose names? (?:is|are|match(?:es)?)|matching(?: the (?:name|pattern|glob))?|name) (?:like )?@X(?: (?:or|and) @X)?(?: (?:or|and) @X)?`,
    ),
    whole,
  );
  add(reading.take('(<g\\d+>) (?=(?:sub-?)?@D)'), whole);
  add(reading.take('(<f\\d+>) files?|(?:files?|@D) (<[ft]\\d+>)(?! @D)'), whole);
  add(
    reading.take(
      `(<g\\d+>)(?: files?(?!\\/))?(?: ?(?:,|and|or|and\\/or) (<g\\d+>))?(?: ?(?:,|and|or) (<g\\d+>))?(?: (?:files?|scripts?|documents?|images?|sources?))?`,
    ),
    withEnd,
  );
  // A short word before "files" that says nothing else of them is their extension.
  add(
    reading.take(
      '(?!(?:all|any|the|such|those|these|only|and|or|of|in|big|large|small|huge|tiny|new|newer|old|older|own|core|empty|plain|other|some|same|both|many|more|most|first|last|two|three|four|five|ten|real|text|named|every|which|what|list|find|move|copy|sort|show|get|count|print|moved|log|input|local|their|that|hidden|how) )([a-z][a-z0-9]{1,4}) files',
    ),
    ({ value }) => `*.${value}`,
  );
  return found;
}

const types: readonly (readonly [string, string])[] = [
  ['', '(?:files?|@D) ?(?:and|or|\\/|and\\/or) ?(?:files?|@D)'],
  ['l', '(?:symbolic links?|symlinks?|soft links?|links)'],
  ['d', '(?:sub-?)?@D'],
  ['f', '(?:(?:regular|normal|ordinary|plain) )?files?|scripts?|documents?|images?'],
];

export function takeFilters(reading: Reading): Filters {
  const nocase = reading.takes(
    '(?:case[- ]?insensitive(?:ly)?|ignor(?:ing|e) (?:the )?case|regardless of (?:the )?case)',
  );
  const depths: string[] = [];
  const least = reading.take(
    '(?:at least|more than|minimum(?: of)?|(?:minimum |min)depth(?: of)?) @N (?:levels?|directories|folders)(?: deep| down| below)?',
  );
  if (least?.[0]) depths.push(`-mindepth ${least[0].value}`);
  const most =
    reading.take(
      '(?:at most|up to|no more than|not more than|maximum(?: of)?|to (?:a )?(?:maximum )?depth(?: of)?|(?:maximum |max)depth(?: of)?|not deeper than|only) @N (?:levels?|deep)?(?: deep| down| below)*',
    ) ?? reading.take('(?:with )?(?:a )?(?:maximum |max)? ?depth(?: of)? @N');
  if (most?.[0]) depths.push(`-maxdepth ${most[0].value}`);
  else if (
    reading.takes(
      '(?:(?:only )?(?:in|directly) )?(?:not (?:any )?deeper|non[- ]recursively|without (?:descending|recursing|going|looking)(?: into)?(?: (?:its|any|the))? ?(?:sub-?(?:directories|folders|dirs))?|not (?:in |including )?(?:its |any )?sub-?(?:directories|folders|dirs)|directly(?= (?:in|under)))',
    ) ||
    (reading.has('(?:current|this) @D only|only (?:in|from) (?:the |this )?(?:current )?@D') &&
      reading.takes('only'))
  )
    depths.push('-maxdepth 1');
  takeRecursion(reading);
  const times = ages(reading);
  const bounds = sizes(reading);
  const tests: string[] = [];
  const permitted = reading.take(
    '(?:(?:that )?(?:with|have|having|whose) )?(?:the |file )*(?:permissions?|mode|access rights)(?: (?:is|are|set to|of|bits?|to))* @M|@M permissions?',
  );
  if (permitted?.[0]) tests.push(`-perm ${permitted[0].value}`);
  const owner = reading.take('(?:owned by|belong(?:s|ing)? to|of) (?:the )?user @X|owned by @X');
  if (owner?.[0]) tests.push(`-user ${quoted(owner[0].value)}`);
  const group = reading.take('(?:owned by|belong(?:s|ing)? to|of) (?:the )?group @X');
  if (group?.[0]) tests.push(`-group ${quoted(group[0].value)}`);
  if (reading.takes('executable(?= files?)|executable by (?:anyone|all|the user)')) tests.push('-executable');
  if (reading.takes('empty|zero[- ](?:byte|length|sized?)|with no content')) tests.push('-empty');
  const called = names(reading, nocase);
  const places = takePlaces(reading);
  const hidden = reading.takes('hidden') ? ["-name '.*'"] : [];
  const regular = reading.takes('(?:regular|normal|ordinary) files?');
  const said = regular ? 'f' : types.find(([, words]) => reading.takes(`@A(?:${words})`))?.[0];
  const type = said ?? (bounds.length > 0 || called.some((test) => test.includes('*.')) ? 'f' : '');
  const typed = said !== undefined;
  // Only files have such names: their kind goes without saying.
  const plain =
    type === 'f' &&
    !regular &&
    called.some((test) => !test.startsWith('!')) &&
    tests.length + times.length + bounds.length === 0;
  const sure = type === '' || plain ? [] : [`-type ${type}`];
  return { places, tests: [...depths, ...sure, ...hidden, ...called, ...times, ...bounds, ...tests], typed };
}

export function findOf({ places, tests }: Filters): string {
  return ['find', ...(places.length > 0 ? places : ['.']), ...tests].join(' ');
}
