/**
 * `find` (and `fd`): what it selects, and what it does to it.
 * It exists because `-delete` and `-exec` act on a selection, and the selection decides what is lost.
 * Invariant: tests before the action narrow it; an action inside `-exec sh -c` is judged with the selection as its argument.
 */
import { deleted } from '../effects/delete.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, selected, UNKNOWN_STREAM } from '../stream.js';
import { isSecret } from '../targets/names.js';
import { ANY, activateGlobs, type Field, isDynamic, literal, type Selection, shown } from '../words/field.js';

/** Tests with a value that narrow what is found. */
const NARROWING = new Set(
  '-mtime -mmin -ctime -cmin -atime -amin -newer -anewer -cnewer -size -user -group -uid -gid -perm -links -inum -samefile -used -fstype -regex -iregex -nouser -nogroup -newermt -newerct -newerat'.split(
    ' ',
  ),
);
const NAMES = new Set('-name -iname -lname -ilname'.split(' '));
const PATHS = new Set('-path -ipath -wholename -iwholename'.split(' '));
const VALUED = new Set(
  '-maxdepth -mindepth -type -xtype -printf -context -regextype -files0-from -D'.split(' '),
);
const ACTIONS = new Set(['-exec', '-execdir', '-ok', '-okdir']);

export function runFind(machine: Machine, call: Call): Stream {
  const { fields } = call;
  let i = 0;
  while (/^-(?:[HLPEXdsx]+|O\d|D)$/.test(fields[i]?.text ?? '')) i += fields[i]?.text === '-D' ? 2 : 1;
  const roots: Field[] = [];
  for (; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field || /^(?:-|\(|\)|!|,|\\)/.test(field.text)) break;
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
    if (text === '!' || text === '-not') {
      negated = true;
      continue;
    }
    if (NAMES.has(text) || PATHS.has(text)) {
      i += 1;
      const value = fields[i]?.text ?? '';
      const pattern = activateGlobs(value.slice(value.lastIndexOf('/') + 1)) || activateGlobs(value);
      if (negated) narrowed ||= false;
      else if (PATHS.has(text)) {
        narrowed = true;
        names.push(pathName(value));
      } else names.push(pattern);
    } else if (NARROWING.has(text)) {
      if (text !== '-nouser' && text !== '-nogroup') i += 1;
      if (!negated) narrowed = true;
    } else if (text === '-empty') empty ||= !negated;
    else if (text === '-o' || text === '-or') {
      // What was pruned is left out, not selected.
      if (pruned) names.length = 0;
      pruned = false;
    } else if (VALUED.has(text)) i += 1;
    else if (text === '-prune') pruned = true;
    else if (ACTIONS.has(text)) {
      const end = endOfAction(fields, i + 1);
      act(machine, call, text, fields.slice(i + 1, end), { roots, names, narrowed, empty });
      i = end;
    } else if (text === '-delete') {
      for (const root of roots) remove(machine, call, root, { names: [...names], narrowed, empty });
    } else if (/^-(?:fprintf|fprint|fprint0|fls)$/.test(text)) {
      i += 1;
      const file = fields[i];
      if (file) written(machine, file, { mode: 'replace', span: call });
      if (text === '-fprintf') i += 1;
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
  const wide = roots.some(
    ({ text }) => WIDE.has(text) || text === machine.places.home || text.startsWith('//'),
  );
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
