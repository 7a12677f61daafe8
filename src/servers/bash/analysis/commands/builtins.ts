/**
 * Builtins that change what later words mean: directories, variables, positional parameters, aliases, traps.
 * It exists because `cd / && rm -rf *` is judged where the `cd` led.
 * Invariant: a directory that is not known makes relative paths unknown.
 */
import { commandSpec } from '../../knowledge/index.js';
import { environment } from '../effects/environment.js';
import { read } from '../effects/read.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { absolute } from '../targets/path.js';
import { ANY, ENVIRONMENT, HISTORY, isDynamic, literal } from '../words/field.js';
import { evaluated } from '../words/substitutions.js';
import { assign } from '../words/variables.js';

export function runCd(machine: Machine, { fields, name }: Call): Stream {
  const to = fields.find(({ text }) => !/^-[LPe@n]+$/.test(text) && text !== '--');
  if (name === 'popd') return NOTHING;
  if (!to) machine.cwd = machine.places.home;
  else if (to.text === '-') machine.cwd = ANY;
  else
    machine.cwd =
      isDynamic(to.text) && /^[\uE000\uE001]/.test(to.text) ? to.text : absolute(to.text, machine.cwd);
  return NOTHING;
}

export function runSet(machine: Machine, { fields }: Call): Stream {
  if (fields.length === 0) return tainted(ENVIRONMENT);
  const dashes = fields.findIndex(({ text }) => text === '--');
  if (dashes >= 0) machine.positional = fields.slice(dashes + 1);
  else if (fields.length > 0 && !/^[-+]/.test(fields[0]?.text ?? '')) machine.positional = fields;
  if (fields.some(({ text }) => text === '+o') && fields.some(({ text }) => text === 'history')) {
    machine.effect('history', 'shell history');
    machine.find(
      DANGEROUS,
      'history-setting',
      'Turns the shell history off: what follows leaves no trace.',
      fields[0] ?? { start: 0, end: 0 },
    );
  }
  return NOTHING;
}

export function runShift(machine: Machine, { fields }: Call): Stream {
  const by = Number(fields[0]?.text ?? '1');
  machine.positional = machine.positional?.slice(Number.isSafeInteger(by) ? by : 1);
  return NOTHING;
}

/** `export`, `declare`, `local`, `readonly`, `typeset`. */
export function runDeclare(machine: Machine, call: Call): Stream {
  const letters = call.fields.map(({ text }) => (/^-[A-Za-z]+$/.test(text) ? text : '')).join('');
  for (const field of call.fields) {
    const equals = field.text.indexOf('=');
    if (field.text.startsWith('-')) continue;
    const name = field.text.slice(0, equals < 0 ? undefined : equals).replace(/\+$/, '');
    if (name.includes('[')) evaluated(machine, name);
    if (equals > 0 && letters.includes('i')) evaluated(machine, field.text.slice(equals + 1));
    if (machine.locals && call.name !== 'export' && call.name !== 'readonly' && !machine.locals.has(name))
      machine.locals.set(name, machine.variables?.get(name));
    if (equals <= 0) continue;
    const given = field.text.slice(equals + 1);
    if (letters.includes('n')) {
      machine.references ??= new Map();
      machine.references.set(name, given);
      continue;
    }
    const value = letters.includes('l')
      ? given.toLowerCase()
      : letters.includes('u')
        ? given.toUpperCase()
        : given;
    environment(machine, name, value, field, true);
    assign(machine, name, [{ ...field, text: value }]);
  }
  const plain = call.fields.find(({ text }) => text === 'PROMPT_COMMAND');
  if (plain) {
    const value = machine.variables?.get('PROMPT_COMMAND')?.fields[0];
    if (value) environment(machine, 'PROMPT_COMMAND', value.text, call, true);
  }
  return NOTHING;
}

export function runUnset(machine: Machine, call: Call): Stream {
  for (const { text } of call.fields) {
    if (text.includes('[')) evaluated(machine, text);
    machine.variables?.delete(text);
    machine.functions?.delete(text);
    if (/^HIST(?:FILE|SIZE|FILESIZE)$/.test(text)) {
      machine.effect('history', text);
      machine.find(
        DANGEROUS,
        'history-setting',
        'Turns the shell history off: what follows leaves no trace.',
        call,
      );
    }
  }
  return NOTHING;
}

export function runAlias(machine: Machine, call: Call): Stream {
  for (const { text } of call.fields) {
    const equals = text.indexOf('=');
    if (equals <= 0) continue;
    machine.aliases ??= new Map();
    const name = text.slice(0, equals);
    const value = text.slice(equals + 1);
    machine.aliases.set(name, value);
    if (/\s/.test(value) && commandSpec(name) && !value.includes(name))
      machine.run.text(machine, value, UNKNOWN_STREAM, call);
    if (/^(?:sudo|su|ssh|passwd|doas)$/.test(name) && (/[;|&]/.test(value) || /^\s*[~./$]/.test(value)))
      machine.find(DANGEROUS, 'alias-hijack', `Makes ${name} do something else too.`, call);
  }
  return NOTHING;
}

export function runUnalias(machine: Machine, { fields }: Call): Stream {
  for (const { text } of fields) machine.aliases?.delete(text);
  return NOTHING;
}

export function runTrap(machine: Machine, call: Call): Stream {
  const operands = call.fields.filter(({ text }) => text !== '--');
  const [action, ...signals] = operands;
  if (!action || action.text.startsWith('-') || action.text === '' || signals.length === 0) return NOTHING;
  if (isDynamic(action.text) && action.text.replaceAll(/[\uE000\uE001]/g, '') === '') {
    machine.cannot('a trap that is not known before it runs', action);
    return NOTHING;
  }
  const hooks = signals.some(({ text }) => text === 'DEBUG');
  if (hooks && />>|\btee\b|\bnc\b|curl/.test(action.text))
    machine.find(DANGEROUS, 'keylogger', 'Records every command that is typed.', call);
  machine.run.text(machine, action.text, UNKNOWN_STREAM, action);
  return NOTHING;
}

/** `read`, `mapfile`, `readarray`: what arrives becomes the variable. */
export function runRead(machine: Machine, call: Call): Stream {
  const { fields, stdin } = call;
  let skip = false;
  if (call.name !== 'read') {
    const callback = fields[fields.findIndex(({ text }) => text === '-C') + 1];
    if (callback && callback !== fields[0])
      machine.run.text(machine, `${callback.text} 0 line`, stdin, callback);
  }
  // `read -a NAME`: the words of the line, one each.
  const at = fields.findIndex(({ text }) => /^-[rs]*a$/.test(text));
  const array = fields[at + 1];
  const [line] = stdin.text?.split('\n') ?? [];
  if (at >= 0 && array && line !== undefined && !machine.variables?.has('IFS')) {
    const words = line.trim().split(/\s+/);
    assign(
      machine,
      array.text,
      words.map((text) => ({ ...literal(text, 0, 0), taint: stdin.taint })),
    );
    return NOTHING;
  }
  for (const { text } of fields) {
    if (skip) {
      skip = false;
      continue;
    }
    if (text.startsWith('-')) {
      skip = /^-[a-zA-Z]*[dinNptuaOsCc]$/.test(text) && !/^-[rse]+$/.test(text);
      continue;
    }
    if (text.includes('[')) evaluated(machine, text);
    if (!/^[A-Za-z_]\w*$/.test(text)) continue;
    const [first] = stdin.text?.split('\n') ?? [];
    assign(machine, text, [
      {
        ...literal(first !== undefined && fields.length <= 3 ? first : ANY, 0, 0),
        selection: stdin.selection,
        taint: stdin.taint,
      },
    ]);
  }
  return NOTHING;
}

export function runHistory(machine: Machine, call: Call): Stream {
  const clears = call.fields.some(({ text }) => /^-\w*[cd]/.test(text));
  machine.effect(clears ? 'history' : 'read', 'shell history', !clears);
  if (clears) {
    machine.find(DANGEROUS, 'erase-history', 'Erases the shell history.', call);
    return NOTHING;
  }
  const file = call.fields.find(({ text }) => text.includes('/'));
  if (file && call.fields.some(({ text }) => /^-[rn]/.test(text))) read(machine, file, call);
  return tainted(HISTORY);
}

/** `hash -p PATH NAME`: the name stands for that program from now on. */
export function runHash(machine: Machine, { fields }: Call): Stream {
  const at = fields.findIndex(({ text }) => text === '-p');
  const path = fields[at + 1];
  if (at >= 0 && path) {
    machine.run.text(machine, path.text, UNKNOWN_STREAM, path);
    for (const { text } of fields.slice(at + 2)) {
      machine.aliases ??= new Map();
      machine.aliases.set(text, path.text);
    }
  }
  return NOTHING;
}

/** `ulimit`, `umask`, `shopt`, `enable` and others that only change this shell. */
export function runShellSetting(machine: Machine, call: Call): Stream {
  if (call.name === 'enable' && call.fields.some(({ text }) => text.startsWith('-f')))
    machine.find(CAUTION, 'loads-builtin', 'Loads a builtin from a library.', call);
  return NOTHING;
}

/** `let x`: every word is arithmetic. */
export function runLet(machine: Machine, { fields }: Call): Stream {
  for (const { text } of fields) evaluated(machine, text);
  return NOTHING;
}

/** `test -v 'a[$(…)]'`: the subscript is expanded to look the element up. */
export function runTest(machine: Machine, { fields }: Call): Stream {
  for (let i = 0; i < fields.length; i += 1) {
    if (fields[i]?.text !== '-v') continue;
    const name = fields[i + 1]?.text;
    if (name !== undefined) evaluated(machine, name);
  }
  return NOTHING;
}
