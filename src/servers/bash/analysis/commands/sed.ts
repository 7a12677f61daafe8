/**
 * `sed` and `ed`: edits in place, commands that run, files that are written.
 * It exists because `sed -i d` empties a file and `s///e` runs what it makes.
 * Invariant: without `-i`, `w` or `e` only the output changes.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { deleted } from '../effects/delete.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import type { Call, Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { ANY, type Field, literal } from '../words/field.js';

export function runSed(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  const scripts = options
    .filter(({ name, value }) => (name === 'e' || name === 'expression') && value)
    .map(({ value }) => value as Field);
  const fromFile = options.some(({ name }) => name === 'f' || name === 'file');
  let files = operands;
  if (scripts.length === 0 && !fromFile) {
    const [script] = operands;
    if (script) scripts.push(script);
    files = operands.slice(1);
  }
  const inPlace = options.some(
    ({ name, field }) => name === 'in-place' || (name === 'i' && field.text.startsWith('-')),
  );
  const backup = options.some(
    ({ name, value, field }) =>
      (name === 'in-place' && value) ||
      (name === 'i' && /^-[a-zA-Z]*i.+/.test(field.text) && !/^-[a-zA-Z]*i[enrsEz]+$/.test(field.text)),
  );
  const emptied = scripts.some(({ text }) =>
    /^\s*(?:1,\$|\$!N;)?\s*\{?\s*d\s*;?\s*\}?\s*$|^\s*s([/|#,])\.\*\1\1g?\s*$/.test(text),
  );
  for (const script of scripts) acts(machine, script, call);
  let taint = 0;
  for (const field of files) {
    if (inPlace) written(machine, field, { mode: emptied && !backup ? 'truncate' : 'modify', span: call });
    else taint |= read(machine, field, call).taint;
  }
  if (inPlace) return NOTHING;
  if (files.length > 0) return tainted(taint);
  if (scripts.length === 0) return call.stdin;
  const [only] = scripts;
  const text =
    scripts.length === 1 && only && call.stdin.text !== undefined
      ? substituted(call.stdin.text, only.text)
      : undefined;
  return { text, taint: call.stdin.taint, selection: call.stdin.selection, endless: call.stdin.endless };
}

/** Longer programs are not read. */
const MAX_PROGRAM = 1024;

/** Plain substitutions of literal text, so that `echo xm | sed s/x/r/` is read. */
function substituted(text: string, script: string): string | undefined {
  const m = /^s([/|#,])([^\\/|#,.*[\]^$]+)\1([^\\&/|#,]*)\1(g?)$/.exec(script);
  if (!m) return undefined;
  const [, , from = '', to = '', all] = m;
  return text
    .split('\n')
    .map((line) => (all ? line.replaceAll(from, to) : line.replace(from, to)))
    .join('\n');
}

function acts(machine: Machine, { text, start, end }: Field, call: Call): void {
  if (!/[ew]/.test(text)) return;
  if (text.length > MAX_PROGRAM) {
    machine.cannot('a long program', { start, end });
    return;
  }
  for (const m of text.matchAll(
    /(?:^|[;{}\n])\s*(?:\d+|\$|\/[^/]*\/)?(?:,(?:\d+|\$|\/[^/]*\/))?\s*(e|w|W)\s+([^\n;}]+)/g,
  )) {
    const rest = (m[2] ?? '').trim();
    if (m[1] === 'e') machine.run.text(machine, rest, UNKNOWN_STREAM, { start, end });
    else written(machine, literal(rest, start, end), { mode: 'replace', span: call });
  }
  for (const m of text.matchAll(
    /(?:^|[;{}\n\d/$!\s])s([/|#,@:!])((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1([gpiImM0-9]*)(e|w\s+([^\n;}]+))/g,
  )) {
    if (m[5] === 'e')
      machine.run.text(machine, (m[3] ?? '').replaceAll('\\', ''), UNKNOWN_STREAM, { start, end });
    else if (m[6] !== undefined)
      written(machine, literal(m[6].trim(), start, end), { mode: 'replace', span: call });
  }
}

/** Editors of the vi family run commands given on their command line. */
export function runEditor(machine: Machine, call: Call, spec: Spec): Stream {
  for (const { text, start, end } of call.fields) {
    const shell =
      /^(?:\+|-c|--cmd=?)?:?\s*(?:silent\s+)?(?:%|r)?!(.+)/.exec(text)?.[1] ??
      /^\+?:?call system\(['"](.+)['"]\)/.exec(text)?.[1];
    if (shell !== undefined && !/^['"]/.test(text))
      machine.run.text(machine, shell, UNKNOWN_STREAM, { start, end });
    if (/\((?:delete-directory|delete-file)\b/.test(text))
      deleted(
        machine,
        {
          text:
            /\((?:delete-directory|delete-file)\s+"([^"]+)"/
              .exec(text)?.[1]
              ?.replace(/^~/, machine.places.home) ?? ANY,
          start,
          end,
          selection: undefined,
          taint: 0,
        },
        { recursive: text.includes('delete-directory'), span: call },
      );
    const elisp = /\((?:shell-command|call-process|term|start-process)[^"]*"([^"]+)"/.exec(text)?.[1];
    if (elisp !== undefined) {
      machine.run.text(machine, elisp, UNKNOWN_STREAM, { start, end });
      if (/\bsh\b/.test(elisp))
        machine.find(machine.scope.root ? 3 : 1, 'shell-escape', 'Opens a shell from an editor.', call);
    }
  }
  if (
    /^(?:ex|vim?|nvim)$/.test(call.name) &&
    call.fields.some(({ text }) => /^\+?:?(?:%|1,\$)d/.test(text)) &&
    call.fields.some(({ text }) => /(?:^|\||\+|:)(?:x|wq?!?|wqa)$/.test(text))
  ) {
    const file = call.fields.findLast(({ text }) => !/^[-+%:]|^(?:x|wq?!?|1,\$d.*)$/.test(text));
    if (file) written(machine, file, { mode: 'truncate', span: call });
  }
  // Without commands of its own an editor waits for a person, who sees what is saved.
  const alone = !call.fields.some(({ text }) =>
    /^(?:\+|-c$|--cmd|-s$|-S$|-e$|--eval|--batch|-es$)/.test(text),
  );
  return apply(machine, call, alone && call.stdin.text === undefined ? { ...spec, operands: 'unit' } : spec);
}

/** `ed`: a script on standard input that writes changes the file. */
export function runEd(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  const [file] = operands;
  const script = call.stdin.text;
  if (script === undefined) {
    if (!options.some(({ name }) => name === 'help' || name === 'version')) {
      machine.effect('exec', call.name);
      if (!file) machine.cannot('an editor that takes its commands as they come', call);
      else machine.find(1, 'editor', 'Opens an editor.', call);
    }
    return UNKNOWN_STREAM;
  }
  for (const line of script.split('\n')) {
    const shell = /^\s*!(.+)/.exec(line)?.[1];
    if (shell !== undefined) machine.run.text(machine, shell, UNKNOWN_STREAM, call);
    const into = /^\s*[\d,$%]*w(?:q)?\s*(\S+)?/.exec(line);
    if (!into) continue;
    const emptied = /^\s*(?:1,\$|%|,)d\s*$/m.test(script);
    const to = into[1] !== undefined ? literal(into[1], call.start, call.end) : file;
    if (to) written(machine, to, { mode: emptied ? 'truncate' : 'modify', span: call });
  }
  return UNKNOWN_STREAM;
}
