/**
 * Makefiles whose text the line gives: `--eval`, standard input, a file the line has just written.
 * It exists because a recipe is a shell line and `$(shell …)` runs while the file is only read.
 * Invariant: `$$` is a dollar of the shell, `$(NAME)` a variable; what is not known stays unknown to the shell too.
 */
import type { Call, Machine } from '../machine.js';
import { UNKNOWN_STREAM } from '../stream.js';
import { absolute } from '../targets/path.js';
import type { Field } from '../words/field.js';
import { enclosed } from '../words/substitutions.js';

const DEFAULTS = ['GNUmakefile', 'makefile', 'Makefile'];

export function judgeMakefiles(machine: Machine, call: Call): void {
  const { fields, stdin } = call;
  let named = false;
  fields.forEach(({ text }, i) => {
    const evaluated =
      /^--eval=(.*)$/s.exec(text)?.[1] ?? (/^(?:--eval|-E)$/.test(text) ? fields[i + 1]?.text : undefined);
    if (evaluated !== undefined) judgeMakefile(machine, evaluated, call);
    const file =
      /^(?:-f|--file=|--makefile=)(.+)$/.exec(text)?.[1] ??
      (/^(?:-f|--file|--makefile)$/.test(text) ? fields[i + 1]?.text : undefined);
    if (file === undefined) return;
    named = true;
    const content = /^(?:-|\/dev\/stdin|\/dev\/fd\/0)$/.test(file) ? stdin.text : textOf(machine, file);
    if (content !== undefined) judgeMakefile(machine, content, call);
  });
  if (named || machine.files === undefined) return;
  for (const name of DEFAULTS) {
    const content = textOf(machine, name);
    if (content !== undefined) judgeMakefile(machine, content, call);
  }
}

const textOf = (machine: Machine, file: string): string | undefined =>
  machine.files?.get(absolute(file, machine.cwd))?.text;

function judgeMakefile(machine: Machine, text: string, span: Pick<Field, 'start' | 'end'>): void {
  const run = (line: string) => machine.run.text(machine, ofShell(line), UNKNOWN_STREAM, span);
  for (const inner of enclosed(text, /\$[({]shell\s/g)) run(inner);
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const recipe =
      /^\t(.*)$/.exec(line)?.[1] ??
      /^[^\s:#=][^:#=]*::?(?![=:])[^;]*;(.*)$/.exec(line)?.[1] ??
      /!=\s*(.*)$/.exec(line)?.[1];
    if (recipe !== undefined) run(recipe.replace(/^\s*[@+-]*/, ''));
  }
}

/** A recipe as the shell gets it. */
function ofShell(line: string): string {
  return line.replaceAll(/\$\$|\$[({](\w+)[)}]/g, (_, name?: string) =>
    name === undefined ? '$' : `\${${name}}`,
  );
}
