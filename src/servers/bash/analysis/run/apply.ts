/**
 * Applies an entry of the knowledge base to a call: subcommands, options, operands to effects.
 * It exists so that hundreds of programs need data only.
 * Invariant: `--help` and `--version` do nothing; a dry run changes nothing; what the entry does not say is not done.
 */
import { compile, takesValue } from '../../knowledge/compile.js';
import type { Meaning, Operands, Risk, Spec, Use } from '../../knowledge/spec.js';
import type { EffectKind } from '../answer.js';
import { deleted } from '../effects/delete.js';
import { judgeSending } from '../effects/leak.js';
import { permitted } from '../effects/permission.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { BLOCKED, CAUTION, type Call, DANGEROUS, type Machine, type Span, type Weight } from '../machine.js';
import { joined, NOTHING, type Stream, saysYes, tainted, UNKNOWN_STREAM } from '../stream.js';
import { ENVIRONMENT, type Field, HISTORY, isDynamic, NETWORK, SECRET, shown } from '../words/field.js';
import { type Arguments, readArguments, unlistedArguments } from './arguments.js';
import { judgeGrants } from './grants.js';
import { judgeVerbs } from './verbs.js';

const WEIGHTS: Readonly<Record<Risk['level'], Weight>> = {
  caution: CAUTION,
  dangerous: DANGEROUS,
  blocked: BLOCKED,
};
const STANDARD_HELP = new Set(['help', 'version', 'usage', 'about']);

export function apply(machine: Machine, call: Call, spec: Spec): Stream {
  let compiled = compile(spec);
  let from = 0;
  const outer: Meaning[] = [];
  let dry = false;
  let sends = false;
  if (spec.verbs !== undefined) judgeGrants(machine, call);
  while (compiled.sub) {
    const { sub } = compiled;
    if (compiled.spec.does?.includes('network') === true) sends = true;
    const global = readArguments(call.fields, from, compiled, true);
    for (const { name, meaning, value } of global.options) {
      if (meaning === 'help' || STANDARD_HELP.has(name)) return NOTHING;
      if (meaning === 'dry') dry = true;
      else if (typeof meaning === 'object') outer.push(meaning);
      else if (meaning !== undefined && meaning !== 'value') outer.push(meaning);
      if (value && meaning !== undefined && takesValue(meaning) && meaning !== 'value')
        use(machine, meaning.slice(4) as Use, value, call, plainState(dry));
    }
    const word = call.fields[global.next];
    if (!word) break;
    const next = sub.get(word.text) ?? sub.get('*');
    if (!next) {
      if (isDynamic(word.text))
        machine.cannot(`the ${call.name} subcommand is not known before it runs`, word);
      base(machine, call, compiled.spec);
      if (compiled.spec.verbs) judgeVerbs(machine, call, from, compiled.spec.verbs);
      if (sends) judgeSending(machine, call, unlistedArguments(call.fields, from));
      return compiled.spec.out ? outOf(compiled.spec, UNKNOWN_STREAM) : UNKNOWN_STREAM;
    }
    base(machine, call, compiled.spec);
    if (compiled.spec.risk) risk(machine, compiled.spec.risk, call);
    from = sub.has(word.text) ? global.next + 1 : global.next;
    if (next.run !== undefined && !dry) {
      const inner: Call = { ...call, name: `${call.name} ${word.text}`, fields: call.fields.slice(from) };
      const handled = machine.run.handle(machine, inner, next);
      if (handled) return handled;
    }
    compiled = compile(next);
  }
  return applied(machine, call, compiled.spec, readArguments(call.fields, from, compiled), outer, dry, sends);
}

/** `apply` for an entry without subcommands, where the arguments have been read. */
export function applyRead(machine: Machine, call: Call, spec: Spec, given: Arguments): Stream {
  return applied(machine, call, spec, given, NO_MEANINGS, false, false);
}

const NO_MEANINGS: readonly Meaning[] = [];

function applied(
  machine: Machine,
  call: Call,
  spec: Spec,
  given: Arguments,
  outer: readonly Meaning[],
  dryOutside: boolean,
  sends: boolean,
): Stream {
  const state = stateOf(given, outer, dryOutside);
  if (spec.recursive) state.recursive = true;
  if (state.help) return NOTHING;
  if (sends || spec.does?.includes('network') === true) judgeSending(machine, call, given);
  if (!state.dry) {
    base(machine, call, spec);
    if (spec.risk) risk(machine, spec.risk, call, spec.risk.asks && saysYes(call.stdin));
    for (const one of state.risks) risk(machine, one, call);
    for (const kinds of state.added) effects(machine, kinds, call);
  } else if (spec.does?.includes('network')) machine.effect('network', call.name);
  let stream = NOTHING;
  for (const { meaning, value } of given.options)
    if (value && typeof meaning === 'string' && meaning.startsWith('use:'))
      stream = joined(stream, use(machine, meaning.slice(4) as Use, value, call, state));
  const rule = state.operands ?? spec.operands;
  if (rule && !state.quiet) stream = joined(stream, useOperands(machine, rule, given, call, state));
  else if (state.quiet) stream = joined(stream, useOperands(machine, 'read', given, call, state));
  if (given.operands.length === 0 && call.stdin !== NOTHING)
    stream = spec.out === 'same' ? call.stdin : tainted(call.stdin.taint);
  return outOf(spec, stream === NOTHING ? UNKNOWN_STREAM : stream);
}

interface State {
  help: boolean;
  dry: boolean;
  recursive: boolean;
  force: boolean;
  quiet: boolean;
  operands: Operands | undefined;
  readonly risks: Risk[];
  readonly added: string[];
}

function plainState(dry: boolean): State {
  return {
    help: false,
    dry,
    recursive: false,
    force: false,
    quiet: false,
    operands: undefined,
    risks: [],
    added: [],
  };
}

function stateOf({ options }: Arguments, outer: readonly Meaning[], dry: boolean): State {
  const state = plainState(dry);
  for (const meaning of outer) mean(state, meaning);
  for (const { name, meaning } of options) {
    if (meaning === undefined) {
      if (STANDARD_HELP.has(name)) state.help = true;
      else if (
        name === 'dry-run' ||
        name === 'dryrun' ||
        name === 'simulate' ||
        name === 'no-act' ||
        name === 'what-if'
      )
        state.dry = true;
    } else mean(state, meaning);
  }
  return state;
}

function mean(state: State, meaning: Meaning): void {
  if (typeof meaning === 'object') state.risks.push(meaning);
  else if (meaning === 'help') state.help = true;
  else if (meaning === 'dry') state.dry = true;
  else if (meaning === 'recursive') state.recursive = true;
  else if (meaning === 'force') state.force = true;
  else if (meaning === 'quiet') state.quiet = true;
  else if (meaning.startsWith('operands:')) state.operands = meaning.slice(9) as Operands;
  else if (meaning.startsWith('+')) state.added.push(meaning.slice(1));
}

function base(machine: Machine, call: Call, { does }: Spec): void {
  if (does) effects(machine, does, call);
}

function effects(machine: Machine, kinds: string, call: Call): void {
  for (const kind of kinds.split(' ')) {
    const final = kind.endsWith('!');
    const name = (final ? kind.slice(0, -1) : kind) as EffectKind;
    machine.effect(name, call.name, !final && name !== 'delete');
    if (name === 'privilege')
      machine.find(CAUTION, 'privilege', `${call.name} needs administrator rights.`, call);
  }
}

export function risk(machine: Machine, { level, code, message }: Risk, span: Span, answered = false): void {
  const weight = answered ? DANGEROUS : WEIGHTS[level];
  machine.find(machine.scope.disposable && weight > CAUTION ? CAUTION : weight, code, message, span);
}

function useOperands(
  machine: Machine,
  rule: Operands,
  { operands }: Arguments,
  call: Call,
  state: State,
): Stream {
  const last = operands.length - 1;
  let stream = NOTHING;
  for (let i = 0; i <= last; i += 1) {
    const field = operands[i];
    if (!field) continue;
    stream = joined(stream, use(machine, operandUse(rule, i, last), field, call, state));
  }
  return stream;
}

function operandUse(rule: Operands, i: number, last: number): Use {
  switch (rule) {
    case 'read→write':
      return i === last && last > 0 ? 'write' : 'read';
    case 'move→write':
      return 'write';
    case 'read→network':
      return i === last && last > 0 ? 'network' : 'read';
    case 'write→read':
      return i === 0 ? 'write' : 'read';
    case 'none→read':
      return i === 0 ? 'none' : 'read';
    case 'none→write':
      return i === 0 ? 'none' : 'write';
    case 'none→modify':
      return i === 0 ? 'none' : 'modify';
    default:
      return rule;
  }
}

function use(machine: Machine, how: Use, field: Field, call: Call, state: State): Stream {
  const span = call;
  if (how === 'read') return read(machine, field, span);
  if (how === 'none') return NOTHING;
  if (how === 'network') {
    machine.effect('network', shown(field.text));
    return tainted(NETWORK);
  }
  if (state.dry) return NOTHING;
  switch (how) {
    case 'create':
    case 'append':
    case 'modify':
    case 'truncate':
      written(machine, field, { mode: how, span });
      return NOTHING;
    case 'write':
      written(machine, field, { mode: 'replace', span });
      return NOTHING;
    case 'device':
      machine.effect('write', shown(field.text), false);
      machine.find(DANGEROUS, 'write-device', `Writes over the device ${shown(field.text)}.`, span);
      return NOTHING;
    case 'delete':
      deleted(machine, field, { recursive: state.recursive, span });
      return NOTHING;
    case 'directory':
      machine.effect('write', shown(field.text));
      return NOTHING;
    case 'permissions':
    case 'owner':
      permitted(machine, field, { mode: undefined, recursive: state.recursive, span });
      return NOTHING;
    case 'process':
      machine.effect('process', shown(field.text), false);
      machine.find(CAUTION, 'signal', `Signals the process ${shown(field.text)}.`, span);
      return NOTHING;
    case 'unit':
      machine.effect('write', shown(field.text));
      return NOTHING;
    case 'shell':
      return machine.run.text(machine, field.text, NOTHING, field);
    case 'program':
      return machine.run.text(machine, field.text, UNKNOWN_STREAM, field);
    default:
      return NOTHING;
  }
}

function outOf({ out }: Spec, stream: Stream): Stream {
  switch (out) {
    case undefined:
    case 'same':
      return stream;
    case 'network':
      return tainted(NETWORK | stream.taint);
    case 'secret':
      return tainted(SECRET);
    case 'nothing':
      return NOTHING;
    case 'environment':
      return tainted(ENVIRONMENT);
    case 'history':
      return tainted(HISTORY);
    default:
      return tainted(stream.taint);
  }
}
