/**
 * What it weighs to read, and what the reader then holds.
 * It exists because a secret is harmless in a file and not in a pipe to the network.
 * Invariant: reading alone is dangerous only for the system's password files and whole-disk searches for secrets.
 */
import { CAUTION, DANGEROUS, type Machine, type Span } from '../machine.js';
import { ENDLESS, FILE_STREAM, NOTHING, type Stream, tainted } from '../stream.js';
import { isSecret } from '../targets/names.js';
import { absolute } from '../targets/path.js';
import { isScratch } from '../targets/place.js';
import {
  ENVIRONMENT,
  type Field,
  GUARD,
  HISTORY,
  NETWORK,
  PERSONAL,
  PLANTED,
  SECRET,
  shown,
} from '../words/field.js';
import { holdsApproval, judgeOwnData } from './own-guard.js';

/** The stream that reading a path gives. */
export function read(machine: Machine, { text, taint }: Field, span: Span): Stream {
  const first = text.charCodeAt(0);
  if (first === 47) {
    if (text.startsWith('/dev/')) {
      if (text === '/dev/null') return NOTHING;
      if (text === '/dev/zero' || text === '/dev/urandom' || text === '/dev/random' || text === '/dev/full')
        return ENDLESS;
      if (/^\/dev\/(?:tcp|udp)\//.test(text)) {
        machine.effect('network', shown(text).slice(5));
        return tainted(NETWORK);
      }
    }
    if (
      /^\/etc\/(?:shadow-?|gshadow-?|master\.passwd|sudoers)$|^\/proc\/(?!self\/)[^/]+\/(?:mem|environ)$|\/serviceaccount\/token$/.test(
        text,
      )
    ) {
      machine.effect('read', text);
      machine.find(
        DANGEROUS,
        'read-credentials',
        `Reads ${shown(text)}, which only the system should read.`,
        span,
      );
      return tainted(SECRET);
    }
  }
  if (first === 47) {
    if (text === '/etc/passwd' || text === '/etc/group') return tainted(PERSONAL);
    if (text === '/proc/self/environ') return tainted(ENVIRONMENT);
  }
  if (machine.files) {
    const file = machine.files.get(absolute(text, machine.cwd));
    if (file) return file;
  }
  if (text.includes('history') && /(?:^|\/)\.\w*history$/.test(text)) return tainted(SECRET | HISTORY);
  if (holdsApproval(text, machine.cwd)) {
    judgeOwnData(machine, text, span);
    return tainted(SECRET | GUARD);
  }
  if (mayBeSecret(text) && isSecret(text.endsWith('/') ? text.replace(/\/+$/, '') : text)) {
    machine.effect('read', shown(text));
    machine.find(CAUTION, 'read-secret', `Reads ${shown(text)}, which holds secrets.`, span);
    return tainted(SECRET);
  }
  if (first === 47 && isScratch(text, machine.places)) return tainted(taint | PLANTED);
  return taint === 0 ? FILE_STREAM : tainted(taint);
}

/** A quick refusal for the many paths that are no secret. */
function mayBeSecret(text: string): boolean {
  return /\.(?:ssh|aws|gnupg|netrc|pgpass|my|docker|kube|npmrc|pypirc|git-c|config|azure|oci|vault|password|mozilla|local|env|pem|key|p12|pfx|kdbx|keystore|jks|tfstate)|id_|shadow|logins|key4|token|credentials|secret/.test(
    text,
  );
}
