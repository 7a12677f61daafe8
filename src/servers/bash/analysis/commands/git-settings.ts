/**
 * git's configuration: aliases, hooks, and settings whose values git runs.
 * It exists because `git -c core.pager='…' log` runs what stands there.
 * Invariant: what one line sets counts for that line; `git config` counts for good.
 */
import { CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { NOTHING } from '../stream.js';
import { addressOf, isCodeHost, isLocalHost, isStrangeProxy } from '../targets/hosts.js';

/** Settings whose values git runs. */
const RUNS =
  /^(?:core\.(?:pager|editor|sshcommand|fsmonitor|askpass|gitproxy)|pager\..+|sequence\.editor|credential\.helper|credential\..+\.helper|diff\.external|diff\..+\.(?:command|textconv)|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|gpg\.program|uploadpack\.packobjectshook|interactive\.difffilter|difftool\..+\.cmd|mergetool\..+\.cmd|browser\..+\.cmd|remote\..+\.(?:uploadpack|receivepack|vcs))$/;

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
