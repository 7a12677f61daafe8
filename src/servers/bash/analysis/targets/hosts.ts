/**
 * What an address says of where code and data come from or go to: this machine, a code host, somewhere unnamed.
 * It exists because `pip install` from the registry and from `http://198.51.100.7` differ only in the address.
 * Invariant: judged by the text of the address alone; nothing is looked up.
 */

const SCHEME = /^(?:git\+|hg\+|svn\+|bzr\+)?([a-z][a-z0-9+.-]*):\/\/(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:?#\s]*)/i;

/** Scheme and host of an address, in lower case. */
export function addressOf(text: string): { readonly scheme: string; readonly host: string } | undefined {
  const match = SCHEME.exec(text);
  return match ? { scheme: (match[1] ?? '').toLowerCase(), host: (match[2] ?? '').toLowerCase() } : undefined;
}

/** This machine, or one of a private network. */
export function isLocalHost(host: string): boolean {
  return (
    /^(?:localhost|\[::1?\]|host\.docker\.internal|[\w-]+)$/.test(host) ||
    /\.(?:localhost|local|internal|lan|intranet|corp|home|svc|cluster\.local)$/.test(host) ||
    /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\.|^0\.0\.0\.0$/.test(host)
  );
}

/** An address of numbers: a machine that nobody gave a name. */
export function isNumericHost(host: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|\d{8,10}|0x[0-9a-f]{6,8})$/.test(host) && !isLocalHost(host);
}

/** Neither encrypted nor local, or an address of numbers: anyone on the way may change what arrives. */
export function isUnnamedSource(text: string): boolean {
  const at = addressOf(text);
  if (at === undefined || at.host === '' || isLocalHost(at.host)) return false;
  return isNumericHost(at.host) || /^(?:http|ftp|git|tftp|rsync|tcp|telnet)$/.test(at.scheme);
}

const CODE_HOSTS =
  /(?:^|\.)(?:github\.com|githubusercontent\.com|gitlab\.com|bitbucket\.org|codeberg\.org|sr\.ht|gitee\.com|dev\.azure\.com|visualstudio\.com|googlesource\.com|gitlab\.[\w.-]+|npmjs\.(?:org|com)|yarnpkg\.com|npmmirror\.com|taobao\.org|pypi\.org|pythonhosted\.org|pytorch\.org|nvidia\.com|rubygems\.org|crates\.io|golang\.org|goproxy\.(?:io|cn)|google\.com|deno\.land|jsr\.io|esm\.sh|jsdelivr\.net|unpkg\.com|anaconda\.(?:org|com)|apache\.org|kubernetes\.io|k8s\.io|hashicorp\.com|docker\.(?:com|io)|debian\.org|ubuntu\.com|launchpad\.net|fedoraproject\.org|redhat\.com|microsoft\.com|mozilla\.org|kernel\.org|tsinghua\.edu\.cn|aliyun\.com|amazonaws\.com|pkg\.dev|jfrog\.io|pkg\.pr\.new|astral\.sh|huggingface\.co)$/;

/** A host that many projects publish their code on. */
export function isCodeHost(host: string): boolean {
  return CODE_HOSTS.test(host);
}

/** A place where anyone may leave text without a name: no project publishes there. */
export function isDropSite(text: string): boolean {
  return /(?:gist\.github(?:usercontent)?\.com|pastebin\.com|paste\.ee|hastebin\.com|ghostbin|termbin\.com|ix\.io|0x0\.st|transfer\.sh|file\.io|bashupload\.com|temp\.sh|webhook\.site|requestbin|pipedream\.net|ngrok\.(?:io|app|dev|free)|trycloudflare\.com|serveo\.net|burpcollaborator|oastify\.com|interact\.sh|interactsh|\.oast\.|canarytokens|beeceptor\.com|requestcatcher\.com|hookbin|dnslog\.cn|ceye\.io)/i.test(
    text,
  );
}

/** Settings and variables that say where packages come from. */
const SOURCE_SETTING =
  /^(?:(?:global|install|user|site)\.(?:index-url|extra-index-url|find-links|trusted-host)|(?:@[\w-]+:)?registry|npmRegistryServer|(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|npm_config_registry|YARN_(?:NPM_)?REGISTRY(?:_SERVER)?|GOPROXY|BUNDLE_MIRROR\w*|CARGO_REGISTR\w+|HOMEBREW_(?:BOTTLE_DOMAIN|API_DOMAIN|BREW_GIT_REMOTE)|DOCKER_HOST|RUSTUP_DIST_SERVER|HEX_MIRROR|COMPOSER_REPO\w*|CONDA_CHANNEL\w*))$/i;

export function isStrangeSource(name: string, value: string): boolean {
  const host = addressOf(value)?.host ?? '';
  return SOURCE_SETTING.test(name) && !isCodeHost(host) && (isUnnamedSource(value) || isDropSite(value));
}

/** A proxy by number: whoever runs it reads and changes what passes. */
export function isStrangeProxy(name: string, value: string): boolean {
  return (
    /^(?:https?|all|ftp)_proxy$/i.test(name) &&
    /^\w+:\/\/(?:[^@/]*@)?\d+\.\d+\.\d+\.\d+/.test(value) &&
    isUnnamedSource(value)
  );
}
