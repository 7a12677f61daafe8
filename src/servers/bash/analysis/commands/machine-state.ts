/**
 * `init`, `setenforce`, `hostname`, `xhost`, `ip`, `ifconfig`, `route`: states of the machine and its network.
 * It exists because the same program shows and changes, by an operand.
 * Invariant: without an operand that changes, they only show.
 */
import type { Spec } from '../../knowledge/spec.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { shown } from '../words/field.js';

export function runInit(machine: Machine, call: Call): Stream {
  const level = call.fields[0]?.text;
  if (level === undefined || /^--/.test(level)) return UNKNOWN_STREAM;
  machine.effect('privilege', 'run level');
  const ends = /^[06]$/.test(level);
  machine.find(
    ends ? DANGEROUS : CAUTION,
    'system-state',
    ends ? 'Ends everything that runs on this machine.' : 'Changes the run level.',
    call,
  );
  return NOTHING;
}

export function runSetenforce(machine: Machine, call: Call): Stream {
  const off = /^(?:0|permissive)$/i.test(call.fields[0]?.text ?? '');
  machine.effect('privilege', 'SELinux');
  machine.find(
    off ? DANGEROUS : CAUTION,
    off ? 'security-off' : 'security',
    off ? 'Switches a protection of the system off.' : 'Switches a protection of the system on.',
    call,
  );
  return NOTHING;
}

export function runHostname(machine: Machine, call: Call): Stream {
  const name = call.fields.find(({ text }) => !text.startsWith('-'));
  if (name) {
    machine.effect('privilege', 'hostname');
    machine.find(CAUTION, 'hostname', `Names this machine ${shown(name.text)}.`, call);
  }
  return UNKNOWN_STREAM;
}

/** `ufw --force reset`: without the question that comes otherwise. */
export function runUfw(machine: Machine, call: Call, spec: Spec): Stream {
  const given = (word: string) => call.fields.some(({ text }) => text === word);
  if (given('reset') && given('--force') && !given('--dry-run'))
    machine.find(DANGEROUS, 'firewall-flush', 'Removes the rules of the firewall without asking.', call);
  return apply(machine, call, spec);
}

export function runXhost(machine: Machine, call: Call): Stream {
  if (call.fields.some(({ text }) => text === '+'))
    machine.find(DANGEROUS, 'open-display', 'Lets everyone read and control this display.', call);
  return NOTHING;
}

const CUT = 'Cuts the network: a remote session may be lost.';

export function runInterface(machine: Machine, call: Call): Stream {
  const words = call.fields.map(({ text }) => text);
  if (words.filter((word) => !word.startsWith('-')).length <= 1) return UNKNOWN_STREAM;
  machine.effect('privilege', 'network interface');
  const down = words.includes('down');
  machine.find(
    down ? DANGEROUS : CAUTION,
    down ? 'cut-network' : 'interface',
    down ? CUT : 'Changes a network interface.',
    call,
  );
  return NOTHING;
}

export function runIp(machine: Machine, call: Call): Stream {
  const words: string[] = [];
  for (let i = 0; i < call.fields.length; i += 1) {
    const text = call.fields[i]?.text ?? '';
    if (/^-(?:n|netns|b|batch|f|family|l)$/.test(text)) i += 1;
    else if (!text.startsWith('-')) words.push(text);
  }
  const [object = '', verb = 'show', ...rest] = words;
  if (/^netns$/.test(object) && verb === 'exec') {
    const at = call.fields.findIndex(({ text }) => text === 'exec');
    return machine.run.call(machine, call.fields.slice(at + 2), call.stdin, call);
  }
  if (/^(?:s|sh|show|l|li|ls|list|lst|get|save|monitor|help|stats)$/.test(verb)) return UNKNOWN_STREAM;
  machine.effect('privilege', `ip ${object}`);
  const down = /^l/.test(object) && /^s/.test(verb) && rest.includes('down');
  const flush = /^fl/.test(verb) && !rest.includes('cache');
  const gone = /^del/.test(verb) && (/^l/.test(object) || rest.includes('default'));
  if (down || flush || gone) machine.find(DANGEROUS, 'cut-network', CUT, call);
  else machine.find(CAUTION, 'interface', 'Changes the network of this machine.', call);
  return NOTHING;
}

export function runRoute(machine: Machine, call: Call): Stream {
  const verb = call.fields.find(({ text }) => !text.startsWith('-'))?.text;
  if (verb === undefined || /^(?:show|print|get|monitor)$/.test(verb)) return UNKNOWN_STREAM;
  machine.effect('privilege', 'routes');
  const cut = verb === 'flush' || (/^del/.test(verb) && call.fields.some(({ text }) => text === 'default'));
  machine.find(
    cut ? DANGEROUS : CAUTION,
    cut ? 'cut-network' : 'interface',
    cut ? CUT : 'Changes the routes of this machine.',
    call,
  );
  return NOTHING;
}
