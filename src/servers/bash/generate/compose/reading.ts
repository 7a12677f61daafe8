/**
 * A request as clauses are taken from it: the text with its values masked, and what is left when a reading has had its say.
 * It exists so that a command can be put together from clauses, and one that leaves words unexplained counts for less.
 * Invariant: each word and each value is taken at most once; what is left only shrinks.
 */
import { type Request, type Slot, stem } from '../request.js';

/** A value that a clause names: a slot of the request, or a bare word in the place of one. */
export interface Value {
  readonly kind: Slot['kind'] | 'word';
  readonly value: string;
}

/** Words that say how a request is put. */
const filler = new Set(
  'a an the all any each every of in on at to from for with by and or as is are be been that which whose this these those it its their them there me my our your we us i you please want need how do does can could would like what show list display print output find get give see view tell search locate located under below within inside starting file result entry name item data use using command only just exactly so then into also have has having contain hold out up one'
    .split(' ')
    .map(stem),
);

/** Bare words that name nothing. */
const common = new Set(
  'under below over whose a an the all any each every of in on at to from for with by and or as is are be that which whose this it its their them there file files line lines directory directories directory folder folders subdirectories subfolders current working only not entire whole multiple several many other stdout standard place order contents content name names text string word words field fields column columns result results output both more less than size sorted sorting alphabetically numerically reverse recursively parallel script scripts bytes kilobytes megabytes last first second third two'.split(
    ' ',
  ),
);

const numerals: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  ten: '10',
  first: '1',
  second: '2',
  third: '3',
  fourth: '4',
  fifth: '5',
  last: 'NF',
};

/** What stands for what in a clause's pattern: `@V` any masked value, `@N` a number, `@X` a value or a bare word … */
const macros: Readonly<Record<string, string>> = {
  V: '(<[a-z]\\d+>)',
  N: '(<[nm]\\d+>|one|two|three|four|five|six|seven|eight|nine|ten)',
  O: '(<n\\d+>(?:st|nd|rd|th)?|first|second|third|fourth|fifth|last)',
  S: '(<[sn]\\d+>(?: ?[kmg]b?| bytes)?)',
  M: '(<[mn]\\d+>)',
  F: '(<[fpvgth]\\d+>)',
  P: '(<[pvt]\\d+>)',
  X: '(<[a-z]\\d+>|[\\w.#@+-]*[\\w-]|#)',
  W: '([A-Za-z_][\\w.-]*)',
  A: '(?:(?:the|a|an|my|our|this|its|their|all|any|every|each|of) )*',
  D: '(?:directory|directories|folders?|dirs?|tree)',
};

const compiled = new Map<string, RegExp>();

function expression(pattern: string): RegExp {
  let known = compiled.get(pattern);
  if (!known) {
    known = new RegExp(
      `(?<![\\w<-])(?:${pattern.replace(/@([A-Z])/g, (_, name: string) => macros[name] ?? '')})(?![\\w>])`,
      'gi',
    );
    compiled.set(pattern, known);
  }
  return known;
}

const letterOf: Readonly<Record<Slot['kind'], string>> = {
  text: 't',
  path: 'p',
  glob: 'g',
  file: 'f',
  size: 's',
  mode: 'm',
  number: 'n',
  variable: 'v',
  host: 'h',
};

export class Reading {
  readonly #slots: readonly Slot[];
  #text: string;

  constructor(text: string, { slots }: Request) {
    this.#slots = slots;
    let masked = '';
    let last = 0;
    slots.forEach(({ kind, start, end }, i) => {
      masked += `${text.slice(last, start)}<${letterOf[kind]}${i}>`;
      last = end;
    });
    this.#text =
      ` ${(masked + text.slice(last)).replace(/[\s"'`]+/g, ' ').replace(/,(?= )/g, ' ,')} `.replace(
        /[.!?] $/,
        ' ',
      );
  }

  has(pattern: string): boolean {
    return expression(pattern).exec(this.#reset(pattern)) !== null;
  }

  #reset(pattern: string): string {
    expression(pattern).lastIndex = 0;
    return this.#text;
  }

  #value(group: string): Value | null {
    const at = /^<[a-z](\d+)>/.exec(group);
    const slot = this.#slots[Number(at?.[1] ?? -1)];
    if (at && slot) {
      const unit = group.slice(at[0].length).trim();
      return {
        kind: slot.kind,
        value: /^(?:st|nd|rd|th)?$/.test(unit) ? slot.value : `${slot.value} ${unit}`,
      };
    }
    const numeral = numerals[group.toLowerCase()];
    if (numeral !== undefined) return { kind: 'number', value: numeral };
    return common.has(group.toLowerCase()) ? null : { kind: 'word', value: group };
  }

  /** Takes the first clause that fits the pattern; the values of its groups, or null. A bare word that names nothing does not fit. */
  take(pattern: string): readonly Value[] | null {
    const regex = expression(pattern);
    for (const match of this.#reset(pattern).matchAll(regex)) {
      const groups = match.slice(1).filter((group): group is string => group !== undefined);
      const values = groups.flatMap((group) => this.#value(group) ?? []);
      if (values.length < groups.length) continue;
      this.#text = `${this.#text.slice(0, match.index)} | ${this.#text.slice(match.index + match[0].length)}`;
      return values;
    }
    return null;
  }

  /** Takes a clause without values. */
  takes(pattern: string): boolean {
    return this.take(pattern) !== null;
  }

  /** Words and values that nothing has taken. */
  left(): number {
    const values = this.#text.match(/<[a-z]\d+>/g)?.length ?? 0;
    const words = this.#text.replace(/<[a-z]\d+>/g, ' ').match(/[A-Za-z][\w+-]*/g) ?? [];
    return values + words.filter((word) => !filler.has(stem(word.toLowerCase()))).length;
  }
}

/** A text as one word of the shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}

/** A value as an operand: a glob, a variable and a tilde stay for the shell to expand. */
export function operand({ value }: Value): string {
  if (/^\$\{?\w+\}?(?:\/[\w.@-]*)*$/.test(value)) return `"${value}"`;
  return /^~?[\w@%+=:,./*?-]+$|^~$/.test(value) ? value : quoted(value);
}
