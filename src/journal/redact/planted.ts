/**
 * Made-up secrets of many kinds inside plausible texts, from a seed: the other side of the redaction tests.
 * It exists so that "0 of 1,000 found on disk" can be repeated, and a new kind is one row here before it is one row there.
 * Invariant: every secret is random and nobody's; `secret` is the part that must not survive.
 */
export interface Planted {
  readonly kind: string;
  readonly secret: string;
  /** The secret as it would be written, e.g. `--password=…`. */
  readonly phrase: string;
}

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';
const hex = `${digits}abcdef`;
const base62 = lower + upper + digits;
const base64url = `${base62}-_`;
const base64 = `${base62}+/`;

type Make = (
  draw: (alphabet: string, length: number) => string,
) => readonly [secret: string, phrase?: string];

/** A human's password: a word, digits, a sign. */
const password: Make = (draw) => {
  const secret = `${draw(upper, 1)}${draw(lower, 5)}${draw(digits, 3)}${draw('!#%^*', 1)}${draw(lower, 2)}`;
  return [secret];
};

const withPassword =
  (write: (secret: string) => string): Make =>
  (draw) => {
    const [secret] = password(draw);
    return [secret, write(secret)];
  };

const kinds: Readonly<Record<string, Make>> = {
  awsAccessKey: (draw) => [`AKIA${draw(upper + digits, 16)}`],
  awsSecretKey: (draw) => {
    const secret = draw(base64, 40);
    return [secret, `aws_secret_access_key = ${secret}`];
  },
  awsSecretBare: (draw) => [`${draw(base62, 12)}${draw(digits, 2)}${draw(base64, 26)}`],
  githubToken: (draw) => [`ghp_${draw(base62, 36)}`],
  githubFineGrained: (draw) => [`github_pat_${draw(base62, 22)}_${draw(base62, 59)}`],
  gitlabToken: (draw) => [`glpat-${draw(base64url, 20)}`],
  slackBot: (draw) => [`xoxb-${draw(digits, 12)}-${draw(digits, 12)}-${draw(base62, 24)}`],
  slackWebhook: (draw) => {
    const secret = draw(base62, 24);
    const team = draw(upper + digits, 8);
    return [secret, `https://hooks.slack.com/services/T${team}/B${team}/${secret}`];
  },
  stripe: (draw) => [`sk_live_${draw(base62, 24)}`],
  npm: (draw) => [`npm_${draw(base62, 36)}`],
  npmrc: (draw) => {
    const secret = draw(hex, 36);
    return [secret, `//registry.npmjs.org/:_authToken=${secret}`];
  },
  openai: (draw) => [`sk-proj-${draw(base64url, 48)}`],
  anthropic: (draw) => [`sk-ant-api03-${draw(base64url, 80)}`],
  google: (draw) => [`AIza${draw(base64url, 35)}`],
  googleOauth: (draw) => [`GOCSPX-${draw(base64url, 28)}`],
  azureStorage: (draw) => {
    const secret = `${draw(base64, 86)}==`;
    return [
      secret,
      `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${secret};EndpointSuffix=core.windows.net`,
    ];
  },
  azureClientSecret: (draw) => [`${draw(base62, 3)}${draw(digits, 1)}Q~${draw(base64url, 34)}`],
  azureSas: (draw) => {
    const secret = `${draw(base62, 42)}%3D`;
    return [secret, `https://shop.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig=${secret}`];
  },
  sendgrid: (draw) => [`SG.${draw(base64url, 22)}.${draw(base64url, 43)}`],
  twilio: (draw) => [`SK${draw(hex, 32)}`],
  digitalOcean: (draw) => [`dop_v1_${draw(hex, 64)}`],
  pypi: (draw) => [`pypi-AgEIcHlwaS5vcmc${draw(base64url, 60)}`],
  huggingface: (draw) => [`hf_${draw(base62, 34)}`],
  shopify: (draw) => [`shpat_${draw(hex, 32)}`],
  discordBot: (draw) => [`M${draw(base62, 23)}.${draw(base62, 6)}.${draw(base62, 27)}`],
  telegram: (draw) => [`${draw('123456789', 9)}:AA${draw(base64url, 33)}`],
  vault: (draw) => [`hvs.${draw(base64url, 28)}`],
  databricks: (draw) => [`dapi${draw(hex, 32)}`],
  docker: (draw) => [`dckr_pat_${draw(base64url, 27)}`],
  grafana: (draw) => [`glsa_${draw(base62, 32)}_${draw(hex, 8)}`],
  linear: (draw) => [`lin_api_${draw(base62, 40)}`],
  jwt: (draw) => [`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOi${draw(base62, 24)}.${draw(base64url, 43)}`],
  bearer: (draw) => {
    const secret = draw(base62, 30);
    return [secret, `curl -H "Authorization: Bearer ${secret}" https://api.example.com/v1/me`];
  },
  basicHeader: (draw) => {
    const secret = Buffer.from(`admin:${draw(base62, 14)}`).toString('base64');
    return [secret, `Authorization: Basic ${secret}`];
  },
  apiKeyHeader: (draw) => {
    const secret = draw(hex, 32);
    return [secret, `curl -H 'X-Api-Key: ${secret}' https://api.example.com`];
  },
  cookie: (draw) => {
    const secret = draw(base62, 26);
    return [secret, `Cookie: sessionid=${secret}`];
  },
  pem: (draw) => {
    const secret = draw(base64, 64);
    return [
      secret,
      `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n${draw(base64, 40)}=\n-----END RSA PRIVATE KEY-----`,
    ];
  },
  openssh: (draw) => {
    const secret = draw(base64, 70);
    return [secret, `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n${secret}`];
  },
  postgresUrl: withPassword((secret) => `postgres://app:${secret}@db.internal:5432/shop`),
  redisUrl: (draw) => {
    const secret = draw(base62, 16);
    return [secret, `redis://:${secret}@cache.internal:6379/0`];
  },
  gitUrl: (draw) => {
    const secret = draw(base62, 20);
    return [secret, `git clone https://ci:${secret}@git.example.com/acme/api.git`];
  },
  sqlServer: withPassword(
    (secret) => `Server=tcp:db,1433;Database=shop;User Id=sa;Password=${secret};Encrypt=True`,
  ),
  envPassword: withPassword((secret) => `DB_PASSWORD=${secret} npm run migrate`),
  exportToken: (draw) => {
    const secret = draw(base62, 18);
    return [secret, `export API_TOKEN=${secret}`];
  },
  jsonSecret: (draw) => {
    const secret = draw(lower + digits, 16);
    return [secret, `{"client_secret": "${secret}", "retry": 3}`];
  },
  escapedJson: withPassword((secret) => `{"command":"API_SECRET=\\"${secret}\\" make"}`),
  signFirst: (draw) => {
    const secret = `${draw('!$@?', 1)}${draw(lower, 4)}${draw(digits, 4)}${draw(upper, 3)}!`;
    return [secret, `"password": "${secret}"`];
  },
  yamlPassword: withPassword((secret) => `password: ${secret}`),
  proseToken: (draw) => {
    const secret = `${draw(lower, 6)}${draw(digits, 4)}${draw(upper, 4)}`;
    return [secret, `the api key is ${secret}`];
  },
  flagPassword: withPassword((secret) => `deploy --user admin --password ${secret} --env prod`),
  curlUser: withPassword((secret) => `curl -u admin:${secret} https://api.example.com`),
  mysqlFlag: withPassword((secret) => `mysql -h db -u root -p${secret} shop`),
  dockerLogin: withPassword((secret) => `docker login -u ci -p ${secret} registry.example.com`),
  sshpass: withPassword((secret) => `sshpass -p '${secret}' ssh root@10.0.0.4`),
  redisCli: withPassword((secret) => `redis-cli -h cache -a ${secret} ping`),
  sudoStdin: withPassword((secret) => `echo ${secret} | sudo -S systemctl restart api`),
  opensslPass: withPassword((secret) => `openssl rsa -in k.pem -passin pass:${secret}`),
  sqlIdentified: withPassword((secret) => `CREATE USER 'app' IDENTIFIED BY '${secret}'`),
  queryParameter: (draw) => {
    const secret = draw(base62, 24);
    return [secret, `GET https://maps.example.com/v1/geo?q=x&api_key=${secret}&lang=en`];
  },
  base64Bare: (draw) => [`${draw(base64, 20)}${draw(digits, 1)}${draw(base64, 23)}`],
  base62Bare: (draw) => [`${draw(base62, 20)}${draw(digits, 2)}${draw(base62, 18)}`],
  base36Bare: (draw) => [`${draw(lower + digits, 30)}${draw(digits, 2)}${draw(lower + digits, 8)}`],
};

/** Names of all kinds. */
export const plantedKinds: readonly string[] = Object.keys(kinds);

/** The n-th secret: kinds in turn. */
export function plant(n: number, chance: () => number): Planted {
  const kind = plantedKinds[n % plantedKinds.length] ?? '';
  const draw = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet.charAt(Math.floor(chance() * alphabet.length))).join('');
  const [secret, phrase = secret] = (kinds[kind] ?? password)(draw);
  return { kind, secret, phrase };
}

/** Puts a phrase into a text of the sort that people and tools write. */
export function surround(phrase: string, n: number): string {
  const around: readonly ((phrase: string) => string)[] = [
    (p) => p,
    (p) => `fix(api): use ${p} for the staging job`,
    (p) => `Error: request failed\n  tried with ${p}\n  at main (src/index.ts:12:4)`,
    (p) => `why does "${p}" not work?`,
    (p) => `chore: rotate keys\n\nThe old one was ${p}\nCloses #42`,
    (p) => `$ ${p}`,
    (p) => `${p}\n`,
    (p) => `see (${p}), please`,
  ];
  return (around[n % around.length] ?? around[0] ?? String)(phrase);
}
