/**
 * A simple command: assignments, redirections, the name, and what the name stands for.
 * It exists because what runs may be a function, an alias, a wrapper, a path or only known later.
 * Invariant: a name that is not known makes the command `unknown`; a program without an entry is `caution`, never `safe`.
 */
import type { Assignment, Command } from 'unbash';
import { commandSpec } from '../../knowledge/index.js';
import { handler } from '../commands/index.js';
import { judgeSources } from '../commands/install.js';
import { judgeShellWords } from '../commands/shell-escape.js';
import { danglingEnvironment } from '../effects/environment.js';
import { printedSecrets } from '../effects/printed-secrets.js';
import { BLOCKED, CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { BUILT_STREAM, NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { ADDRESSES, SHELL_PATHS } from '../survey.js';
import { absolute, lastPart } from '../targets/path.js';
import { isScratch } from '../targets/place.js';
import { expand, expandOne } from '../words/expand.js';
import { ANY, type Field, isDynamic, isKnown, literal } from '../words/field.js';
import { evaluated } from '../words/substitutions.js';
import { assign } from '../words/variables.js';
import { apply } from './apply.js';
import { calledFunction, expandedAlias } from './defined.js';
import { globbedNames } from './globbed-name.js';
import { drained, execSockets, flushed, redirected, sameFile } from './redirect.js';
import { underRules } from './under-rules.js';
import { unlisted } from './unlisted.js';

/** Words of one command that are looked at. */
const MAX_FIELDS = 512;
/** Commands that run others: `xargs`, `find -exec`, functions. */
const MAX_DEPTH = 40;
/** Commands that are run for their output: an empty one empties the file on purpose. */
const SAYS = new Set([':', 'true', 'false', 'cat', 'echo', 'printf', 'head', 'tail', 'dd']);
const NONE: readonly Assignment[] = [];
const NO_OUTPUTS: ReturnType<typeof redirected>['outputs'] = [];
const NO_FIELDS: readonly Field[] = [];

export function runSimple(machine: Machine, node: Command, stdin: Stream): Stream {
  const { name, prefix, suffix } = node;
  machine.callEffects = machine.effects.length;
  let redirects = false;
  const fields: Field[] = [];
  let assigned = NONE;
  if (prefix.length > 0) {
    assigned = prefix.filter((item) => item.type === 'Assignment');
    machine.steps += assigned.length;
    redirects = assigned.length < prefix.length;
  }
  if (name) expand(machine, name, fields);
  for (let i = 0; i < suffix.length; i += 1) {
    const item = suffix[i];
    if (item === undefined || fields.length > MAX_FIELDS) break;
    if (item.type === 'Word') expand(machine, item, fields);
    else if (item.type === 'Assignment') fields.push(assignmentField(machine, item));
    else redirects = true;
  }
  const span = { start: node.pos, end: node.end };
  let input = stdin;
  let outputs = NO_OUTPUTS;
  let away = false;
  let inputs = NO_FIELDS;
  let socket = false;
  if (redirects) {
    const done = redirected(machine, node.redirects, stdin);
    input = done.stdin;
    outputs = done.outputs;
    away = done.away;
    inputs = done.inputs;
    socket = done.socket;
  }
  const first = fields[0];
  if (!first) {
    for (const one of assigned) assignAll(machine, one);
    if (assigned.length > 0 && name === undefined) danglingEnvironment(machine, assigned, span, true);
    redirects = redirects && outputs.length > 0;
    // A command that expanded to nothing, or none at all: redirections alone empty their files.
    if (redirects) flushed(machine, outputs, NOTHING, { silent: name === undefined, says: true });
    return NOTHING;
  }
  if (assigned.length > 0) withEnvironment(machine, assigned, span);
  if (inputs.length > 0 && outputs.length > 0) sameFile(machine, inputs, outputs, fields, span);
  else if (outputs.length > 0) sameFile(machine, fields.slice(1), outputs, fields, span);
  if (socket && first.text === 'exec' && fields.length === 1) execSockets(machine, node);
  const out = runFields(machine, fields, input, span);
  const program =
    first.text === 'exec'
      ? (fields.find(({ text }, i) => i > 0 && !text.startsWith('-'))?.text ?? '')
      : first.text;
  if (socket && SHELL_NAME.test(program)) {
    machine.effect('network', 'socket');
    machine.find(BLOCKED, 'remote-shell', 'Gives a shell on this machine to another one.', span);
  }
  if (outputs.length > 0) {
    flushed(machine, outputs, out, {
      silent: first.text === 'exec' && fields.length === 1,
      says: SAYS.has(first.text),
    });
    if (out.endless && outputs.some(({ field }) => !/^\/dev\//.test(field.text)))
      machine.find(DANGEROUS, 'fills-disk', 'Writes without end until the disk is full.', span);
  }
  if (machine.sinks) for (const path of machine.sinks.keys()) drained(machine, path, UNKNOWN_STREAM);
  return away ? NOTHING : out;
}

/** Runs expanded fields as a command. */
export function runFields(machine: Machine, fields: readonly Field[], stdin: Stream, span: Span): Stream {
  const first = fields[0];
  if (!first) return NOTHING;
  if (fields.length > MAX_FIELDS) machine.cut('too-large', span);
  const rest = fields.slice(1, MAX_FIELDS);
  machine.steps += 1;
  if (machine.isSpent(span)) return UNKNOWN_STREAM;
  if (machine.depth > MAX_DEPTH) {
    machine.cut('too-deep', span);
    return UNKNOWN_STREAM;
  }
  const { text } = first;
  const body = machine.functions?.get(text);
  if (body) return calledFunction(machine, text, body, rest, stdin, span);
  const alias = machine.aliases?.get(text);
  if (alias !== undefined) return expandedAlias(machine, alias, text, rest, stdin, span);
  if (!isKnown(text)) return openName(machine, first, rest, stdin, span);
  const linked =
    machine.links && text.includes('/') ? machine.links.get(absolute(text, machine.cwd)) : undefined;
  if (linked !== undefined && linked !== text && commandSpec(lastPart(linked)))
    return runFields(machine, [{ ...first, text: linked }, ...rest], stdin, span);
  const name = lastPart(text);
  const call: Call = { word: first, name, fields: rest, stdin, start: span.start, end: span.end };
  if (name !== text) planted(machine, text, name, span);
  if (first.taint !== 0 && name !== text && machine.files?.has(text)) {
    machine.cannot('runs a file made by another command', span);
    return UNKNOWN_STREAM;
  }
  const { rules } = machine.places;
  return rules === undefined ? runProgram(machine, call) : underRules(machine, call, rules, runProgram);
}

function runProgram(machine: Machine, call: Call): Stream {
  const spec = commandSpec(call.name) ?? commandSpec(plainName(call.name));
  const { marks } = machine;
  if (marks !== 0) {
    if ((marks & ADDRESSES) !== 0) judgeSources(machine, call);
    if ((marks & SHELL_PATHS) !== 0) judgeShellWords(machine, call);
  }
  if (spec === undefined) return unlisted(machine, call);
  const { via, starter } = machine;
  machine.starter = via;
  // What only sets conditions may start a shell, but not with rights that were meant for something else.
  machine.via = spec.run === 'wrapper' && PREFIXES.has(call.name) ? 'prefix' : (spec.run ?? call.name);
  const run = spec.run === undefined ? undefined : handler(spec.run);
  const out = run ? run(machine, call, spec) : apply(machine, call, spec);
  machine.via = via;
  machine.starter = starter;
  const secrets = machine.forked ? printedSecrets(call) : 0;
  return secrets === 0 ? out : tainted(out.taint | secrets);
}

const PREFIXES = new Set(
  'env nice ionice nohup setsid stdbuf time timeout taskset setarch flock strace ltrace watch busybox'.split(
    ' ',
  ),
);

/** `python.exe`, `lua5.1`, `BASH`: the name without its ending, its version, its case. */
function plainName(name: string): string {
  if (!/[A-Z\d.\\]/.test(name)) return name;
  return name
    .slice(name.lastIndexOf('\\') + 1)
    .toLowerCase()
    .replace(/\.exe$/, '')
    .replace(/(?<=[a-z])-?\d+(?:\.\d+)*$/, '');
}

/** The name holds a glob or something unknown. */
function openName(machine: Machine, first: Field, rest: readonly Field[], stdin: Stream, span: Span): Stream {
  const { text } = first;
  const base = lastPart(text);
  if (base !== text && base !== '' && isKnown(base)) {
    // Only the directory is not known: judged by the program's name.
    machine.find(
      CAUTION,
      'open-path',
      `Runs ${base} from a directory that is not known before it runs.`,
      span,
    );
    return runFields(machine, [{ ...first, text: base }, ...rest], stdin, span);
  }
  const names = isDynamic(first.text) ? stripped(first.text) : globbedNames(first.text);
  machine.cannot('the program is not known before it runs', first.start < first.end ? first : span);
  machine.effect('exec', '…');
  for (const name of names)
    if (commandSpec(name)) runFields(machine, [{ ...first, text: name }, ...rest], stdin, span);
  return UNKNOWN_STREAM;
}

/** `r$x m`: where the unknown part may be empty, what is left may be a program. */
function stripped(text: string): string[] {
  const left = text.replaceAll(ANY, '');
  return left !== '' && isKnown(left) ? [lastPart(left)] : [];
}

/** Programs in places where anyone may write, and look-alikes of system programs. */
function planted(machine: Machine, text: string, name: string, span: Span): void {
  const path = absolute(text, machine.cwd);
  if (isScratch(path, machine.places)) {
    const made = machine.files?.get(path);
    if (made !== BUILT_STREAM && made?.text === undefined)
      machine.find(
        DANGEROUS,
        'runs-from-temporary',
        `Runs ${text} from a directory where every user may write.`,
        span,
      );
    return;
  }
  if (/^\/(?:s?bin|usr|opt|nix|snap|Library|System)\//.test(path)) return;
  if (SYSTEM_PROGRAMS.has(name))
    machine.find(
      DANGEROUS,
      'look-alike',
      `Runs ${text}, which bears the name of a system program but is not it.`,
      span,
    );
}

/** Programs that take commands. */
const SHELL_NAME = /(?:^|\/)(?:(?:ba|z|k|da|a|c|tc|mk)?sh|fish|python\d?(?:\.\d+)?|perl|ruby|node|php)$/;

const SYSTEM_PROGRAMS = new Set(
  'ls cat cp mv rm id ps ss su sudo git docker kubectl ssh scp sh bash grep find sed awk tar chmod chown kill login passwd netstat top whoami who w df du mount ping curl wget env which date head tail less more sort ip ifconfig systemctl crontab'.split(
    ' ',
  ),
);

function assignmentField(machine: Machine, item: Assignment): Field {
  if (item.value.type === 'ArrayValue') {
    const fields: Field[] = [];
    for (const word of item.value.elements) expand(machine, word, fields);
    assign(machine, item.name, fields, item.append === true);
    return literal(item.name, item.pos, item.end);
  }
  const value = expandOne(machine, item.value);
  return {
    ...value,
    text: `${item.name}${item.append ? '+' : ''}=${value.text}`,
    start: item.pos,
    end: item.end,
  };
}

function assignAll(machine: Machine, item: Assignment): void {
  if (item.index) evaluated(machine, expandOne(machine, item.index).text);
  if (item.value.type === 'ArrayValue') {
    const fields: Field[] = [];
    for (const word of item.value.elements) expand(machine, word, fields);
    assign(machine, item.name, fields, item.append === true);
    return;
  }
  const field = expandOne(machine, item.value);
  if (item.index) assign(machine, item.name, [literal(ANY, item.pos, item.end)]);
  else assign(machine, item.name, [field], item.append === true);
}

function withEnvironment(machine: Machine, assigned: readonly Assignment[], span: Span): void {
  for (const { index, value } of assigned) {
    if (index) expandOne(machine, index);
    if (value.type === 'Word') continue;
    for (const word of value.elements) expandOne(machine, word);
  }
  danglingEnvironment(machine, assigned, span, false);
}
