/**
 * Commands of Windows that are reached from a shell: `powershell -c`, `cmd /c`, `del /s`, `robocopy /MIR`.
 * They exist because agents on Windows work in Git Bash or WSL, where both worlds are one line apart.
 * Invariant: paths of drives are judged as the places of a home, a system or a disk that they are.
 */
import { commandSpec } from '../../knowledge/index.js';
import { deleted } from '../effects/delete.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { ANY, activateGlobs, type Field, isDynamic, literal, shown } from '../words/field.js';

export function runPowershell(machine: Machine, call: Call): Stream {
  const { fields } = call;
  const at = (names: RegExp) => fields.findIndex(({ text }) => names.test(text));
  if (at(/^-(?:\?|h|help|v|version)$/i) >= 0) return NOTHING;
  machine.effect('exec', call.name);
  if (at(/^-e(?:c|nc|ncodedcommand)?$/i) >= 0) {
    machine.cannot('code that is hidden by an encoding', call);
    return UNKNOWN_STREAM;
  }
  const file = at(/^-f(?:ile)?$/i);
  if (file >= 0) {
    machine.find(
      CAUTION,
      'runs-script',
      `Runs the script ${shown(fields[file + 1]?.text ?? '')}, which was not read.`,
      call,
    );
    return UNKNOWN_STREAM;
  }
  const from = at(/^-c(?:ommand)?$/i);
  const rest = fields.slice(from + 1).filter(({ text }) => from >= 0 || !text.startsWith('-'));
  const code = rest.length > 0 ? rest.map(({ text }) => text).join(' ') : call.stdin.text;
  if (code === undefined) return UNKNOWN_STREAM;
  if (
    /\b(?:iex|invoke-expression)\b/i.test(code) &&
    /\b(?:irm|iwr|invoke-webrequest|invoke-restmethod|downloadstring)\b/i.test(code)
  )
    machine.find(DANGEROUS, 'remote-code', 'Runs code from the network that nobody has read.', call);
  for (const statement of code.split(/[;\n|]|&&/))
    judgeStatement(machine, call, statement.replaceAll(/[{}()]/g, ' '));
  return UNKNOWN_STREAM;
}

const ENDS = /^(?:stop-computer|restart-computer)$/i;
const WIPES = /^(?:format-volume|clear-disk|initialize-disk|remove-partition|diskpart|cipher)$/i;
const REMOVES = /^(?:remove-item|ri|rm|del|erase|rd|rmdir|clear-content|clc)$/i;

function judgeStatement(machine: Machine, call: Call, statement: string): void {
  const words = wordsOf(statement);
  const first = words[0] ?? '';
  if (ENDS.test(first)) {
    machine.effect('process', first, false);
    machine.find(DANGEROUS, 'system-state', 'Ends everything that runs on this machine.', call);
  } else if (WIPES.test(first) && !words.some((word) => /^-whatif$/i.test(word))) {
    machine.effect('write', first, false);
    machine.find(DANGEROUS, 'wipe-disk', 'Destroys what the disk holds.', call);
  } else if (REMOVES.test(first)) {
    if (words.some((word) => /^-(?:whatif|confirm)$/i.test(word))) return;
    remove(
      machine,
      call,
      words.slice(1),
      words.some((word) => /^-r(?:ecurse)?$/i.test(word)),
    );
  } else if (commandSpec(first)) machine.run.text(machine, statement.trim(), UNKNOWN_STREAM, call);
}

/** `cmd /c`, and the programs of DOS by their own names. */
export function runDos(machine: Machine, call: Call): Stream {
  const { name, fields } = call;
  if (!/^cmd(?:\.exe)?$/.test(name)) {
    judgeDos(machine, call, [name.replace(/\.exe$/, ''), ...fields.map(({ text }) => text)], fields);
    return UNKNOWN_STREAM;
  }
  machine.effect('exec', name);
  const at = fields.findIndex(({ text }) => /^\/{1,2}[ck]$/i.test(text));
  if (at < 0) return UNKNOWN_STREAM;
  const code = fields
    .slice(at + 1)
    .map(({ text }) => text)
    .join(' ');
  for (const statement of code.split(/&&?|\|\|?/)) {
    const words = wordsOf(statement);
    if (!judgeDos(machine, call, words, undefined) && commandSpec(words[0] ?? ''))
      machine.run.text(machine, statement.trim(), UNKNOWN_STREAM, call);
  }
  return UNKNOWN_STREAM;
}

/** Whether the words were a command of DOS. */
function judgeDos(
  machine: Machine,
  call: Call,
  [name = '', ...words]: readonly string[],
  given: readonly Field[] | undefined,
): boolean {
  const given_ = (flag: RegExp) => words.some((word) => flag.test(word));
  switch (name.toLowerCase()) {
    case 'del':
    case 'erase':
    case 'rd':
    case 'rmdir':
      remove(
        machine,
        call,
        words,
        given_(/^\/{1,2}s$/i) || given?.some(({ text }) => /^-[a-z]*r/.test(text)) === true,
      );
      return true;
    case 'format':
    case 'diskpart':
      if (given_(/^\/\?$/)) return true;
      machine.effect('write', 'disk', false);
      machine.find(DANGEROUS, 'format', 'Makes a new file system: what was there is lost.', call);
      return true;
    case 'robocopy':
      machine.effect('write', words[1] ?? 'files');
      if (given_(/^\/l$/i)) return true;
      if (given_(/^\/(?:mir|purge|move|mov)$/i)) {
        machine.effect('delete', words[1] ?? 'files', false);
        machine.find(
          DANGEROUS,
          'mirror-delete',
          `Deletes from ${words[1] ?? 'the target'} whatever the source does not have.`,
          call,
        );
      }
      return true;
    case 'vssadmin':
    case 'wbadmin':
    case 'bcdedit':
    case 'reg':
      if (!given_(/^\/?delete/i)) return true;
      machine.effect('delete', words.slice(1).join(' '), false);
      machine.find(
        DANGEROUS,
        'delete-system',
        `Deletes ${words.slice(0, 3).join(' ')}, which the system needs.`,
        call,
      );
      return true;
    case 'shutdown':
      machine.effect('process', 'machine', false);
      machine.find(DANGEROUS, 'system-state', 'Ends everything that runs on this machine.', call);
      return true;
    default:
      return false;
  }
}

function remove(machine: Machine, call: Call, words: readonly string[], recursive: boolean): void {
  const targets = words.filter((word) => !/^-|^\/{1,2}[a-z]$|^(?:silentlycontinue|ignore|stop)$/i.test(word));
  if (targets.length === 0) {
    deleted(machine, literal(ANY, call.start, call.end), { recursive, span: call });
    return;
  }
  for (const target of targets.flatMap((word) => word.split(','))) {
    if (target === '') continue;
    deleted(
      machine,
      literal(isDynamic(target) ? target : activateGlobs(place(target)), call.start, call.end),
      {
        recursive,
        span: call,
      },
    );
  }
}

/** `C:\Users\me` → /home/me, `$HOME` → the home, `C:\Windows` → a directory of the system. */
function place(path: string): string {
  const slashed = path
    .replaceAll('\\', '/')
    .replace(/^\$(?:HOME|env:USERPROFILE|env:HOME)|^%USERPROFILE%|^~(?=\/|$)/i, '/home/user');
  const drive = /^[A-Za-z]:(.*)$/.exec(slashed)?.[1];
  if (drive === undefined) return /^[$%]/.test(slashed) ? ANY : slashed;
  if (/^\/?\**$/.test(drive)) return '/';
  if (/^\/(?:windows|program files|programdata)/i.test(drive)) return '/usr';
  const user = /^\/users(\/.*)?$/i.exec(drive);
  return user ? `/home${user[1] ?? ''}` : `/mnt/c${drive}`;
}

function wordsOf(statement: string): string[] {
  return [...statement.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');
}
