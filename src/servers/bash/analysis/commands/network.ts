/**
 * `curl`, `wget`, `nc`, `socat`, `openssl`: what goes out, what comes in, what is connected to a shell.
 * It exists because the same transfer is a download, a leak or a remote shell.
 * Invariant: bytes from the network stay marked until something runs or keeps them.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { BLOCKED, CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted } from '../stream.js';
import { isSecret } from '../targets/names.js';
import {
  ENVIRONMENT,
  type Field,
  HISTORY,
  literal,
  NETWORK,
  SECRET,
  SESSION,
  shown,
} from '../words/field.js';
import { runText } from './shell.js';

const SENDS = new Set(
  'd data data-raw data-binary data-ascii data-urlencode F form form-string T upload-file json post-data post-file body-data body-file'.split(
    ' ',
  ),
);
const LEAK = SECRET | ENVIRONMENT | HISTORY;
const DROPS =
  /(?:discord(?:app)?\.com\/api\/webhooks|hooks\.slack\.com|api\.telegram\.org\/bot|pastebin\.com\/api|transfer\.sh|webhook\.site|requestbin|ngrok\.io|burpcollaborator|interact\.sh|oast\.)/;

export function runFetch(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version', 'V', 'manual')) return NOTHING;
  const wget = call.name.startsWith('wget');
  const url = operands[0] ?? optionValue(options, 'url');
  machine.effect('network', shown(url?.text ?? call.name));
  let taint = operands.reduce((all, field) => all | field.taint, 0);
  let sends = false;
  const local = /^file:\/\/(\/.*)/.exec(url?.text ?? '')?.[1];
  if (local !== undefined) return read(machine, literal(local, call.start, call.end), call);
  for (const { name, value } of options) {
    if (!SENDS.has(name) || !value) continue;
    sends = true;
    taint |= value.taint;
    const at = value.text.indexOf('@');
    const file =
      name === 'T' || name === 'upload-file' || name.endsWith('-file')
        ? value.text
        : at >= 0
          ? value.text.slice(at + 1)
          : undefined;
    if (file === '-') taint |= call.stdin.taint;
    else if (file !== undefined && /^\/etc\//.test(file)) taint |= SECRET;
    else if (file !== undefined)
      taint |= read(machine, literal(file.replace(/;.*$/, ''), value.start, value.end), call).taint;
  }
  for (const { name, value } of options)
    if ((name === 'H' || name === 'header' || name === 'u' || name === 'user') && value)
      taint |= value.taint & LEAK & ~SECRET;
  if ((taint & LEAK) !== 0 || operands.some((field) => (field.taint & LEAK) !== 0)) leaked(machine, call);
  else if (sends && operands.some(({ text }) => DROPS.test(text)))
    machine.find(DANGEROUS, 'drop-site', 'Sends data to a site that collects what others drop there.', call);
  const method = optionValue(options, 'X', 'request', 'method')?.text.toUpperCase();
  if (method === 'DELETE') {
    machine.effect('delete', shown(url?.text ?? ''), false);
    machine.find(DANGEROUS, 'http-delete', `Deletes ${shown(url?.text ?? 'something')} on the server.`, call);
  } else if (sends || method === 'POST' || method === 'PUT' || method === 'PATCH')
    machine.find(CAUTION, 'http-change', 'Sends data to a server.', call);
  const output = wget
    ? optionValue(options, 'O', 'output-document', 'o', 'output-file')
    : optionValue(options, 'o', 'output');
  const document = wget ? optionValue(options, 'O', 'output-document') : output;
  if (output && output.text !== '-')
    written(machine, output, { mode: 'replace', span: call, content: tainted(NETWORK) });
  if (document && document.text !== '-') {
    machine.files ??= new Map();
    machine.files.set(pathOf(machine, document), tainted(NETWORK));
    return tainted(NETWORK);
  }
  const saves = wget
    ? !document && !has(options, 'spider', 'post-data', 'post-file', 'delete-after')
    : has(options, 'O', 'remote-name', 'remote-name-all');
  if (saves && !(wget && has(options, 'q') && document)) {
    const folder = optionValue(options, 'P', 'directory-prefix', 'output-dir');
    const name =
      (url?.text ?? '')
        .replace(/[?#].*$/, '')
        .split('/')
        .at(-1) ?? '';
    if (folder)
      written(machine, literal(`${folder.text}/${name}`, folder.start, folder.end), {
        mode: 'create',
        span: call,
      });
    else machine.effect('write', '.');
    if (name !== '') {
      machine.files ??= new Map();
      machine.files.set(
        pathOf(machine, literal(`${folder ? `${folder.text}/` : ''}${name}`, 0, 0)),
        tainted(NETWORK),
      );
    }
    if (wget) return NOTHING;
  }
  return tainted(NETWORK);
}

function pathOf(machine: Machine, { text }: Field): string {
  return text.startsWith('/') ? text : `${machine.cwd}/${text.replace(/^\.\//, '')}`;
}

export function leaked(machine: Machine, span: Span): void {
  machine.find(BLOCKED, 'exfiltration', 'Sends secrets to another machine.', span);
}

/** `nc`, `ncat`, `socat`, `telnet`: raw connections. */
export function runConnect(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'h')) return NOTHING;
  machine.effect('network', operands.map(({ text }) => shown(text)).join(':') || call.name);
  const program = optionValue(options, 'e', 'exec', 'c', 'sh-exec', 'lua-exec');
  if (program) shellOverNetwork(machine, call);
  if (call.name === 'socat') {
    const shell = operands.find(({ text }) => /^(?:exec|system|shell):/i.test(text));
    const other = operands.find(({ text }) => /^(?:tcp|udp|ssl|openssl|sctp)/i.test(text));
    if (shell && other) shellOverNetwork(machine, call);
    else if (shell)
      runText(
        machine,
        literal(shell.text.slice(shell.text.indexOf(':') + 1).replace(/,.*$/, ''), shell.start, shell.end),
        NOTHING,
        call,
      );
    for (const { text, start, end } of operands) {
      const file = /^(?:create|open|file|gopen):([^,]+)/i.exec(text)?.[1];
      if (file !== undefined && /^create/i.test(text))
        written(machine, literal(file, start, end), { mode: 'replace', span: call });
    }
  }
  if ((call.stdin.taint & LEAK) !== 0) leaked(machine, call);
  if ((call.stdin.taint & SESSION) !== 0) shellOverNetwork(machine, call);
  return has(options, 'z') ? NOTHING : tainted(NETWORK);
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
  if (output) written(machine, output, { mode: 'replace', span: call });
  const input = optionValue(options, 'in');
  const taint = input ? read(machine, input, call).taint : call.stdin.taint;
  if (sub.text === 's_client' || sub.text === 's_server') {
    machine.effect('network', shown(optionValue(options, 'connect')?.text ?? 'openssl'));
    if ((call.stdin.taint & LEAK) !== 0) leaked(machine, call);
    if ((call.stdin.taint & SESSION) !== 0) shellOverNetwork(machine, call);
    return tainted(NETWORK);
  }
  return tainted(taint);
}

/** `scp`, `sftp`, `rclone copy`, `aws s3 cp`: secrets that leave. */
export function runTransfer(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands, options } = readArguments(call.fields, 0, compile(spec));
  for (const { name, value } of options) {
    if (!value) continue;
    if (name === 'S' && /[\s;/]/.test(value.text)) runText(machine, value, NOTHING, call);
    const proxy = /^ProxyCommand[= ](.+)/i.exec(value.text)?.[1];
    if (name === 'o' && proxy !== undefined) runText(machine, { ...value, text: proxy }, NOTHING, call);
  }
  machine.effect('network', call.name);
  const last = operands.at(-1);
  const remote = last !== undefined && /^(?:[\w.-]+@)?[\w.-]+:|^\w+:\/\//.test(last.text);
  for (const field of operands.slice(0, -1)) {
    if (/^(?:[\w.-]+@)?[\w.-]+:/.test(field.text)) continue;
    if (remote && isSecret(field.text) && !field.text.endsWith('.pub')) leaked(machine, call);
  }
  if (last && !remote && operands.length > 1) written(machine, last, { mode: 'create', span: call });
  else if (last && remote) machine.effect('write', shown(last.text));
  return NOTHING;
}
