/**
 * Commands on files and folders as such: copy, move, delete, make, link, permissions, archives, sizes, and those on found files.
 * It exists because the verb of a request names the program and its clauses the operands.
 * Invariant: what deletes or changes files names only what the request names.
 */

import { substitution } from './edit.js';
import { findOf, takeFilters } from './find.js';
import { operand, type Reading, type Value } from './reading.js';

const thing = '@A(?:(?:file|folder|directory|dir|script|link)s? )?(?:(?:named|called) )?';
/** What files are named by: a value, or a bare word beside "folder". */
const named = `${thing}(<[fpvgt]\\d+>)(?: (?:file|folder|directory|dir|script))?`;
const folder = `@A(?:(?:folder|directory|dir)(?: (?:named|called))? @W|@W (?:folder|directory|dir))`;
const subject = `(?:${named}|${folder})`;
const target = `(?:${named}|${folder}|@A@W)`;
const all =
  '(?:(?:and |with |including )*(?:all )?(?:of )?(?:(?:its|their|the) )?(?:contents?|sub-?(?:directories|folders)|everything (?:in it|below it|inside)))?';

const pair = ([a, b]: readonly Value[]) => (a && b ? `${operand(a)} ${operand(b)}` : null);

/** Files below a folder in one operand: "all .out files from reports" is `reports/*.out`. */
function globbed(values: readonly Value[]): { from: string; to: string } | null {
  const [glob, from, to] = values;
  if (!glob || !from || !to) return null;
  const pattern = /^\./.test(glob.value) ? `*${glob.value}` : glob.value;
  return { from: `${operand(from).replace(/\/$/, '')}/${pattern}`, to: operand(to) };
}

export function copyOrMove(reading: Reading): string | null {
  for (const [verb, program] of [
    ['copy|copies|duplicate|back up|backup', 'cp'],
    ['move|moves|rename|renames', 'mv'],
  ] as const) {
    const many = reading.take(
      `(?:${verb}) (?:all |the |every )*(<g\\d+>)(?: files?)? (?:from|in|of|under) ${thing}@X(?: @D)? (?:to|into) ${thing}@X(?: @D)?`,
    );
    const found = many && globbed(many);
    if (found && !/[*?]/.test(found.to)) return `${program} ${found.from} ${found.to}`;
    const whole =
      reading.takes('recursive(?:ly)?') ||
      reading.has(
        `(?:${verb}) @A(?:entire |whole )?(?:folder|directory)|(?:${verb}) @A@W (?:folder|directory)|with all its contents|and its contents`,
      );
    const kept =
      program === 'cp' &&
      reading.takes(
        '(?:(?:and|while) )?(?:preserv(?:e|ing)|keep(?:ing)?) (?:the |all |file )*(?:permissions|attributes|timestamps|modes?)(?: and (?:timestamps|permissions|ownership))?',
      );
    const here = reading.take(`(?:${verb}) ${subject} ?${all} (?:to|into) @A(?:current|this) @D`);
    const one = here?.[0]
      ? `${operand(here[0])} .`
      : pair(reading.take(`(?:${verb}) (?:all |the )*${subject} ?${all} ?(?:to|into|as|in) ${target}`) ?? []);
    if (one === null || / .*[*?]/.test(one)) continue;
    reading.takes('recursive(?:ly)?');
    const options = program === 'cp' ? (kept ? ' -a' : whole ? ' -r' : '') : '';
    return `${program}${options} ${one}`;
  }
  return null;
}

const creating = '(?:create|make|add|build|set up)';

export function make(reading: Reading): string | null {
  const link = reading.take(
    `${creating}? ?@A(?:symbolic link|symlink|soft link|sym link)s? (?:named |called )?@X (?:that )?(?:pointing|points?|linking|to|for)(?: to)? ${thing}@X`,
  );
  if (link?.[0] && link[1]) return `ln -s ${operand(link[1])} ${operand(link[0])}`;
  const linked = reading.take(
    `${creating}? ?@A(?:symbolic link|symlink|soft link|sym link)s? (?:to|for|of|pointing to) ${thing}@X (?:named|called|as|in|at|with the name) @X`,
  );
  if (linked?.[0] && linked[1]) return `ln -s ${operand(linked[0])} ${operand(linked[1])}`;
  const hard = reading.take(`${creating}? ?@Ahard ?link (?:to|of) ${thing}@X (?:named|called|as|in|at) @X`);
  if (hard?.[0] && hard[1]) return `ln ${operand(hard[0])} ${operand(hard[1])}`;
  const parents = reading.takes(
    '(?:(?:with|and|including|along with|together with) )?(?:all |any |its |the |missing |needed |necessary )*(?:parents?(?: @D)?|intermediate @D)(?: (?:if|as) (?:needed|necessary|missing))?',
  );
  const made = reading.take(
    `${creating} @A(?:new )?(?:directory|folder|directories|folders) (?:named |called )?@X(?: (?:and|,) @X)?`,
  );
  if (made) {
    const names = made.map(operand);
    return `mkdir ${parents || names.some((name) => /^\w[^/]*\/\w/.test(name)) ? '-p ' : ''}${names.join(' ')}`;
  }
  const touched =
    reading.take(`${creating} @A(?:new |empty )*files? (?:named |called )?@X(?: (?:and|,) @X)?`) ??
    reading.take(
      `(?:update|set|change|touch) @A(?:timestamp|modification time|access time)(?: of)? ${named}(?: to (?:now|the current time))?`,
    );
  return touched ? `touch ${touched.map(operand).join(' ')}` : null;
}

const deleting = '(?:(?:forcefully|force) )?(?:delet|remov|eras)(?:es?|ing)';

export function removed(reading: Reading): string | null {
  const gone = reading.take(`${deleting} @Aempty (?:folder|directory) (?:named )?@X`);
  if (gone?.[0]) return `rmdir ${operand(gone[0])}`;
  const whole = reading.take(
    `(?:recursively )?${deleting} (?:recursively )?@A(?:entire |whole )?(?:(?:folder|directory) (?:named |called )?@X|@W (?:folder|directory)) ?${all}`,
  );
  if (whole?.[0]) {
    reading.takes('recursively|forcibly');
    return `rm -r ${operand(whole[0])}`;
  }
  const files = reading.take(
    `${deleting} @A(?:files? )?(?:named |called )?(<[fp]\\d+>)(?: (?:and|,) (<[fp]\\d+>))?`,
  );
  return files ? `rm ${files.map(operand).join(' ')}` : null;
}

/** The command that gives files the mode a request names. */
function modeChange(reading: Reading): string | null {
  const given = reading.take(
    '(?:(?:change|set|modify|update|give) )@A(?:access |file )?(?:permissions?|mode)s? (?:to|as) @M(?: (?:for|of|on|to))?|(?:chmod|to (?:mode|permissions?)) @M',
  );
  if (given?.[0]) return `chmod ${given[0].value}`;
  if (
    !reading.takes('(?:change|set|modify|update) @A(?:access |file )?(?:permissions?|mode)s? (?:of|for|on)')
  )
    return null;
  const later = reading.take('(?:to|as) @M');
  return later?.[0] ? `chmod ${later[0].value}` : null;
}

export function permissions(reading: Reading): string | null {
  const deep = reading.takes('recursive(?:ly)?');
  const exec = reading.take(
    `(?:make|mark|set) (?:all |the )*${subject} (?:as )?executable(?: (?:for|by) @A(?:owner|user))?`,
  );
  if (exec?.[0]) return `chmod +x ${operand(exec[0])}`;
  const who: Readonly<Record<string, string>> = {
    others: 'o',
    other: 'o',
    group: 'g',
    owner: 'u',
    user: 'u',
    everyone: 'a',
    all: 'a',
    everybody: 'a',
  };
  for (const [sign, verb] of [
    ['+', 'add|give|grant|allow'],
    ['-', 'remove|revoke|take away|deny'],
  ] as const)
    for (const right of ['read', 'write', 'execute', 'execution'])
      if (reading.takes(`(?:${verb}) @A${right}(?:ing)?(?: (?:permissions?|access|rights?))?`)) {
        const letter = right[0] === 'e' ? 'x' : (right[0] ?? 'r');
        const whose = Object.keys(who).find((name) =>
          reading.takes(`(?:for|to|from|of) @A${name}(?: users)?`),
        );
        const [value] = reading.take(`(?:on|of|from|to|for) ${subject}`) ?? [];
        return value
          ? `chmod ${deep ? '-R ' : ''}${whose === undefined ? '' : who[whose]}${sign}${letter} ${operand(value)}`
          : null;
      }
  const owner = reading.take(
    `(?:change|set) @Aowner(?:ship)? (?:of )?${subject} ?${all} to @A(?:user )?@X(?: (?:and|:) (?:group )?@X)?`,
  );
  if (owner?.[0] && owner[1])
    return `chown ${deep ? '-R ' : ''}${owner[1].value}${owner[2] ? `:${owner[2].value}` : ''} ${operand(owner[0])}`;
  const group = reading.take(
    `(?:change|set) @Agroup (?:ownership )?(?:of )?${subject} ?${all} to @A(?:group )?@X`,
  );
  if (group?.[0] && group[1]) return `chgrp ${deep ? '-R ' : ''}${operand(group[1])} ${operand(group[0])}`;
  const set = reading.take(
    `(?:(?:change|set|modify) )@A(?:access |file )?(?:permissions?|mode)s? (?:of|on|for) ${subject} ?${all} (?:to|as) @M`,
  );
  if (set?.[0] && set[1]) return `chmod ${deep ? '-R ' : ''}${set[1].value} ${operand(set[0])}`;
  const put = reading.take(
    `(?:(?:change|set|give) )@A(?:permissions?|mode) (?:to )?@M (?:to|on|of|for) ${subject}`,
  );
  return put?.[0] && put[1] ? `chmod ${deep ? '-R ' : ''}${put[0].value} ${operand(put[1])}` : null;
}

const letters: readonly (readonly [RegExp, string])[] = [
  [/\.(?:tar\.gz|tgz)$/, 'z'],
  [/\.(?:tar\.bz2|tbz2?)$/, 'j'],
  [/\.(?:tar\.xz|txz)$/, 'J'],
];

export function archive(reading: Reading): string | null {
  const letter = (name: string) => letters.find(([pattern]) => pattern.test(name))?.[1] ?? '';
  const list = reading.take(
    '(?:list|show|print|display) @A(?:contents?|files) (?:of|in|inside) @A(?:archive |tarball |tar file )?@F',
  );
  if (list?.[0])
    return /\.zip$/.test(list[0].value)
      ? `unzip -l ${operand(list[0])}`
      : /\.t(?:ar|gz|bz|xz)/.test(list[0].value)
        ? `tar -t${letter(list[0].value)}f ${operand(list[0])}`
        : null;
  const out = reading.take(
    `(?:extract|unpack|untar|unzip|decompress|uncompress|gunzip) @A(?:contents of |all files from |files from )?@A(?:archive |tarball |file )?@F(?: (?:to|into|in) ${target})?`,
  );
  if (out?.[0]) {
    const name = out[0].value;
    const to = out[1] ? operand(out[1]) : null;
    if (/\.zip$/.test(name)) return `unzip ${operand(out[0])}${to === null ? '' : ` -d ${to}`}`;
    if (/\.tar|\.t[gbx]z/.test(name))
      return `tar -x${letter(name)}f ${operand(out[0])}${to === null ? '' : ` -C ${to}`}`;
    return /\.gz$/.test(name) ? `gunzip ${operand(out[0])}` : null;
  }
  const into =
    reading.take(
      `(?:compress|archive|pack|tar|zip|bundle|put)(?: up)? (?:all |the )*(?:files in )?${subject} ?${all} ?(?:in|into|to|as)(?: (?:a|an|the))?(?: (?:new|gzipped|compressed|tar|zip))*(?: (?:archive|file|tarball))?(?: (?:named|called))? @F`,
    ) ??
    reading
      .take(
        `(?:create|make) (?:a|an|the)(?: (?:gzipped|compressed|tar|gzip|zip))* (?:archive|file|tarball|tar|zip)(?: (?:named|called))? @F (?:of|from|containing|with|holding) (?:all |the )*(?:files in )?${subject} ?${all}`,
      )
      ?.toReversed();
  if (into?.[0] && into[1]) {
    const name = into[1].value;
    if (/\.zip$/.test(name)) return `zip -r ${operand(into[1])} ${operand(into[0])}`;
    return /\.tar|\.t[gbx]z/.test(name)
      ? `tar -c${letter(name)}f ${operand(into[1])} ${operand(into[0])}`
      : null;
  }
  const one = reading.take(
    `(?:compress|gzip) ${named}(?: (?:with|using) gzip)?(?: ,? ?(keep)ing the original)?`,
  );
  return one?.[0] ? `gzip ${one[1] ? '-k ' : ''}${operand(one[0])}` : null;
}

export function sizesShown(reading: Reading): string | null {
  const readable = reading.takes('(?:in )?(?:a )?human[- ]readable(?: (?:form(?:at)?|units|sizes?))?');
  if (
    reading.takes(
      '(?:free|available|remaining)(?: and used)? (?:disk )?space|disk (?:space )?(?:free|available)|file ?systems?(?: disk)?(?: space)? usage|usage of (?:all )?file ?systems',
    )
  )
    return `df${readable ? ' -h' : ''}`;
  if (
    !reading.takes(
      '(?:(?:show|print|display|get|calculate|find|report|summari[sz]e) )?@A(?:total |overall )?(?:disk )?(?:usage|space used|size)(?: used)?(?: (?:of|by|in))',
    )
  )
    return null;
  const [value] = reading.take(`(?:of |by )?${subject}`) ?? [];
  const each = reading.takes(
    '(?:all |each |every )(?:sub-?(?:directory|directories|folders?)|(?:file|entry)s?)(?: in)?',
  );
  const here = value === undefined && reading.takes('@A(?:current|this|working) @D');
  if (!value && !here) return null;
  return `du -${each ? '' : 's'}h ${value ? operand(value) : '.'}`;
}

export function foundFiles(reading: Reading): string | null {
  const lines = reading.takes(
    '(?:count|number of|how many)(?: (?:the|all|number|of|total|there|are))* lines?(?: (?:of|in|are there in))?',
  );
  const swap = substitution(reading);
  if (swap !== null) {
    reading.takes('in(?: |-)place');
    const filters = takeFilters(reading);
    return filters.typed || filters.tests.length > 0 ? `${findOf(filters)} -exec sed -i ${swap} {} +` : null;
  }
  const counting = reading.takes(
    '(?:count|how many|number of|print the number of|total number of)(?: (?:the|all|number|of|total|there|are))*',
  );
  const erasing = reading.takes(`(?:find and )?(?:recursively )?${deleting}`);
  const most = reading.take('@A@N (?:largest|biggest)');
  const newest = most ? null : reading.take('@A@N (?:newest|latest|most recent(?:ly modified)?)');
  const longform = reading.takes(
    '(?:with|show|display|and)? ?(?:their |the |file )*(?:details|sizes and dates|long (?:format|listing))(?: of each)?(?: in)?',
  );
  const mode = modeChange(reading);
  reading.takes('(?:find|list|show|search|locate|print|display)(?: for)?');
  const filters = takeFilters(reading);
  if (counting) reading.takes('(?:are|is) (?:there)?');
  if (filters.tests.length === 0 && !filters.typed && filters.places.length === 0) return null;
  const command = findOf(filters);
  if (mode) return `${command} -exec ${mode} {} +`;
  if (most?.[0]) return `${command} -printf '%s %p\\n' | sort -rn | head -n ${most[0].value}`;
  if (newest?.[0]) return `${command} -printf '%T@ %p\\n' | sort -rn | head -n ${newest[0].value}`;
  if (erasing)
    return filters.tests.length === 0
      ? null
      : `${command} ${command.includes('-type d') && !command.includes('-empty') ? '-exec rm -r {} +' : '-delete'}`;
  if (lines) return `${command} -exec cat {} + | wc -l`;
  if (counting) return `${command} | wc -l`;
  if (longform) return `${command} -ls`;
  return command;
}
