/**
 * Entries made ready for reading arguments: names split, options by letter and by word.
 * It exists so that the tables stay readable and the hot path does only map look-ups.
 * Invariant: an entry is compiled once, on its first use.
 */
import type { Meaning, Spec, Table, Use } from './spec.js';

export interface Compiled {
  readonly spec: Spec;
  /** One-letter options. */
  readonly short: ReadonlyMap<string, Meaning>;
  /** Long options without their dashes; single-dash ones too where the program has them. */
  readonly long: ReadonlyMap<string, Meaning>;
  readonly sub: ReadonlyMap<string, Spec> | undefined;
}

const compiled = new WeakMap<Spec, Compiled>();

export function compile(spec: Spec): Compiled {
  const known = compiled.get(spec);
  if (known) return known;
  const short = new Map<string, Meaning>();
  const long = new Map<string, Meaning>();
  const put = (names: string, meaning: Meaning) => {
    for (const name of names.split(' ')) {
      if (name === '') continue;
      if (name.startsWith('-')) long.set(name.replace(/^-+/, ''), meaning);
      else if (name.length === 1) short.set(name, meaning);
      else long.set(name, meaning);
    }
  };
  put(spec.values ?? '', 'value');
  for (const [names, meaning] of Object.entries(spec.options ?? {})) put(names, meaning);
  const made = { spec, short, long, sub: spec.sub ? byName(spec.sub) : undefined };
  compiled.set(spec, made);
  return made;
}

export function byName(...tables: readonly Table[]): Map<string, Spec> {
  const all = new Map<string, Spec>();
  for (const table of tables)
    for (const [names, spec] of Object.entries(table))
      for (const name of names.split(' ')) all.set(name, spec);
  return all;
}

/** Whether an option of this meaning takes a value. */
export function takesValue(meaning: Meaning | undefined): meaning is 'value' | `use:${Use}` {
  return meaning === 'value' || (typeof meaning === 'string' && meaning.startsWith('use:'));
}
