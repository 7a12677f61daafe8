/**
 * Redirections: what they write, what they feed in, what they open.
 * It exists because `> file` destroys without any program being named.
 * Invariant: a redirection takes effect even when the command fails or is missing.
 */
import type { Command, Redirection } from 'unbash';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { DANGEROUS, type Machine, type Span } from '../machine.js';
import { known, NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { absolute } from '../targets/path.js';
import { expandOne } from '../words/expand.js';
import { ANY, type Field, isDynamic, isKnown, literal } from '../words/field.js';

export interface Output {
  readonly field: Field;
  readonly append: boolean;
  /** Only what goes to standard output counts as the command's output. */
  readonly standard: boolean;
  readonly span: Span;
}

export interface Redirected {
  readonly stdin: Stream;
  readonly outputs: readonly Output[];
  /** Standard output goes to a file: nothing is left for a pipe. */
  readonly away: boolean;
  readonly inputs: readonly Field[];
  /** A descriptor is a connection to another machine. */
  readonly socket: boolean;
}

const MAX_REDIRECTS = 64;

export function redirected(machine: Machine, redirects: readonly Redirection[], stdin: Stream): Redirected {
  let input = stdin;
  let away = false;
  let socket = false;
  const outputs: Output[] = [];
  const inputs: Field[] = [];
  if (redirects.length > MAX_REDIRECTS)
    machine.cut('too-large', {
      start: redirects[0]?.pos ?? 0,
      end: redirects.at(-1)?.end ?? 0,
    });
  for (const redirect of redirects.slice(0, MAX_REDIRECTS)) {
    const span = { start: redirect.pos, end: redirect.end };
    if (redirect.type === 'HereDoc') {
      input = hereDocument(machine, redirect);
      continue;
    }
    if (redirect.type === 'HereString') {
      const field = redirect.target ? expandOne(machine, redirect.target) : literal('', span.start, span.end);
      input = isDynamic(field.text)
        ? { text: undefined, taint: field.taint, selection: field.selection, endless: false }
        : known(`${field.text}\n`, field.taint);
      continue;
    }
    if (!redirect.target) continue;
    const field = expandOne(machine, redirect.target);
    const { operator } = redirect;
    const descriptor = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined;
    if (
      operator === '<&' ||
      (operator === '>&' && (/^(?:\d+-?|-)$/.test(field.text) || field.text === ANY))
    ) {
      if (machine.sockets?.has(field.text.replace('-', ''))) socket = true;
      continue;
    }
    if (operator === '<' || operator === '<>') {
      inputs.push(field);
      if (/^\/dev\/(?:tcp|udp)\//.test(field.text)) socket = true;
      const stream = read(machine, field, span);
      if ((descriptor ?? 0) === 0) input = stream;
      if (operator === '<>' && !/^\/dev\//.test(field.text))
        written(machine, field, { mode: 'create', span });
      continue;
    }
    if (/^\/dev\/(?:tcp|udp)\//.test(field.text)) socket = true;
    const standard = operator === '&>' || operator === '&>>' || (descriptor ?? 1) === 1;
    outputs.push({ field, append: operator === '>>' || operator === '&>>', standard, span });
    if (standard && operator !== '&>' && descriptor !== 2) away = true;
  }
  return { stdin: input, outputs, away, inputs, socket };
}

/**
 * Writes the outputs, now that the command's own output is known.
 * `silent`: nothing writes at all. `says`: the command is one whose purpose is its output, so an empty one is meant.
 */
export function flushed(
  machine: Machine,
  outputs: readonly Output[],
  content: Stream,
  { silent, says }: { readonly silent: boolean; readonly says: boolean },
): void {
  for (const { field, append, standard, span } of outputs) {
    const into = standard ? content : UNKNOWN_STREAM;
    if (drained(machine, field.text, into)) continue;
    const nothing = silent || (standard && content.text === '' && says);
    written(machine, field, {
      mode: append ? 'append' : nothing ? 'truncate' : 'replace',
      span,
      content: into,
    });
    if (!standard || isDynamic(field.text)) continue;
    const path = absolute(field.text, machine.cwd);
    machine.files ??= new Map();
    const before = append ? machine.files.get(path) : undefined;
    if (machine.files.size < 64)
      machine.files.set(
        path,
        before?.text !== undefined && into.text !== undefined
          ? known(before.text + into.text, before.taint | into.taint)
          : append && !before
            ? into.text === undefined
              ? UNKNOWN_STREAM
              : into
            : into,
      );
  }
}

/** Gives what is written to the process substitution that reads it. */
export function drained(machine: Machine, path: string, content: Stream): boolean {
  const script = machine.sinks?.get(path);
  if (!script) return path.startsWith('/dev/fd/');
  machine.sinks?.delete(path);
  machine.run.script(machine, script, content);
  return true;
}

function hereDocument(machine: Machine, redirect: Extract<Redirection, { type: 'HereDoc' }>): Stream {
  const { body, delimiter, operator } = redirect;
  if (body.text === '') return NOTHING;
  if (delimiter?.quoted || !/[$`\\]/.test(body.text))
    return known(operator === '<<-' ? body.text.replaceAll(/^\t+/gm, '') : body.text);
  let text: string | undefined = '';
  let taint = 0;
  for (const part of body.parts ?? []) {
    if (part.type === 'Literal') {
      text = text === undefined ? undefined : text + part.value;
      continue;
    }
    const field = expandOne(machine, {
      type: 'Word',
      text: part.text,
      value: part.text,
      pos: part.pos,
      end: part.end,
      parts: [part],
    });
    taint |= field.taint;
    text = text === undefined ? undefined : text + field.text;
  }
  if (body.parts === undefined) text = body.text;
  return text === undefined ? UNKNOWN_STREAM : { text, taint, selection: undefined, endless: false };
}

/** `sort f > f`: the shell empties the file before the program reads it. */
export function sameFile(
  machine: Machine,
  inputs: readonly Field[],
  outputs: readonly Output[],
  fields: readonly Field[],
  span: Span,
): void {
  const program = fields[0]?.text ?? '';
  if (program === 'echo' || program === 'printf' || program === 'test' || program === '[') return;
  for (const { field, append, standard } of outputs) {
    if (append || !standard || !isKnown(field.text) || field.text.startsWith('/dev/')) continue;
    if (inputs.some((input) => input.text === field.text && input.text !== ''))
      machine.find(DANGEROUS, 'reads-own-output', `Empties ${field.text} before ${program} reads it.`, span);
  }
}

/** `exec 5<>/dev/tcp/…`: the descriptor stays open for later commands. */
export function execSockets(machine: Machine, node: Command): void {
  for (const redirect of node.redirects) {
    if (
      redirect.type !== 'Redirect' ||
      !redirect.target ||
      !/^\/dev\/(?:tcp|udp)\//.test(redirect.target.text)
    )
      continue;
    const { descriptor } = redirect;
    machine.sockets ??= new Set();
    machine.sockets.add(
      descriptor?.type === 'FileDescriptor'
        ? String(descriptor.value)
        : redirect.operator.startsWith('<')
          ? '0'
          : '1',
    );
  }
}
