/**
 * Secrets that only their surroundings betray: assignments, headers, URLs, connection strings, flags, PEM blocks.
 * It exists because a password has no shape of its own.
 * Invariant: the named group `secret` (or the whole match) is what goes; placeholders, types and variables stay readable.
 */
export interface Context {
  readonly kind: string;
  /** The one scan mode it is for; absent: all. */
  readonly only?: 'path';
  /** Cheap test: when it fails the pattern is not tried. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  /** Last word on a match: false leaves it. `whole` is the match, `secret` the group. */
  readonly accept?: (secret: string, whole: string) => boolean;
}

/** Names whose values are secret; used before `=`, `:` and as flags. */
const secretName =
  '(?:[\\w.-]{0,40}?(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?|' +
  '(?:api|access|auth|account|private|secret|encryption|encrypt|signing|master|shared[_.-]?access|service|client|storage|session|deploy|license|webhook|admin|root|hmac|cipher|crypto)[_. -]?key|apikey)' +
  '|pass|[\\w.-]{0,30}_pass|[\\w.-]{0,30}auth[_.-]?token|[\\w-]{0,20}signature|sig|[\\w.-]{0,30}_auth|jwt|bearer|sessionid|session_id|PGPASSWORD|MYSQL_PWD)';

const placeholder =
  /^(?:true|false|null|undefined|none|nil|void|yes|no|on|off|empty|required|optional|string|number|boolean|bool|int|integer|object|any|unknown|never|bytes|uint8array|buffer|str|text|password|passwd|secret|token|key|value|example|changeme|todo|xxx+|\*+|\.\.\.+|-+|_+|this|self|await|new|function|async|return|import|require|process|env|config|options?|opts|params?|args?|props|input|user|default|your[\w-]*|my[\w-]*key|<.*|\[.*|\{.*|\(.*|\$\{?\w+\}?|\$\(.*|\$\{.*|%\w+%?|`.*|@[\w-]+\/.*|=.*|&.*|\|.*|\\.*|!=.*|>.*|\/[\w./-]*)$/i;

/** Code on the right side: a call, an index, an arrow, a type with arguments, a member of something. Values have digits where code has none. */
const code = /^[a-z_$.?]+[([<]|=>|^[([{<]|^[a-z_$]+(?:\??\.[a-z_$]+)+[;,)]*$|^[a-z_$][\w$]*[),;]+$/i;

function isValue(secret: string): boolean {
  return secret.length >= 4 && !placeholder.test(secret);
}

/** Written with spaces (`token: abc`), so it may be prose or a type: demands the look of a value. */
function isLooseValue(secret: string): boolean {
  if (!isValue(secret) || secret.length < 6 || code.test(secret) || /^https?:\/\//.test(secret)) return false;
  return (
    (/\d/.test(secret) && /[a-z]/i.test(secret)) ||
    /[!#$%^*]/.test(secret.slice(0, -1)) ||
    /^\d{6,}$/.test(secret) ||
    (/[a-z][A-Z]/.test(secret) && secret.length >= 16) ||
    secret.length >= 24
  );
}

/** In a path the value carries the file's extension, and nothing there is code. */
function isPathValue(secret: string): boolean {
  return isValue(secret.replace(/(?:\.[a-z]\w{0,4}){1,2}$/i, ''));
}

function isTightValue(secret: string): boolean {
  return isValue(secret) && !code.test(secret);
}

const end = '[^\\s"\'`,;&<>|)\\]}]';

/** Commands that send what stands in them. */
const requests = /\b(?:curl|wget|https?|xh|httpie)\b[^\n:/]{0,200}?\s-/;
const passwordPrograms =
  /\b(?:mysql\w*|mariadb\w*|sshpass|login|mongo\w*|redis-cli|zip|7z|unzip|unrar|rar|ldap\w*|oc|az|cf|isql|sqlcmd|bcp|plink|psexec|influx|cqlsh|clickhouse-client|sudo|gpg|ansible\w*|keytool|openssl|htpasswd)\b/;
/** Programs whose short options take a password. */
const passwordFlag =
  /(?:\b(?:mysql\w*|mariadb\w*)\b[^\n|;&]{0,300}?\s-p|\b(?:sshpass|docker login|podman login|registry login|oc login|az login|cf login|mongo\w*|cqlsh|influx)\b[^\n|;&]{0,300}?\s-p[\s=]?\s{0,2}|\bredis-cli\b[^\n|;&]{0,300}?\s-a\s{1,2}|\b(?:zip|unzip)\b[^\n|;&]{0,300}?\s-P\s{0,2}|\b(?:7z|rar|unrar)\b[^\n|;&]{0,300}?\s-h?p|\bldap\w*\b[^\n|;&]{0,300}?\s-w\s{0,2}|\b(?:sqlcmd|bcp|isql)\b[^\n|;&]{0,300}?\s-P\s{0,2}|\b(?:plink|pscp|psftp)\b[^\n|;&]{0,300}?\s-pw\s{1,2}|\bhtpasswd\s[^\n|;&]{0,100}-\w{0,4}b\w{0,4}\s+\S+\s+\S+\s+)/
    .source;

/** A word of a shell that is quoted anyhow (bash(1), QUOTING): nothing follows it in a pattern, so that it costs no second look. */
const shellWord =
  /(?<secret>(?:'[^']{0,4096}'|\$?"(?:[^"\\]|\\[\s\S]){0,4096}"|\$'(?:[^'\\]|\\[\s\S]){0,4096}'|\\[\s\S]|[^\s'"\\;&|<>()`]){1,4096})/
    .source;

/** What the patterns for plain words leave: spaces inside quotes, escapes, pieces put together. */
function isQuotedValue(word: string): boolean {
  if (!/[\s\\]/.test(word) && (word.match(/['"]/g)?.length ?? 0) < 3) return false;
  return /['"\\]/.test(word) && isValue(word.replace(/^\$?['"]|['"]$/g, '')) && !word.includes('[redacted:');
}

export const contexts: readonly Context[] = [
  {
    kind: 'password',
    hint: /=[^\s=]{0,200}['"\\]/,
    pattern: new RegExp(`(?<![\\w.-])(?:${secretName}|pw)=${shellWord}`, 'gi'),
    accept: isQuotedValue,
  },
  {
    kind: 'password',
    hint: /\s-[\w.-]{1,80}[\s=]+[$\w]{0,80}['"\\]/,
    pattern: new RegExp(
      `(?<=\\s|^)--?(?:${secretName}|pass(?:in|out)?|pw|storepass|keypass)(?:\\s+|=)${shellWord}`,
      'gi',
    ),
    accept: isQuotedValue,
  },
  {
    kind: 'password',
    hint: passwordPrograms,
    pattern: new RegExp(`${passwordFlag}${shellWord}`, 'g'),
    accept: isQuotedValue,
  },
  {
    kind: 'password',
    hint: /\s-\S{1,40}[\s=]["']/,
    pattern: new RegExp(
      `(?<=\\s-\\S{1,40}[\\s=])(?<quote>["'])${secretName}=(?<secret>(?:(?!\\k<quote>)[^\\n]){4,4096})\\k<quote>`,
      'gi',
    ),
    accept: (secret) => /\s/.test(secret) && isValue(secret),
  },
  {
    kind: 'password',
    hint: requests,
    pattern: new RegExp(
      `(?<quote>\\\\{0,3}")${secretName}\\k<quote>\\s{0,4}:\\s{0,4}\\k<quote>(?<secret>(?:(?!\\k<quote>)[^\\n]){4,4096})\\k<quote>`,
      'gi',
    ),
    accept: (secret) => /\s/.test(secret) && isValue(secret),
  },
  {
    kind: 'authorization',
    hint: requests,
    pattern:
      /(?<=\s(?:-H|--header)[\s=]{0,2})(?<quote>["'])(?:(?:proxy-)?authorization|x-[\w-]{0,30}(?:key|token|secret|auth)|private-token|api-key|cookie)\s{0,3}:\s{0,3}(?:(?:bearer|basic|digest|token|negotiate|apikey|bot)\s+)?(?<secret>(?:(?!\k<quote>)[^\n]){4,4096})\k<quote>/gi,
    accept: (secret) => /\s/.test(secret) && isValue(secret),
  },
  {
    kind: 'private-key',
    hint: /PRIVATE KEY|PuTTY-User-Key/,
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)|PuTTY-User-Key-File-\d:[\s\S]{0,20000}/g,
  },
  {
    kind: 'url-credentials',
    hint: /:\/\//,
    pattern: /[a-z][a-z0-9+.-]{0,30}:\/\/(?:[^\s:@/'"`<>]{0,256}:(?<secret>[^\s@/'"`<>]{1,512}))@/gi,
    accept: (secret) => !/^(?:\*+|x{3,}|<.*|\$\{?\w+\}?|\{.*|%s|\[redacted.*)$/i.test(secret),
  },
  {
    kind: 'url-credentials',
    hint: /:\/\/[^\s/:@]+@/,
    pattern: /[a-z][a-z0-9+.-]{0,30}:\/\/(?<secret>[^\s:@/'"`<>]{16,512})@/gi,
    accept: (secret) => /\d/.test(secret) && /[a-z]/i.test(secret),
  },
  {
    kind: 'authorization',
    hint: /auth|bearer|cookie|basic|api-key|token|secret/i,
    pattern:
      /(?:(?:proxy-)?authorization|x-[\w-]{0,30}(?:key|token|secret|auth)|private-token|api-key|(?:set-)?cookie)["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:bearer|basic|digest|token|negotiate|apikey|aws4-hmac-sha256|bot)\s+)?(?<secret>[^\s"'`]{6,4096}(?:;\s?[^\s"'`=]{1,80}=[^\s"'`]{1,4096})*)/gi,
    accept: (secret) =>
      isTightValue(secret) &&
      !/^(?:bearer|basic|digest|header|token|parser?|support|handling)\b/i.test(secret) &&
      /[\d=+/!_-]|[a-z][A-Z]/.test(secret),
  },
  {
    kind: 'authorization',
    hint: /bearer|basic/i,
    pattern: /\b(?:bearer|basic)\s+(?<secret>[\w.~+/=-]{8,4096})/gi,
    accept: (secret, whole) =>
      /^basic/i.test(whole)
        ? Buffer.from(secret, 'base64').toString('latin1').includes(':') &&
          /^[A-Za-z0-9+/]+={0,2}$/.test(secret) &&
          secret.length % 4 === 0
        : (/\d/.test(secret) && /[a-z]/i.test(secret)) || secret.length >= 32,
  },
  {
    kind: 'password',
    hint: /[:=]/,
    pattern: new RegExp(
      `(?<![A-Za-z0-9])${secretName}["'\\]]{0,3}\\s{0,4}(?::=|=>|=|:)\\s{0,4}(?<quote>\\\\{0,3}["'\`])(?<secret>(?:(?!\\k<quote>)[^\\n]){4,4096})\\k<quote>`,
      'gi',
    ),
    accept: (secret, whole) =>
      isValue(secret) &&
      !/\s{2}|^\s/.test(secret) &&
      (!/\s/.test(secret) ||
        (/[=:]\s{0,4}["'`]/.test(whole) && secret.split(/\s/).length <= 3 && /\d/.test(secret))),
  },
  {
    kind: 'password',
    hint: /=/,
    pattern: new RegExp(`(?<![A-Za-z0-9])(?:${secretName}|pw)=(?<secret>${end}{4,4096})`, 'gi'),
    accept: isTightValue,
  },
  {
    kind: 'password',
    only: 'path',
    hint: /=/,
    pattern: new RegExp(`(?<![A-Za-z0-9])(?:${secretName}|pw)=(?<secret>[^\\s"'\`]{4,4096})`, 'gi'),
    accept: isPathValue,
  },
  {
    kind: 'password',
    hint: /[:=]|\bis\b/,
    pattern: new RegExp(
      `(?<![A-Za-z0-9])${secretName}["']?\\s{0,4}(?::=|=>|=|:|\\bis\\b)\\s{0,4}(?<secret>${end}{6,4096})`,
      'gi',
    ),
    accept: isLooseValue,
  },
  {
    kind: 'password',
    hint: /pass|pwd|secret|token/i,
    pattern: new RegExp(
      `^[ \\t-]{0,20}["']?${secretName}["']?:[ \\t]{1,4}(?<secret>[^\\s"'#]{6,4096})[ \\t]*$`,
      'gim',
    ),
    accept: (secret) => isTightValue(secret) && !/^[a-z]+$/.test(secret),
  },
  {
    kind: 'password',
    hint: /--?[a-z]/i,
    pattern: new RegExp(
      `(?<=\\s|^)--?(?:${secretName}|pass(?:in|out)?|pw|storepass|keypass)(?:\\s+|=)["']?(?:pass:)?(?<secret>[^\\s"'\`]{4,4096})`,
      'gi',
    ),
    accept: (secret) => isTightValue(secret) && !/^-/.test(secret),
  },
  {
    kind: 'password',
    hint: /(?:curl|wget|http|xh|ftp|rsync|ldap\w*|smbclient|snmp)\b/,
    pattern:
      /(?<=\s)(?:-u|--user|-U|--proxy-user)[\s=]?\s{0,3}["']?[^\s:"'%]{1,128}[:%](?<secret>[^\s"'`]{3,1024})/g,
    accept: isTightValue,
  },
  {
    kind: 'password',
    hint: passwordPrograms,
    pattern: new RegExp(`${passwordFlag}["']?(?<secret>[^\\s"'\`|;&]{3,1024})`, 'g'),
    accept: (secret) => isTightValue(secret) && !/^-/.test(secret),
  },
  {
    kind: 'password',
    hint: /sudo -S|--stdin|passin|passout|password \S|identified by/i,
    pattern:
      /(?:echo\s+-?n?\s{0,2}["']?(?=[^\n|]{1,200}\|\s{0,3}(?:sudo\s+-S|[\w./ -]{0,60}--(?:password|passphrase|token)-?(?:fd\s\d|stdin)))|-pass(?:in|out)?\s+["']?pass:|\blogin\s+\S{1,128}\s+password\s+|\bidentified\s+(?:with\s+\S+\s+)?by\s+["'])(?<secret>[^\s"'`|]{3,1024})/gi,
    accept: isTightValue,
  },
  {
    kind: 'webhook',
    hint: /hooks\.|webhook/i,
    pattern:
      /(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/\d+\/|webhook\.office\.com\/webhookb2\/|hooks\.zapier\.com\/hooks\/catch\/|chat\.googleapis\.com\/v1\/spaces\/)(?<secret>[^\s"'<>)]{8,512})/gi,
  },
];
