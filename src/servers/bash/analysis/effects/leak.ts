/**
 * Secrets that leave: which marks count, and what a sending program is given.
 * It exists because uploads, pushes, mails and raw connections leak the same things under different names.
 * Invariant: a credential handed to the service it belongs to (a login, a secret store) is no leak.
 */
import { BLOCKED, type Call, type Machine, type Span } from '../machine.js';
import type { Option } from '../run/arguments.js';
import { isSecret } from '../targets/names.js';
import { ENVIRONMENT, type Field, HISTORY, PERSONAL, SECRET, STAR } from '../words/field.js';

/** Marks of what must not reach another machine. */
export const LEAK = SECRET | ENVIRONMENT | HISTORY | PERSONAL;

export function leaked(machine: Machine, span: Span): void {
  machine.find(BLOCKED, 'exfiltration', 'Sends secrets to another machine.', span);
}

/** Words of subcommands that hand a secret to its own keeper. */
const KEEPS =
  /^(?:log-?in|auth|authorize|secrets?|secretsmanager|ssm|kms|variables?|registry|tokens?|passwd|password|kv|ssh-keys?|gpg-keys?|deploy-keys?|unlock|sign-?in|credentials?|certificates?|certs?|keys?|keyvault|configmap|env|config(?::set)?|read|write|add-key|import-key-pair|activate-service-account|show|view|plan|validate|inspect|state|status|verify|describe|list|ls|lint)$/;

/** A program that talks to other machines: are its operands or its input secret? */
export function judgeSending(
  machine: Machine,
  call: Call,
  { operands, options }: { readonly operands: readonly Field[]; readonly options: readonly Option[] },
): void {
  const sends =
    options.some(
      ({ name, value }) => value !== undefined && UPLOADS.test(name) && isSecretPath(value.text),
    ) ||
    (call.stdin.taint & LEAK) !== 0 ||
    operands.some(({ text, taint }) => (taint & (SECRET | PERSONAL)) !== 0 || isSecretPath(text));
  if (!sends) return;
  for (const { text } of call.fields) if (KEEPS.test(text)) return;
  leaked(machine, call);
}

/** Options whose value is a file that is sent; `-f` counts only where something is uploaded. */
const UPLOADS = /^(?:file|body|body-file|attach|input-file|source|upload-file|local-path|src|data-file)$/;

/** A path, not an address, that names a secret; the public half of a key pair is none. */
export function isSecretPath(text: string): boolean {
  if (text.includes('://') || text.endsWith('.pub')) return false;
  return isSecret(text.endsWith('/') ? text.replace(/\/+$/, '') : text) || ACCOUNTS.test(text);
}

/** The same of names that `find` selects. */
export function isSecretField({ text, selection }: Field): boolean {
  if (isSecretPath(text)) return true;
  return (
    selection !== undefined &&
    (selection.names.some((name) => isSecretPath(name.replaceAll(STAR, 'x'))) ||
      (selection.root !== undefined && isSecretPath(selection.root)))
  );
}

const ACCOUNTS = /^\/etc\/(?:passwd|shadow-?|group|gshadow-?|sudoers|krb5\.keytab|ssh\/ssh_host_\w+_key)$/;
