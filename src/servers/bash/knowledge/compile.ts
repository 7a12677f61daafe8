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

/** An entry with every property, so that all entries have one shape in memory and reading one is one look-up. */
type Uniform = Spec & { compiled?: Compiled | undefined };

const EMPTY = {
  values: undefined,
  operands: undefined,
  does: undefined,
  options: undefined,
  sub: undefined,
  risk: undefined,
  run: undefined,
  recursive: undefined,
  wraps: undefined,
  verbs: undefined,
  dash: undefined,
  out: undefined,
  compiled: undefined,
};

const uniforms = new WeakMap<Spec, Uniform>();

function uniform(spec: Spec): Uniform {
  const known = uniforms.get(spec);
  if (known) return known;
  const made = { ...EMPTY, ...spec } as Uniform;
  uniforms.set(spec, made);
  return made;
}

export function compile(entry: Spec): Compiled {
  const spec: Uniform = entry;
  const known = spec.compiled;
  // A changed copy of an entry carries what was compiled of the original.
  if (known !== undefined && known.spec === spec) return known;
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
  spec.compiled = made;
  return made;
}

export function byName(...tables: readonly Table[]): Map<string, Spec> {
  const all = new Map<string, Spec>();
  for (const table of tables)
    for (const [names, spec] of Object.entries(table))
      for (const name of names.split(' ')) all.set(name, uniform(spec));
  return all;
}

/** Whether an option of this meaning takes a value. */
export function takesValue(meaning: Meaning | undefined): meaning is 'value' | `use:${Use}` {
  return meaning === 'value' || (typeof meaning === 'string' && meaning.startsWith('use:'));
}
