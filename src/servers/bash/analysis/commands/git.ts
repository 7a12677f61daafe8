/**
 * `git`: what each subcommand may lose, and what the working tree's state says about it.
 * It exists because git keeps nearly everything, except what was never committed, what is forced and what is expired.
 * Invariant: with a given clean tree, discarding changes destroys nothing.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { environment } from '../effects/environment.js';
import { CAUTION, type Call, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { type Option, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { absolute } from '../targets/path.js';
import { type Field, isKnown, literal } from '../words/field.js';
import { REPOSITORY_JUDGES } from './git-repository.js';
import { helperAddress, setting } from './git-settings.js';
import { WORK_JUDGES } from './git-work.js';

export function runGit(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, next } = readArguments(call.fields, 0, compile(spec), true);
  const { cwd, aliases } = machine;
  const own = new Map<string, string>();
  for (const { name, value } of options) {
    if (name === 'help' || name === 'version') return NOTHING;
    // Of another git folder or work tree the given state says nothing.
    if ((name === 'C' || name === 'git-dir' || name === 'work-tree') && value)
      machine.cwd = absolute(value.text, machine.cwd);
    if (name === 'c' && value) setting(machine, value.text, own, call);
    if (name === 'config-env' || name === 'exec-path')
      if (value) environment(machine, 'GIT_EXEC_PATH', value.text, call, false);
  }
  const word = call.fields[next];
  let out: Stream = NOTHING;
  if (word) {
    const alias = own.get(word.text);
    if (word.text === 'rev-parse' && call.fields.some(({ text }) => text === '--show-toplevel'))
      return { ...NOTHING, text: `${machine.places.repository}\n` };
    const rest = [...configured(word, options), ...call.fields.slice(next + 1)];
    if (alias !== undefined) {
      const text = alias.startsWith('!') ? alias.slice(1) : `git ${alias}`;
      out = machine.run.text(machine, `${text} ${rest.map((field) => field.text).join(' ')}`, NOTHING, call);
    } else if (isKnown(word.text)) out = subcommand(machine, call, word.text, rest, spec);
    else machine.cannot('the git subcommand is not known before it runs', word);
  }
  machine.cwd = cwd;
  machine.aliases = aliases;
  return out;
}

/** Settings that stand for an option of the subcommand. */
function configured(word: Field, options: readonly Option[]): Field[] {
  const sets = (pattern: RegExp) =>
    options.some(({ name, value }) => name === 'c' && value && pattern.test(value.text));
  if (word.text === 'clean' && sets(/^clean\.requireforce=(?:false|no|off|0)$/i))
    return [literal('-f', word.start, word.start)];
  if (word.text === 'gc' && sets(/^gc\.pruneexpire=(?:now|all|0)/i))
    return [literal('--prune=now', word.start, word.start)];
  return [];
}

function subcommand(machine: Machine, call: Call, name: string, rest: readonly Field[], spec: Spec): Stream {
  const sub = compile(spec).sub?.get(name);
  if (!sub) {
    machine.effect('exec', `git-${name}`);
    machine.find(CAUTION, 'unlisted-program', `Runs git-${name}, whose effects are not known here.`, call);
    return UNKNOWN_STREAM;
  }
  for (const field of rest) if (field.text.startsWith('ext::')) helperAddress(machine, field.text, call);
  const inner: Call = { ...call, name: `git ${name}`, fields: rest };
  const judge = WORK_JUDGES[name] ?? REPOSITORY_JUDGES[name];
  if (!judge) return apply(machine, inner, sub);
  const { options, operands, dashes } = readArguments(rest, 0, compile(sub));
  const set = new Set(options.map((option) => option.name));
  if (set.has('help')) return NOTHING;
  // The other side of a push is a command; in a repository here it runs here.
  if (name === 'push')
    for (const { name: option, value } of options)
      if (value && (option === 'receive-pack' || option === 'exec'))
        machine.run.text(machine, value.text, NOTHING, value);
  if (sub.does) for (const kind of sub.does.split(' ')) machine.effect(kind as 'network', call.name);
  judge(machine, { call: inner, set, operands, dashes, options });
  return UNKNOWN_STREAM;
}
