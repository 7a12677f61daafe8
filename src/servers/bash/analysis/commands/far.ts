/**
 * Orders that a command carries to other machines: `ansible -m`, `ssm send-command`, `sftp`, `lftp -e`.
 * It exists because what they delete is named in a module's arguments or a client's own small language.
 * Invariant: a listing or a check deletes nothing; a wildcard or a tree is never routine.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { type Field, literal, shown } from '../words/field.js';
import { runText } from './shell.js';

export function runAnsible(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version', 'list-hosts')) return NOTHING;
  machine.effect('network', call.name);
  if (has(options, 'C', 'check', 'syntax-check')) return UNKNOWN_STREAM;
  const module = (optionValue(options, 'm', 'module-name')?.text ?? 'command').replace(/^ansible\.\w+\./, '');
  const given = optionValue(options, 'a', 'args');
  if (/^(?:command|shell|raw|win_shell|win_command)$/.test(module)) {
    if (given) elsewhere(machine, () => runText(machine, given, NOTHING, call));
    return UNKNOWN_STREAM;
  }
  if (/^(?:ping|setup|debug|stat|slurp|fetch|gather_facts)$/.test(module)) return UNKNOWN_STREAM;
  machine.effect('write', `hosts (${module})`);
  const text = given?.text ?? '';
  if (/\bstate=(?:absent|unmounted)\b/.test(text)) {
    const path = /\b(?:path|dest|name|src)=(\S+)/.exec(text)?.[1] ?? 'something';
    machine.effect('delete', path, false);
    const heavy =
      /^(?:file|lvol|filesystem|mount|user|parted|\w+_(?:db|database|volume|instance|bucket))$/.test(module);
    machine.find(
      heavy && !/^\/(?:var\/)?tmp\/./.test(path) ? DANGEROUS : CAUTION,
      'remote-delete',
      `Deletes ${path} on other machines.`,
      call,
    );
  } else if (module === 'reboot') machine.find(DANGEROUS, 'system-state', 'Restarts other machines.', call);
  else machine.find(CAUTION, 'remote-change', 'Changes other machines.', call);
  return UNKNOWN_STREAM;
}

/** `aws ssm send-command --parameters 'commands=["…"]'`. */
export function runSendCommand(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  machine.effect('network', call.name);
  machine.effect('exec', 'other machines');
  const given = optionValue(options, 'parameters');
  if (!given) return UNKNOWN_STREAM;
  const list = given.text.slice(given.text.search(/[=:]/) + 1);
  const quoted = [...list.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map((m) => m[1] ?? m[2] ?? '');
  for (const text of quoted.length > 0 ? quoted : [list])
    elsewhere(machine, () => runText(machine, literal(text, given.start, given.end), NOTHING, call));
  return UNKNOWN_STREAM;
}

function elsewhere(machine: Machine, run: () => unknown): void {
  const { scope, cwd } = machine;
  machine.scope = { ...scope, remote: true };
  run();
  machine.scope = scope;
  machine.cwd = cwd;
}

const ORDER =
  /(?:^|[;\n"']|\band\b)\s*(!|(?:glob\s+)?(?:mirror|rm|mrm|mdelete|mdel|delete|deltree|del|rmdir)\b)([^;\n]*)/gi;

/** Deletions among the orders of a client for files: what it is told on the command line and on standard input. */
export function judgeOrders(machine: Machine, call: Call, given: readonly Field[]): void {
  const orders = `${call.stdin.text ?? ''}\n${given.map(({ text }) => text).join('\n')}`;
  for (const [, verb = '', rest = ''] of orders.matchAll(ORDER)) {
    if (verb === '!') {
      if (rest.trim() !== '') machine.run.text(machine, rest.trim(), UNKNOWN_STREAM, call);
      continue;
    }
    const mirrors = /mirror$/i.test(verb);
    if (/--dry-run/.test(rest) || (mirrors && !/--delete|(?:^|\s)-\w*e|--Remove-source/.test(rest))) continue;
    machine.effect('delete', shown(rest.trim()) || 'files', false);
    const many = mirrors || /\bm\w*(?:rm|del)|deltree/i.test(verb) || /[*?]|(?:^|\s)-\w*r/.test(rest);
    machine.find(
      many ? DANGEROUS : CAUTION,
      mirrors ? 'mirror-delete' : 'remote-delete',
      many
        ? `Deletes files on the other machine (${`${verb}${rest}`.trim()}).`
        : 'Deletes a file on the other machine.',
      call,
    );
  }
}
