/**
 * git's configuration: aliases, hooks, and settings whose values git runs.
 * It exists because `git -c core.pager='…' log` runs what stands there.
 * Invariant: what one line sets counts for that line; `git config` counts for good.
 */
import { CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { NOTHING } from '../stream.js';
import { addressOf, isCodeHost, isLocalHost, isStrangeProxy } from '../targets/hosts.js';
import { placed } from '../targets/place.js';
import { literal } from '../words/field.js';

/** Settings whose values git runs. */
const RUNS =
  /^(?:core\.(?:pager|editor|sshcommand|fsmonitor|askpass|gitproxy)|pager\..+|sequence\.editor|credential\.helper|credential\..+\.helper|diff\.external|diff\..+\.(?:command|textconv)|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|gpg\.program|uploadpack\.packobjectshook|interactive\.difffilter|difftool\..+\.cmd|mergetool\..+\.cmd|browser\..+\.cmd|remote\..+\.(?:uploadpack|receivepack|vcs))$/;

const INCLUDES = /^include(?:if\..+)?\.path$|^init\.templatedir$/;
const HELPER = /^credential\.(?:.+\.)?helper$/;
/** A helper that writes what it reads, or talks to another machine. */
const KEEPS = />\s*(?!&\d|\/dev\/(?:null|stderr))|\b(?:tee|curl|wget|nc|ncat|netcat|socat|dd|scp|mail)\b/;

/** `ext::sh -c rm% -rf% ~`: an address that is a command, run at every fetch and push. */
export function helperAddress(machine: Machine, address: string, span: Span): void {
  if (!address.startsWith('ext::')) return;
  // Words at spaces, `% ` a space inside one.
  const command = address.slice(5);
  const words = command.replaceAll(/%[ S]/g, '\u0000').split(/\s+/);
  const fields = words.map((text) => literal(text.replaceAll('\u0000', ' '), span.start, span.start));
  machine.run.call(machine, fields, NOTHING, span);
  const shell = /^\s*(?:\S*\/)?(?:(?:ba|z|da|k)?sh|python\S*|perl|ruby|node|nc|socat|env|sudo)\b/.test(
    command,
  );
  machine.find(
    shell ? DANGEROUS : CAUTION,
    'address-runs',
    'Makes git run a command in place of an address.',
    span,
  );
}

/** A template directory gives every new repository its hooks. */
export function template(machine: Machine, value: string, span: Span): void {
  if (value === '') return;
  configured(machine, 'init.templatedir', placedPath(machine, value), span, new Map());
}

function placedPath(machine: Machine, value: string): string {
  return placed(value, machine.cwd, machine.places).path;
}

/** `-c key=value`. `own` gathers the aliases of this line. */
export function setting(machine: Machine, text: string, own: Map<string, string>, call: Call): void {
  const equals = text.indexOf('=');
  if (equals < 0) return;
  const key = text.slice(0, equals).toLowerCase();
  configured(machine, key, text.slice(equals + 1), call, own);
}

function configured(
  machine: Machine,
  key: string,
  value: string,
  span: Span,
  own: Map<string, string>,
): void {
  if (key.startsWith('alias.')) {
    own.set(key.slice(6), value);
    return;
  }
  if (key === 'core.hookspath' && value !== '' && value !== '/dev/null') {
    machine.find(
      /^\/(?:tmp|var\/tmp|dev\/shm)\//.test(value) ? DANGEROUS : CAUTION,
      'git-hooks',
      `Makes git run the programs in ${value}.`,
      span,
    );
    return;
  }
  if (INCLUDES.test(key)) {
    const place = placed(value, '/', machine.places).place;
    machine.find(
      place === 'temporary' || place === 'unknown' ? DANGEROUS : CAUTION,
      'git-include',
      `Makes git follow what ${value} says, programs to run included.`,
      span,
    );
    return;
  }
  if (/^remote\..+\.(?:push)?url$/.test(key)) helperAddress(machine, value, span);
  if (HELPER.test(key) && value.startsWith('!') && KEEPS.test(value))
    machine.find(
      DANGEROUS,
      'keeps-credentials',
      'Gives every password that git asks for to a program that keeps or sends it.',
      span,
    );
  if (RUNS.test(key)) {
    const command = value.replace(/^!/, '');
    if (/[\s;|&$`/]/.test(command)) machine.run.text(machine, command, NOTHING, span);
    else if (/^(?:rm|dd|shred|sh|bash)$/.test(command)) machine.run.text(machine, command, NOTHING, span);
  }
}

/** What stays configured runs later, unasked. */
export function configuredForGood(machine: Machine, key: string, value: string, span: Span): void {
  if (key.startsWith('alias.')) {
    if (value.startsWith('!')) machine.run.text(machine, value.slice(1), NOTHING, span);
    return;
  }
  configured(machine, key, value, span, new Map());
  const host = /^url\.(.+)\.(?:pushinsteadof|insteadof)$/.exec(key)?.[1];
  const at = host === undefined ? undefined : addressOf(host);
  if (
    at &&
    !isCodeHost(at.host) &&
    !isLocalHost(at.host) &&
    at.scheme !== 'ssh' &&
    /github\.com|gitlab\.com|bitbucket\.org/.test(value)
  )
    machine.find(
      DANGEROUS,
      'source-redirect',
      `Makes git take code from ${at.host} instead of ${value}.`,
      span,
    );
  if (/^https?\.proxy$/.test(key) && isStrangeProxy('http_proxy', value))
    machine.find(DANGEROUS, 'source-redirect', `Sends git's traffic through ${value}.`, span);
  if (key === 'http.sslverify' && value === 'false')
    machine.find(CAUTION, 'no-certificate-check', 'Switches off the check of certificates.', span);
}
