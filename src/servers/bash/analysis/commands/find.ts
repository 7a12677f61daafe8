/**
 * `find` (and `fd`): what it selects, and what it does to it.
 * It exists because `-delete` and `-exec` act on a selection, and the selection decides what is lost.
 * Invariant: tests before the action narrow it; an action inside `-exec sh -c` is judged with the selection as its argument.
 */
import { deleted } from '../effects/delete.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, selected, UNKNOWN_STREAM } from '../stream.js';
import { isRebuildable, isSecret } from '../targets/names.js';
import { ANY, activateGlobs, type Field, isDynamic, literal, type Selection, shown } from '../words/field.js';

/** What a word of the expression is; numbers, for one look-up a word. */
const NARROWS = 1;
const NARROWS_ALONE = 2;
const NAMED = 3;
const PATHED = 4;
const VALUED = 5;
const ACTS = 6;
const WRITES = 7;
const NOT = 8;
const OR = 9;
const EMPTY = 10;
const PRUNE = 11;
const DELETE = 12;
const WORDS: ReadonlyMap<string, number> = new Map(
  (
    [
      [
        NARROWS,
        '-mtime -mmin -ctime -cmin -atime -amin -newer -anewer -cnewer -size -user -group -uid -gid -perm -links -inum -samefile -used -fstype -regex -iregex -newermt -newerct -newerat',
      ],
      [NARROWS_ALONE, '-nouser -nogroup'],
      [NAMED, '-name -iname -lname -ilname'],
      [PATHED, '-path -ipath -wholename -iwholename'],
      [VALUED, '-maxdepth -mindepth -type -xtype -printf -context -regextype -files0-from -D'],
      [ACTS, '-exec -execdir -ok -okdir'],
      [WRITES, '-fprintf -fprint -fprint0 -fls'],
      [NOT, '! -not'],
      [OR, '-o -or'],
      [EMPTY, '-empty'],
      [PRUNE, '-prune'],
      [DELETE, '-delete'],
    ] as const
  ).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind] as const)),
);

export function runFind(machine: Machine, call: Call): Stream {
  const { fields } = call;
  let i = 0;
  while (fields[i]?.text.charCodeAt(0) === 45 && /^-(?:[HLPEXdsx]+|O\d|D)$/.test(fields[i]?.text ?? ''))
    i += fields[i]?.text === '-D' ? 2 : 1;
  const roots: Field[] = [];
  for (; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field || '-(),!\\'.includes(field.text.charAt(0) || 'x')) break;
    roots.push(field);
  }
  if (roots.length === 0) roots.push(literal('.', call.start, call.start));
  const names: string[] = [];
  let narrowed = false;
  let empty = false;
  let negated = false;
  let pruned = false;
  for (; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field) break;
    const { text } = field;
    const first = text.charCodeAt(0);
    switch (first === 45 || first === 33 ? WORDS.get(text) : undefined) {
      case NOT:
        negated = true;
        continue;
      case NAMED:
      case PATHED: {
        i += 1;
        const value = fields[i]?.text ?? '';
        if (negated) break;
        const either = fields.some((other) => other.text === '-o');
        if (WORDS.get(text) === PATHED) {
          narrowed = true;
          const within = pathName(value);
          if (!either && isRebuildable(within)) names.length = 0;
          names.push(within);
        } else if (!either && names.some((known) => isRebuildable(known))) {
          // Both tests must hold: what the first leaves is already cheap.
          narrowed = true;
        } else names.push(activateGlobs(value.slice(value.lastIndexOf('/') + 1)) || activateGlobs(value));
        break;
      }
      case NARROWS:
        i += 1;
        if (!negated) narrowed = true;
        break;
      case NARROWS_ALONE:
        if (!negated) narrowed = true;
        break;
      case EMPTY:
        empty ||= !negated;
        break;
      case OR:
        // What was pruned is left out, not selected.
        if (pruned) names.length = 0;
        pruned = false;
        break;
      case VALUED:
        i += 1;
        break;
      case PRUNE:
        pruned = true;
        break;
      case ACTS: {
        const end = endOfAction(fields, i + 1);
        act(machine, call, text, fields.slice(i + 1, end), { roots, names, narrowed, empty });
        i = end;
        break;
      }
      case DELETE:
        for (const root of roots) remove(machine, call, root, { names: [...names], narrowed, empty });
        break;
      case WRITES: {
        i += 1;
        const file = fields[i];
        if (file) written(machine, file, { mode: 'replace', span: call });
        if (text === '-fprintf') i += 1;
        break;
      }
      default:
    }
    negated = false;
  }
  searchesSecrets(machine, call, roots, names);
  const [root] = roots;
  return selected({ root: root?.text, names: [...names], narrowed, empty });
}

interface Selected {
  readonly names: readonly string[];
  readonly narrowed: boolean;
  readonly empty: boolean;
}

function remove(machine: Machine, call: Call, root: Field, { names, narrowed, empty }: Selected): void {
  const selection: Selection = { root: root.text, names, narrowed, empty };
  if (isDynamic(root.text) && names.length === 0 && !empty && !narrowed) {
    deleted(machine, root, { recursive: true, span: call });
    return;
  }
  deleted(machine, { ...root, text: ANY, selection }, { recursive: true, span: call });
}

/** `*.snapshots/tmp/*` → the last part that says something. */
function pathName(value: string): string {
  const parts = value.split('/').filter((part) => part !== '' && !/^[*?.]+$/.test(part));
  return activateGlobs(parts.at(-1) ?? '*');
}

function endOfAction(fields: readonly Field[], from: number): number {
  for (let i = from; i < fields.length; i += 1) {
    const text = fields[i]?.text;
    if (text === ';' || (text === '+' && fields[i - 1]?.text === '{}')) return i;
  }
  return fields.length;
}

function act(
  machine: Machine,
  call: Call,
  action: string,
  command: readonly Field[],
  { roots, names, narrowed, empty }: Selected & { readonly roots: readonly Field[] },
): void {
  const given = command.filter(({ text }) => text !== '\\');
  if (given.length === 0) return;
  if (action.startsWith('-ok')) {
    const program = given[0]?.text ?? '';
    if (/(?:^|\/)(?:rm|unlink|shred)$/.test(program)) {
      machine.effect('delete', shown(roots[0]?.text ?? '.'), false);
      machine.find(CAUTION, 'delete-asks', 'Asks before each deletion.', call);
      return;
    }
  }
  for (const root of roots.slice(0, 3)) {
    const selection: Selection = { root: root.text, names: [...names], narrowed, empty };
    const fields = given.map((field) =>
      field.text === '{}'
        ? { ...field, text: ANY, selection }
        : field.text.includes('{}')
          ? { ...field, text: field.text.replaceAll('{}', ANY), selection }
          : field,
    );
    machine.run.call(machine, fields, UNKNOWN_STREAM, call);
  }
}

const WIDE = new Set(['/', '/home', '/root', '/Users', '/etc', '~']);

function searchesSecrets(
  machine: Machine,
  call: Call,
  roots: readonly Field[],
  names: readonly string[],
): void {
  let wide = false;
  for (const { text } of roots)
    if (WIDE.has(text) || text === machine.places.home || text.startsWith('//')) wide = true;
  if (!wide) return;
  const secret = names.find(
    (name) =>
      isSecret(`/${shown(name)}`) ||
      /^(?:\.gnupg|\.ssh|\.aws|token|.*password.*|places\.sqlite|Bookmarks|Login Data|cookies\.sqlite)$/i.test(
        shown(name),
      ),
  );
  if (secret !== undefined)
    machine.find(
      DANGEROUS,
      'secret-search',
      `Searches the whole disk for ${shown(secret)}: keys and passwords.`,
      call,
    );
}

export function runFd(machine: Machine, call: Call): Stream {
  const { fields } = call;
  const exec = fields.findIndex(({ text }) => /^(?:-x|-X|--exec|--exec-batch)$/.test(text));
  const operands = (exec < 0 ? fields : fields.slice(0, exec)).filter(({ text }) => !text.startsWith('-'));
  const extension = fields.findIndex(({ text }) => text === '-e' || text === '--extension');
  const names =
    extension >= 0
      ? [activateGlobs(`*.${fields[extension + 1]?.text ?? ''}`)]
      : operands.slice(0, 1).map(({ text }) => text);
  const selection: Selection = { root: operands[1]?.text ?? '.', names, narrowed: false, empty: false };
  if (exec >= 0) {
    const command = fields.slice(exec + 1);
    const holes = command.some(({ text }) => text.includes('{'));
    const filled = command.map((field) =>
      /^\{[/.]*\}$/.test(field.text) ? { ...field, text: ANY, selection } : field,
    );
    machine.run.call(
      machine,
      holes ? filled : [...filled, { ...literal(ANY, call.start, call.end), selection }],
      UNKNOWN_STREAM,
      call,
    );
    return NOTHING;
  }
  return selected(selection);
}
