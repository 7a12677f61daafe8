/**
 * Programs that print secrets or personal data of their own: stores of passwords, clouds, key rings, databases.
 * It exists because `vault kv get x | curl -d @-` names no secret file.
 * Invariant: printing is free; the mark counts only where the output leaves this machine.
 */
import type { Call } from '../machine.js';
import { ENVIRONMENT, PERSONAL, SECRET } from '../words/field.js';

/** What the words after the program must hold. */
const PRINTS: ReadonlyMap<string, readonly [RegExp, number]> = new Map([
  [
    'aws',
    [
      /\b(?:secretsmanager (?:get-secret-value|batch-get)|ssm get-parameters?\b.*--with-decryption|kms decrypt|sts (?:get-session-token|assume-role)|configure (?:get|export-credentials)|ecr get-login-password|iam create-access-key)/,
      SECRET,
    ],
  ],
  ['gcloud', [/\b(?:auth (?:application-default )?print-\w+-token|secrets versions access)/, SECRET]],
  ['az', [/\b(?:keyvault secret show|account get-access-token|acr credential show)/, SECRET]],
  ['gh', [/\bauth token\b/, SECRET]],
  ['kubectl', [/\bget secrets?\b|\bconfig view\b.*--raw|\bcreate token\b/, SECRET]],
  ['oc', [/\bget secrets?\b|\bwhoami -t\b/, SECRET]],
  ['vault', [/^(?:kv get|read|print token)\b/, SECRET]],
  ['op', [/^(?:read|item get|document get)\b/, SECRET]],
  ['bw', [/^(?:get|export|list)\b/, SECRET]],
  ['lpass', [/^(?:show|export)\b/, SECRET]],
  ['pass', [/^(?:show\b|[\w/-]+$)/, SECRET]],
  ['gopass', [/^(?:show\b|[\w/-]+$)/, SECRET]],
  ['secret-tool', [/^(?:lookup|search)\b/, SECRET]],
  ['security', [/\b(?:find-(?:generic|internet)-password|dump-keychain|export)\b/, SECRET]],
  ['gpg', [/--export-secret/, SECRET]],
  ['gpg2', [/--export-secret/, SECRET]],
  ['heroku', [/^config\b/, SECRET]],
  ['doppler', [/^secrets\b/, SECRET]],
  ['sops', [/(?:^|\s)-?-?d(?:ecrypt)?\b/, SECRET]],
  ['pg_dump', [/./, PERSONAL]],
  ['pg_dumpall', [/(?:)/, PERSONAL]],
  ['mysqldump', [/./, PERSONAL]],
  ['mariadb-dump', [/./, PERSONAL]],
  ['mongodump', [/--archive|-o -/, PERSONAL]],
  ['getent', [/^(?:passwd|shadow|group)\b/, PERSONAL]],
  ['export', [/^-p$/, ENVIRONMENT]],
  ['declare', [/^-[xp]+$/, ENVIRONMENT]],
  [
    'sqlite3',
    [
      /\.(?:mozilla|config\/(?:google-chrome|chromium))|Cookies|Login Data|(?:cookies|logins|places)\.sqlite/,
      SECRET,
    ],
  ],
  ['ps', [/\be\w*ww|\bauxe/, SECRET]],
]);

/** Marks of what the call prints; 0 when nothing is known of it. */
export function printedSecrets(call: Call): number {
  const known = PRINTS.get(call.name);
  if (known === undefined) return 0;
  const words = call.fields.map(({ text }) => text).join(' ');
  return known[0].test(words) ? known[1] : 0;
}
