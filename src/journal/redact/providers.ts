/**
 * Keys that say whose they are: tokens with a known prefix or shape, compiled once.
 * It exists because these are certain: no context needed, no threshold.
 * Invariant: each expression is anchored at a token's start and linear in its length; kinds are stable, they stand in the journal.
 *
 * Shapes follow the vendors' documentation, GitHub's secret-scanning table and the rules of secretlint's recommended preset.
 */
export interface Provider {
  readonly kind: string;
  readonly pattern: RegExp;
}

const shapes: readonly (readonly [kind: string, source: string])[] = [
  ['aws-key', '(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])'],
  ['github-token', 'gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{20,255}'],
  ['gitlab-token', 'gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas|ffct)-[\\w.-]{18,}|GR1348941[\\w-]{18,}'],
  ['slack-token', 'xox[abeoprs]-[\\w.-]{10,}|xapp-[\\w-]{10,}|xoxe\\.[\\w.-]{10,}'],
  ['stripe-key', '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}'],
  ['npm-token', 'npm_[A-Za-z0-9]{30,}'],
  ['anthropic-key', 'sk-ant-[\\w-]{16,}'],
  ['openai-key', 'sk-(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{20,}'],
  ['google-key', 'AIza[\\w-]{30,}|ya29\\.[\\w-]{16,}|GOCSPX-[\\w-]{20,}|1//0[\\w-]{30,}'],
  ['azure-secret', '[\\w~.-]{3}[0-9]Q~[\\w~.-]{30,36}'],
  ['sendgrid-key', 'SG\\.[\\w-]{16,32}\\.[\\w-]{16,64}'],
  ['twilio-key', 'SK[0-9a-f]{32}(?![0-9a-f])'],
  ['mailgun-key', 'key-[0-9a-f]{32}(?![0-9a-f])'],
  ['mailchimp-key', '[0-9a-f]{32}-us[0-9]{1,2}(?![0-9])'],
  ['digitalocean-token', 'do[opr]_v1_[0-9a-f]{40,}'],
  ['pypi-token', 'pypi-AgE[\\w-]{30,}'],
  ['huggingface-token', 'hf_[A-Za-z0-9]{28,}|api_org_[A-Za-z0-9]{28,}'],
  ['shopify-token', 'shp(?:at|ca|pa|ss|ua)_[0-9a-fA-F]{24,}'],
  ['square-token', 'sq0[a-z]{3}-[\\w-]{20,}|EAAA[\\w-]{50,}'],
  ['discord-token', '[MNO][\\w-]{22,27}\\.[\\w-]{6}\\.[\\w-]{26,}'],
  ['telegram-token', '[0-9]{8,10}:A[A-Za-z0-9_-]{33,35}'],
  ['jwt', 'ey[JI][\\w-]{8,}\\.ey[JI][\\w-]{6,}(?:\\.[\\w-]*)?|eyJ[\\w-]{10,}(?:\\.[\\w-]*){3,4}'],
  ['vault-token', 'hv[sbr]\\.[\\w-]{20,}|[sb]\\.[A-Za-z0-9]{24}(?![\\w-])'],
  ['terraform-token', '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{40,}'],
  ['databricks-token', 'dapi[0-9a-f]{32}(?:-[0-9])?'],
  ['docker-token', 'dckr_(?:pat|oat)_[\\w-]{20,}'],
  ['atlassian-token', 'AT(?:ATT3|CTT3|BB)[\\w=-]{20,}'],
  ['grafana-token', 'gl(?:sa|c)_[\\w+/=]{20,}'],
  ['newrelic-key', 'NR(?:AK|JS|RA)-[A-Za-z0-9]{19,}|NRII-[\\w-]{20,}'],
  ['age-key', 'AGE-SECRET-KEY-1[0-9A-Z]{50,}'],
  ['notion-token', 'ntn_[A-Za-z0-9]{30,}|secret_[A-Za-z0-9]{40,}'],
  ['alibaba-key', 'LTAI[A-Za-z0-9]{12,24}(?![A-Za-z0-9])'],
  ['facebook-token', 'EAAC[A-Za-z0-9]{20,}|EAAB[A-Za-z0-9]{20,}'],
  ['sentry-token', 'sntr(?:ys|yu)_[\\w+/=-]{20,}'],
  [
    'service-token',
    '(?:lin_api_|lin_oauth_|figd_|PMAK-|rubygems_|CLOJARS_|dp\\.(?:pt|st|ct|sa|scim|audit)\\.|pscale_(?:tkn|pw|oauth)_|sbp_|' +
      'bkua_|fo1_|fm[12]_|gsk_|r8_|xai-|pplx-|xkeysib-|tfp_|CFPAT-|nfp_|pnu_|pul-|p8e-|ops_eyJ|glsa_|shippo_(?:live|test)_|' +
      'live_[0-9a-f]|rdme_|sk\\.eyJ|pk\\.eyJ|duffel_(?:live|test)_|flw(?:pub|sec)k_|FLWSECK|FLWPUBK|EZ[AT]K|shpss_|' +
      'secret-token:|tskey-|vercel_|vcp_|heroku_|HRKU-|hrku_|cfut_|v1\\.0-|sgp_|ATCTT|sdkey_|phc_|phx_|phs_)[\\w+/=.-]{16,}',
  ],
];

export const providers: readonly Provider[] = shapes.map(([kind, source]) => ({
  kind,
  pattern: new RegExp(`(?:${source})`, 'y'),
}));

/** One expression that is true wherever some provider's may be: tried first, so that plain tokens cost one test. */
export const anyProvider = new RegExp(
  `(?<![A-Za-z0-9])(?:${shapes.map(([, source]) => source).join('|')})`,
  'g',
);
