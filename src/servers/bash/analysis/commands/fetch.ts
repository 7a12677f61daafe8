/**
 * `curl`, `wget` and their kin: what they send, what they bring, where they put it.
 * It exists because the same transfer is a download, an upload or a leak, by its options and its address.
 * Invariant: bytes from the network stay marked until something runs or keeps them.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { isSecretField, isSecretPath, LEAK, leaked } from '../effects/leak.js';
import { ANSWERS, isApprovalAddress, selfApproval } from '../effects/own-guard.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, type Option, optionValue, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted } from '../stream.js';
import { isDropSite, isUnnamedSource } from '../targets/hosts.js';
import { absolute } from '../targets/path.js';
import { placed } from '../targets/place.js';
import { CREDENTIAL, type Field, isDynamic, literal, NETWORK, SECRET, shown } from '../words/field.js';
import { judgeMethod } from './http-method.js';

const SENDS = new Set(
  'd data data-raw data-binary data-ascii data-urlencode json F form form-string T upload-file post-data post-file body-data body-file'.split(
    ' ',
  ),
);
const FILES = new Set(['T', 'upload-file', 'post-file', 'body-file']);
const WEBHOOKS =
  /discord(?:app)?\.com\/api\/webhooks|hooks\.slack\.com|api\.telegram\.org\/bot|pastebin\.com\/api/;
/** Headers that carry a credential to the service it belongs to. */
const CREDENTIALS =
  /^(?:authorization|(?:x-)?(?:[\w-]*-)?(?:token|api-?key|auth\w*|secret|password)|cookie)\s*:/i;
/** Where clouds hand the keys of a machine to whoever asks from it. */
const METADATA =
  /169\.254\.169\.254\/(?:latest\/)?(?:meta-data\/(?:iam\/security-credentials|identity-credentials)|metadata\/identity\/oauth2|computeMetadata\/.*token|opc\/v\d\/identity)|metadata\.google\.internal\/.*(?:token|identity|ssh-keys|attributes)|169\.254\.170\.2\/|100\.100\.100\.200\/.*security-credentials/;

export function runFetch(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version', 'V', 'manual')) return NOTHING;
  const url = operands[0] ?? optionValue(options, 'url');
  const address = url?.text ?? '';
  machine.effect('network', shown(url?.text ?? call.name));
  const local = /^file:\/\/(\/.*)/.exec(address)?.[1];
  if (local !== undefined) return read(machine, literal(local, call.start, call.end), call);
  const { taint, sends, opaque } = sent(machine, call, options, operands);
  const strange = operands.some(({ text }) => isDropSite(text));
  if (
    (taint & LEAK) !== 0 ||
    ((taint & CREDENTIAL) !== 0 && (strange || operands.some(({ text }) => isUnnamedSource(text))))
  )
    leaked(machine, call);
  else if (sends && (strange || (opaque && operands.some(({ text }) => WEBHOOKS.test(text)))))
    machine.find(DANGEROUS, 'drop-site', 'Sends data to a site that collects what others drop there.', call);
  changes(machine, call, options, address, sends);
  if (METADATA.test(address)) {
    machine.effect('read', 'credentials of this machine');
    machine.find(DANGEROUS, 'read-credentials', 'Asks the cloud for the credentials of this machine.', call);
    return tainted(NETWORK | SECRET);
  }
  return saved(machine, call, options, operands, address);
}

/** What goes out: with which marks, and whether the line shows it. */
function sent(
  machine: Machine,
  call: Call,
  options: readonly Option[],
  operands: readonly Field[],
): { readonly taint: number; readonly sends: boolean; readonly opaque: boolean } {
  let taint = operands.reduce((all, field) => all | field.taint, 0);
  let sends = false;
  let opaque = false;
  for (const { name, value } of options) {
    if (!value) continue;
    if (name === 'b' || name === 'cookie' || name === 'load-cookies') {
      if (isSecretPath(value.text)) taint |= SECRET;
    } else if (name === 'H' || name === 'header') {
      if (!CREDENTIALS.test(value.text)) taint |= value.taint;
    }
    if (!SENDS.has(name)) continue;
    sends = true;
    taint |= value.taint;
    if (value.selection && isSecretField(value)) taint |= SECRET;
    const at = value.text.indexOf('@');
    const file = FILES.has(name) ? value.text : at >= 0 ? value.text.slice(at + 1) : undefined;
    if (file === '-') taint |= call.stdin.taint;
    else if (file !== undefined && /^\/etc\//.test(file)) taint |= SECRET;
    else if (file !== undefined)
      taint |= read(machine, literal(file.replace(/;.*$/, ''), value.start, value.end), call).taint;
    if (file !== undefined || isDynamic(value.text)) opaque = true;
  }
  return { taint, sends, opaque };
}

function changes(
  machine: Machine,
  call: Call,
  options: readonly Option[],
  address: string,
  sends: boolean,
): void {
  const method = optionValue(options, 'X', 'request', 'method')?.text.toUpperCase();
  if (
    (sends || (method !== undefined && method !== 'GET' && method !== 'HEAD')) &&
    call.fields.some(({ text }) => isApprovalAddress(text))
  )
    selfApproval(machine, ANSWERS, call);
  judgeMethod(machine, call, method ?? (sends ? 'POST' : 'GET'), shown(address));
  if (method === 'DELETE') return;
  if (sends || method === 'POST' || method === 'PUT' || method === 'PATCH')
    machine.find(CAUTION, 'http-change', 'Sends data to a server.', call);
}

/** Programs that keep what they bring in a file unless told otherwise. */
const KEEPS = /^(?:wget2?|aria2c|axel|lwp-download|lwp-mirror|fetch)$/;

function saved(
  machine: Machine,
  call: Call,
  options: readonly Option[],
  operands: readonly Field[],
  address: string,
): Stream {
  const wget = call.name.startsWith('wget');
  const keeps = KEEPS.test(call.name);
  const log = wget ? optionValue(options, 'o', 'output-file') : undefined;
  const document = wget
    ? optionValue(options, 'O', 'output-document')
    : (optionValue(options, 'o', 'output', 'out') ??
      (/^lwp-(?:download|mirror)$/.test(call.name) ? operands[1] : undefined));
  const folder = optionValue(options, 'P', 'directory-prefix', 'output-dir', ...(keeps ? ['d', 'dir'] : []));
  if (log) written(machine, log, { mode: 'replace', span: call });
  if (document && document.text !== '-') {
    const into = folder && !document.text.startsWith('/') ? within(folder, document.text) : document;
    written(machine, into, { mode: 'replace', span: call, content: tainted(NETWORK) });
    brought(machine, into);
    return tainted(NETWORK);
  }
  const saves = keeps
    ? !document && !has(options, 'spider', 'post-data', 'post-file', 'delete-after')
    : has(options, 'O', 'remote-name', 'remote-name-all');
  if (saves) {
    const name =
      address
        .replace(/[?#].*$/, '')
        .split('/')
        .at(-1) ?? '';
    const into = folder ? within(folder, name) : literal(name, call.start, call.end);
    if (folder) {
      written(machine, into, { mode: 'create', span: call });
      if (has(options, 'r', 'm', 'recursive', 'mirror', 'p', 'page-requisites', 'i', 'input-file'))
        mirrored(machine, folder, call);
    } else machine.effect('write', '.');
    if (name !== '') brought(machine, into);
    if (keeps) return NOTHING;
  }
  return tainted(NETWORK);
}

/** Many names that the other side chooses, into a directory where some of them rule what runs. */
function mirrored(machine: Machine, folder: Field, call: Call): void {
  const { place } = placed(folder.text, machine.cwd, machine.places);
  if (place !== 'root' && place !== 'system' && place !== 'home' && place !== 'startup') return;
  machine.find(
    DANGEROUS,
    'fetch-over-system',
    `Puts files that a server names into ${shown(folder.text)}.`,
    call,
  );
}

function within(folder: Field, name: string): Field {
  return literal(`${folder.text.replace(/\/+$/, '')}/${name}`, folder.start, folder.end);
}

/** Marks a file of this line as made of bytes from the network. */
export function brought(machine: Machine, { text }: Field): void {
  machine.files ??= new Map();
  if (machine.files.size < 64) machine.files.set(absolute(text, machine.cwd), tainted(NETWORK));
}
