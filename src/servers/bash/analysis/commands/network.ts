/**
 * `nc`, `socat`, `openssl`, `scp`, `mail`: what is connected to a shell, and what leaves.
 * It exists because a raw connection is a probe, a leak or a remote shell.
 * Invariant: bytes from the network stay marked until something runs or keeps them.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { isSecretField, isSecretPath, LEAK, leaked } from '../effects/leak.js';
import { ANSWERS, answersRaw, selfApproval } from '../effects/own-guard.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { BLOCKED, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { apply } from '../run/apply.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { isLocalHost } from '../targets/hosts.js';
import { absolute, lastPart } from '../targets/path.js';
import { ANY, CREDENTIAL, type Field, isKnown, literal, NETWORK, SESSION, shown } from '../words/field.js';
import { arrives, homeLeaves } from './copy.js';
import { judgeOrders } from './far.js';
import { brought } from './fetch.js';
import { runText } from './shell.js';
import { judgeSocketOrders } from './socket-orders.js';

/** What must not go over a raw connection. */
const RAW_LEAK = LEAK | CREDENTIAL;

/** `nc`, `ncat`, `socat`, `telnet`: raw connections. */
export function runConnect(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'h')) return NOTHING;
  machine.effect('network', operands.map(({ text }) => shown(text)).join(':') || call.name);
  const program = optionValue(options, 'e', 'exec', 'c', 'sh-exec', 'lua-exec');
  const shell =
    /^(?:socket|rcat|rustcat)$/.test(call.name) &&
    call.fields.some(({ text }) => /\b(?:ba|z)?sh\b/.test(text));
  if (program || shell) shellOverNetwork(machine, call);
  if (answersRaw(call.stdin.text)) selfApproval(machine, ANSWERS, call);
  if (call.name === 'socat') socatEnds(machine, call, operands);
  judgeSocketOrders(machine, call);
  if ((call.stdin.taint & RAW_LEAK) !== 0) leaked(machine, call);
  if ((call.stdin.taint & SESSION) !== 0) shellOverNetwork(machine, call);
  return has(options, 'z') ? NOTHING : tainted(NETWORK);
}

function socatEnds(machine: Machine, call: Call, operands: ReturnType<typeof readArguments>['operands']) {
  const shell = operands.find(({ text }) => /^(?:exec|system|shell):/i.test(text));
  const other = operands.find(({ text }) => /^(?:tcp|udp|ssl|openssl|sctp|vsock)/i.test(text));
  if (shell && other) shellOverNetwork(machine, call);
  else if (shell)
    runText(
      machine,
      literal(shell.text.slice(shell.text.indexOf(':') + 1).replace(/,.*$/, ''), shell.start, shell.end),
      NOTHING,
      call,
    );
  for (const { text, start, end } of operands) {
    const file =
      /^(?:create|open|file|gopen):([^,]+)/i.exec(text)?.[1] ?? (/^\//.test(text) ? text : undefined);
    if (file === undefined) continue;
    if (/^create/i.test(text)) written(machine, literal(file, start, end), { mode: 'replace', span: call });
    else if (other && isSecretPath(file)) leaked(machine, call);
  }
}

export function shellOverNetwork(machine: Machine, span: Span): void {
  machine.effect('exec', 'shell over the network', false);
  machine.find(BLOCKED, 'remote-shell', 'Gives a shell on this machine to another one.', span);
}

export function runOpenssl(machine: Machine, call: Call, spec: Spec): Stream {
  const [sub, ...rest] = call.fields;
  if (!sub) return NOTHING;
  const { options } = readArguments(rest, 0, compile(spec));
  const output = optionValue(options, 'out', 'keyout');
  if (output)
    // A new key beside the work at hand; keys of a home are another matter.
    written(machine, output, { mode: /^[~/]|\.ssh/.test(output.text) ? 'replace' : 'create', span: call });
  const input = optionValue(options, 'in');
  if (input && output && isKnown(input.text) && samePath(machine, input, output))
    machine.find(
      DANGEROUS,
      'reads-own-output',
      `Empties ${shown(input.text)} before it is read to the end.`,
      call,
    );
  const taint = input ? read(machine, input, call).taint : call.stdin.taint;
  if (sub.text === 's_client' || sub.text === 's_server') {
    machine.effect('network', shown(optionValue(options, 'connect')?.text ?? 'openssl'));
    if ((call.stdin.taint & RAW_LEAK) !== 0) leaked(machine, call);
    if ((call.stdin.taint & SESSION) !== 0) shellOverNetwork(machine, call);
    return tainted(NETWORK);
  }
  return tainted(taint);
}

function samePath({ cwd }: Machine, a: Field, b: Field): boolean {
  return absolute(a.text, cwd) === absolute(b.text, cwd);
}

/** `scp`, `sftp`, `rclone copy`, `aws s3 cp`: secrets that leave. */
export function runTransfer(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  for (const { name, value } of options) {
    if (!value) continue;
    if (name === 'S' && /[\s;/]/.test(value.text)) runText(machine, value, NOTHING, call);
    const proxy = /^(?:Proxy|Local|KnownHosts)Command[= ](.+)/i.exec(value.text)?.[1];
    if (name === 'o' && proxy !== undefined) runText(machine, { ...value, text: proxy }, NOTHING, call);
  }
  machine.effect('network', call.name);
  if (/^(?:l?ftp|sftp|ncftp|smbclient)$/.test(call.name))
    judgeOrders(
      machine,
      call,
      options.flatMap(({ name, value }) => (value && /^[ec]$/.test(name) ? [value] : [])),
    );
  if (/^(?:l?ftp|sftp|tftp|ncftp)$/.test(call.name)) return session(machine, call, operands);
  const last = operands.at(-1);
  const remote = last !== undefined && /^(?:[\w.-]+@)?[\w.-]+:|^\w+:\/\//.test(last.text);
  for (const field of operands.slice(0, -1)) {
    if (/^(?:[\w.-]+@)?[\w.-]+:/.test(field.text)) continue;
    if (!remote) continue;
    if ((field.taint & LEAK) !== 0 || isSecretField(field)) leaked(machine, call);
    else homeLeaves(machine, field, call);
  }
  if (remote && operands[0]?.text === '-' && (call.stdin.taint & LEAK) !== 0) leaked(machine, call);
  if (last && !remote && operands.length > 1) {
    written(machine, last, { mode: 'create', span: call });
    arrives(machine, operands.slice(0, -1), last, call);
    if (/\/$|^\.{1,2}$/.test(last.text) === false) brought(machine, last);
  } else if (last && remote) {
    machine.effect('write', shown(last.text));
    const path = /^(?:[\w.-]+@)?[\w.-]+:(\/.*)$/.exec(last.text)?.[1];
    // Into a directory it lands under its own name.
    const there =
      path?.endsWith('/') === true && !has(options, 'r') ? path + lastPart(operands[0]?.text ?? '') : path;
    if (there !== undefined && SYSTEM_FILE.test(there))
      written(machine, literal(there, last.start, last.end), { mode: 'replace', span: call });
  }
  return NOTHING;
}

/** Files of another machine that decide whether it starts and who may log in. */
const SYSTEM_FILE = /^\/(?:etc|boot|s?bin|lib(?:64)?|usr\/(?:local\/)?(?:s?bin|lib))\//;

/** zsh's `ztcp`: the connection's number is in `$REPLY`. */
export function runSocketBuiltin(machine: Machine, call: Call): Stream {
  machine.effect('network', call.fields.map(({ text }) => shown(text)).join(':'));
  machine.sockets ??= new Set();
  machine.sockets.add(ANY);
  return NOTHING;
}

/** A client that takes its orders on standard input, or brings one file by its address. */
function session(
  machine: Machine,
  call: Call,
  operands: ReturnType<typeof readArguments>['operands'],
): Stream {
  const orders = `${call.stdin.text ?? ''}\n${call.fields.map(({ text }) => text).join(' ')}`;
  for (const m of orders.matchAll(/\b(?:m?put|send|upload)\s+(\S+)/g))
    if (m[1] && isSecretPath(m[1])) leaked(machine, call);
  const got = /(?:\bget|-r)\s+(\S+)/.exec(orders)?.[1];
  if (got !== undefined) {
    machine.effect('write', got);
    brought(machine, literal(got, call.start, call.end));
  }
  return operands.some(({ text }) => /^(?:ftp|https?):\/\//.test(text)) ? tainted(NETWORK) : NOTHING;
}

/** The machine's own name in the zone of its own network. */
const OWN_NAME = /^"?(?:\$\(|`)\s*(?:hostname|uname -n)(?: -\w+)?\s*(?:\)|`)\.[\w.-]+"?$/;
const OWN_ZONE =
  /^(?:corp|int|internal|intra|lan|local|office|prod|staging|dev|test|dc\d*|svc|cluster|node|hosts?)\./i;

/** A name that is looked up tells its owner what stands in it: `dig $(hostname).x.com`. */
export function runLookup(machine: Machine, call: Call, spec: Spec): Stream {
  for (const { text, taint, start, end } of call.fields) {
    if ((taint & RAW_LEAK) !== 0) {
      leaked(machine, call);
      continue;
    }
    const zone = /\uE000[^\uE000]*?\.((?:[\w-]+\.)+[a-z]{2,})\.?$/i.exec(text)?.[1];
    const typed = machine.source.slice(start, end);
    if (zone === undefined || isLocalHost(zone) || !/\$\((?!\()|`/.test(typed)) continue;
    if (OWN_NAME.test(typed) && OWN_ZONE.test(zone)) continue;
    machine.find(
      DANGEROUS,
      'data-in-name',
      `Tells whoever owns ${zone} what a command of this machine prints.`,
      call,
    );
  }
  return apply(machine, call, spec);
}

/** Mail: what is piped in and what is attached. */
export function runPost(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  machine.effect('network', call.name);
  const attached = options.filter(({ name, value }) => value && /^(?:a|A|attach)$/.test(name));
  if (
    (call.stdin.taint & RAW_LEAK) !== 0 ||
    attached.some(({ value }) => value && isSecretPath(value.text)) ||
    operands.some(({ text, taint }) => isSecretPath(text) || (taint & LEAK) !== 0)
  )
    leaked(machine, call);
  return UNKNOWN_STREAM;
}
