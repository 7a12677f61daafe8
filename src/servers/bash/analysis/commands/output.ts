/**
 * Programs whose output can be told from their input: `echo`, `printf`, `base64`, `rev`, `tr`, `cat`, `tee`, `sed`.
 * It exists because what they print may be run.
 * Invariant: text is passed on only where it is exactly what the program would print.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import type { Call, Machine } from '../machine.js';
import { apply, applyRead } from '../run/apply.js';
import { readArguments } from '../run/arguments.js';
import { drained } from '../run/redirect.js';
import { joined, known, NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { isBroadGlob } from '../targets/names.js';
import {
  CREDENTIAL,
  DECODED,
  ENVIRONMENT,
  type Field,
  literal,
  SECRET,
  type Selection,
  SOME,
  STAR,
  shown,
} from '../words/field.js';
import { isSecretName } from '../words/parameter.js';
import { evaluated } from '../words/substitutions.js';
import { escapes } from './escapes.js';

export function runEcho(_machine: Machine, { fields }: Call): Stream {
  let from = 0;
  let interpret = false;
  let newline = '\n';
  for (; from < fields.length; from += 1) {
    const text = fields[from]?.text ?? '';
    if (!/^-[neE]+$/.test(text)) break;
    if (text.includes('e')) interpret = true;
    if (text.includes('n')) newline = '';
  }
  let text = '';
  let taint = 0;
  for (let i = from; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field) continue;
    text += (i > from ? ' ' : '') + field.text;
    taint |= field.taint;
  }
  const only = fields.length - from === 1 ? fields[from]?.selection : undefined;
  return { text: (interpret ? escapes(text) : text) + newline, taint, selection: only, endless: false };
}

export function runPrintf(machine: Machine, { fields }: Call): Stream {
  let from = 0;
  const into = fields[0]?.text === '-v' ? fields[1]?.text : undefined;
  if (into !== undefined) from = 2;
  if (fields[from]?.text === '--') from += 1;
  const format = fields[from];
  if (!format) return NOTHING;
  const values = fields.slice(from + 1);
  const taint = fields.reduce((all, field) => all | field.taint, 0);
  const out = known(formatted(escapes(format.text), values), taint);
  if (into !== undefined) {
    if (into.includes('[')) evaluated(machine, into);
    machine.variables ??= new Map();
    machine.variables.set(into, { fields: [{ ...literal(out.text ?? '', 0, 0), taint }] });
    return NOTHING;
  }
  return out;
}

function formatted(format: string, values: readonly Field[]): string {
  let next = 0;
  let out = '';
  do {
    const before = next;
    out += format.replaceAll(/%%|%[-+ #0]*\d*(?:\.\d+)?([sbcdiqxXoufeEgG])/g, (all, kind?: string) => {
      if (kind === undefined) return '%';
      const value = values[next]?.text ?? '';
      next += 1;
      if (kind === 'b') return escapes(value);
      return kind === 's' || kind === 'd' || kind === 'i'
        ? value
        : kind === 'q'
          ? `'${value}'`
          : all === ''
            ? ''
            : value;
    });
    if (next === before) break;
  } while (next < values.length && out.length < 4096);
  return out;
}

export function runCat(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  if (operands.length === 0) return call.stdin;
  let out = NOTHING;
  for (const field of operands)
    out = joined(out, field.text === '-' ? call.stdin : read(machine, field, call));
  return options.length === 0 ? out : { ...out, text: undefined };
}

export function runTee(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  const append = options.some(({ name }) => name === 'a' || name === 'append');
  for (const field of operands) {
    if (drained(machine, field.text, call.stdin)) continue;
    written(machine, field, {
      mode: append ? 'append' : call.stdin.text === '' ? 'truncate' : 'replace',
      span: call,
      content: call.stdin,
    });
  }
  return call.stdin;
}

/** Decoders: known input gives known output. */
export function runDecoder(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  const [file] = operands;
  const input = file && file.text !== '-' ? read(machine, file, call) : call.stdin;
  const output = options.find(({ name, value }) => (name === 'o' || name === 'output') && value)?.value;
  if (output) written(machine, output, { mode: 'replace', span: call });
  const names = options.map(({ name }) => name);
  const decodes =
    names.includes('d') ||
    names.includes('decode') ||
    names.includes('D') ||
    names.includes('r') ||
    call.name.endsWith('decode');
  if (!decodes) {
    if (input.text !== undefined && call.name === 'base64')
      return known(`${Buffer.from(input.text).toString('base64')}\n`, input.taint);
    return tainted(input.taint);
  }
  const text = input.text?.trim();
  if (text === undefined || text === '') return tainted(input.taint | DECODED);
  const encoding = call.name === 'xxd' ? 'hex' : 'base64';
  if (call.name !== 'xxd' && call.name !== 'base64' && call.name !== 'b64decode' && call.name !== 'openssl')
    return tainted(input.taint | DECODED);
  const bytes = Buffer.from(encoding === 'hex' ? text.replaceAll(/\s/g, '') : text, encoding);
  return known(bytes.toString('utf8'), input.taint | DECODED);
}

export function runRev(machine: Machine, call: Call, spec: Spec): Stream {
  const input = call.fields.length === 0 ? call.stdin : apply(machine, call, spec);
  if (input.text === undefined) return tainted(input.taint | DECODED);
  return known(
    input.text
      .split('\n')
      .map((line) => [...line].reverse().join(''))
      .join('\n'),
    input.taint | DECODED,
  );
}

/** `tr SET1 SET2`, ranges and ROT13; other forms give unknown text. */
export function runTr(_machine: Machine, { fields, stdin }: Call): Stream {
  const [from, to] = fields;
  if (stdin.text === undefined) return { ...stdin, text: undefined };
  if (from?.text === '-d' && to && fields.length === 2) {
    const drop = new Set(set(escapes(to.text)));
    return known([...stdin.text].filter((c) => !drop.has(c)).join(''), stdin.taint | DECODED);
  }
  if (!from || !to || fields.length !== 2 || from.text.startsWith('-')) return tainted(stdin.taint | DECODED);
  const a = set(escapes(from.text));
  const b = set(escapes(to.text));
  const last = b[b.length - 1] ?? '';
  const map = new Map(a.map((c, i) => [c, b[i] ?? last]));
  return known([...stdin.text].map((c) => map.get(c) ?? c).join(''), stdin.taint | DECODED);
}

function set(text: string): string[] {
  const classes: Record<string, string> = {
    '[:lower:]': 'a-z',
    '[:upper:]': 'A-Z',
    '[:digit:]': '0-9',
    '[:space:]': ' \t\n',
  };
  const plain = text.replaceAll(/\[:\w+:\]/g, (name) => classes[name] ?? '').replaceAll(STAR, '*');
  const out: string[] = [];
  for (let i = 0; i < plain.length; i += 1) {
    const from = plain[i] ?? '';
    const end = plain[i + 2];
    if (plain[i + 1] === '-' && end !== undefined && from <= end) {
      for (let c = from.charCodeAt(0); c <= end.charCodeAt(0); c += 1) out.push(String.fromCharCode(c));
      i += 2;
    } else out.push(from);
  }
  return out;
}

/** Programs that look at a file's name, size or rights, never at what it holds. */
const LOOKS = new Set(
  'ls dir vdir stat du basename dirname realpath readlink pathchk namei lsattr getfacl findmnt'.split(' '),
);

const SEARCHES = new Set('grep egrep fgrep zgrep xzgrep bzgrep rg ag ack'.split(' '));
/** Filters that print nothing before they have read everything. */
const GATHERS = new Set(['sort', 'shuf', 'tsort', 'column', 'jq']);
const PAGERS = new Set(['less', 'more', 'most']);

/** Filters that may drop or reorder but do not make: what they let through is of the same kind. */
export function runFilter(machine: Machine, call: Call, spec: Spec): Stream {
  const looks = LOOKS.has(call.name);
  const given = readArguments(call.fields, 0, compile(spec));
  const out = looks ? UNKNOWN_STREAM : applyRead(machine, call, spec, given);
  if (looks && call.fields.some(({ text }) => text === '--help' || text === '--version')) return NOTHING;
  const { operands } = given;
  const pattern = SEARCHES.has(call.name) ? 1 : 0;
  if (call.name === 'rg' || call.name === 'ag') {
    const pre = call.fields.findIndex(({ text }) => text === '--pre' || text.startsWith('--pre='));
    const program = call.fields[pre]?.text.includes('=')
      ? call.fields[pre]?.text.slice(6)
      : call.fields[pre + 1]?.text;
    if (pre >= 0 && program !== undefined)
      machine.run.call(
        machine,
        [literal(program, call.start, call.end), literal(STAR, call.start, call.end)],
        NOTHING,
        call,
      );
  }
  if (
    pattern === 1 &&
    operands.length > 1 &&
    /^(?:pass|secret|token|api.?key|private.?key|credential|AKIA|BEGIN .*PRIVATE|ghp_|sk-|xox)/i.test(
      operands[0]?.text ?? '',
    )
  ) {
    const { home } = machine.places;
    if (operands.slice(1).some(({ text }) => text === '/' || text === '/home' || text === home)) {
      machine.find(3, 'secret-search', `Searches ${shown(operands[1]?.text ?? '/')} for secrets.`, call);
      return tainted(SECRET);
    }
  }
  if (PAGERS.has(call.name))
    for (const { text, start, end } of call.fields)
      if (/^\+!/.test(text)) machine.run.text(machine, text.slice(2), NOTHING, { start, end });
  if (call.name === 'ls') return { ...tainted(out.taint), selection: listed(operands) };
  if (operands.length > pattern) {
    const listing =
      pattern === 1 &&
      call.fields.some(({ text }) => /^-[a-zA-Z]*[lL]/.test(text) || text.startsWith('--files-with'));
    const [, root] = operands;
    if (listing)
      return {
        ...tainted(out.taint & ~SECRET),
        selection: { root: root?.text, names: [], narrowed: true, empty: false },
      };
    return out.endless && call.name !== 'head' ? out : tainted(out.taint);
  }
  const { stdin } = call;
  if (stdin.endless && GATHERS.has(call.name))
    machine.find(
      3,
      'fills-memory',
      `${call.name} keeps an input that never ends until memory is full.`,
      call,
    );
  return {
    text: undefined,
    taint: stdin.taint,
    selection: stdin.selection && pattern === 1 ? { ...stdin.selection, narrowed: true } : stdin.selection,
    endless: stdin.endless && call.name !== 'head',
  };
}

/** The names that `ls` prints. */
function listed(operands: readonly Field[]): Selection {
  const [first] = operands;
  const name = first?.text.slice(first.text.lastIndexOf('/') + 1) ?? '';
  const globbed = name.includes(STAR);
  const root = first === undefined ? '.' : globbed ? first.text.slice(0, -name.length) || '.' : first.text;
  return {
    root,
    names: globbed && !isBroadGlob(name) ? [name] : [],
    narrowed: false,
    empty: false,
    flat: true,
  };
}

/** `printenv NAME`: a secret when the name says so, the whole environment without a name. */
export function runPrintenv(_machine: Machine, { fields }: Call): Stream {
  const names = fields.filter(({ text }) => !text.startsWith('-'));
  if (names.length === 0) return tainted(ENVIRONMENT);
  return tainted(names.some(({ text }) => isSecretName(text)) ? CREDENTIAL : 0);
}

/** A new name under the directory for temporary files. */
export function runMktemp(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  const folder = options.find(({ name }) => name === 'p' || name === 'tmpdir')?.value?.text ?? '/tmp';
  const template = operands[0]?.text ?? `tmp.${SOME}`;
  const path =
    operands.length > 0 && !options.some(({ name }) => name === 't' || name === 'p' || name === 'tmpdir')
      ? template
      : `${folder}/${template}`;
  machine.effect('write', shown(path));
  return known(`${path}\n`);
}

/** `script`, `ts`, `pv`: pass everything on. */
export function runPass(machine: Machine, call: Call, spec: Spec): Stream {
  apply(machine, call, spec);
  return call.stdin;
}
