/**
 * Packages, charts and manifests from elsewhere than their registry: `pip install http://…`, `npm i --registry …`.
 * It exists because installing runs what arrives, and an address decides whose that is.
 * Invariant: a registry or a code host by name is ordinary; a bare number, plain HTTP or a stranger's archive is not.
 */
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { addressOf, isCodeHost, isDropSite, isLocalHost, isUnnamedSource } from '../targets/hosts.js';
import { isKnown, NETWORK, shown } from '../words/field.js';

/** Programs that run, or install and so run, what an operand names. */
const RUNNERS =
  /^(?:pip[\d.]*|pipx|uv|uvx|poetry|pdm|conda|mamba|easy_install|npm|pnpm|yarn|bun|bunx|npx|pnpx|gem|bundle|cargo|go|deno|composer|luarocks|cpanm?|brew|rpm|dnf|yum|zypper|apk|pacman|dpkg|snap|flatpak|kubectl|oc|helm|helmfile|ansible-pull|ansible-galaxy|ansible-playbook|puppet|chef-client|salt-call|java|make|gmake|terraform|tofu|rundll32|regsvr32|mshta|msiexec|hugo|code|vsce|jupyter|R|Rscript|julia|nix|nix-env|nix-shell|crontab|at|docker|podman|nerdctl)$/;
/** Of those, the ones that run an archive or a script at an address without a registry's name for it. */
const STRICT =
  /^(?:pip[\d.]*|pipx|uv|uvx|easy_install|npm|pnpm|yarn|bun|bunx|npx|pnpx|gem|cargo|deno|ansible-pull|composer|luarocks|nix-env|nix-shell)$/;
const SOURCE_OPTION =
  /^--?(?:i|index-url|extra-index-url|find-links|f|registry|source|clear-sources|s|repo|repository|index|default-index|U|url|channel|c|from-module|git|add-repo|repofrompath|manifest|filename)(?:=|$)/;
const VERBS =
  /^(?:install|i|add|ci|update|upgrade|exec|x|dlx|run|apply|create|replace|tool|pip|download|get|sync|wheel|init|in|localinstall|reinstall|require|-i|-U|-ivh|-Uvh|--install|--upgrade)$/;

export function judgeSources(machine: Machine, call: Call): void {
  const { fields, name } = call;
  if (!RUNNERS.test(name)) return;
  const strict = STRICT.test(name);
  if (
    (call.stdin.taint & NETWORK) !== 0 &&
    fields.some(
      ({ text }) => text === '/dev/stdin' || (text === '-' && /^(?:crontab|java|g?make|at)$/.test(name)),
    )
  ) {
    stranger(machine, call, 'the network');
    return;
  }
  const acts = strict || fields.some(({ text }) => VERBS.test(text));
  for (let i = 0; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field) continue;
    const { text } = field;
    if ((field.taint & NETWORK) !== 0 && text.startsWith('/dev/fd/')) {
      stranger(machine, call, 'the network');
      return;
    }
    if (text === '--trusted-host' || text.startsWith('--trusted-host=')) {
      const host = (text.includes('=') ? text.slice(15) : (fields[i + 1]?.text ?? '')).replace(/:\d+$/, '');
      if (!isLocalHost(host) && !isCodeHost(host)) stranger(machine, call, host);
      continue;
    }
    const address = text.slice(text.search(/(?:git\+)?[a-z]+:\/\//i));
    const at = acts ? addressOf(address) : undefined;
    if (at === undefined || isLocalHost(at.host)) continue;
    const option = SOURCE_OPTION.test(text.startsWith('-') ? text : (fields[i - 1]?.text ?? ''));
    const program = strict && !option && !text.startsWith('-');
    const named = isCodeHost(at.host) || at.scheme === 'ssh';
    if ((isUnnamedSource(address) && !named) || isDropSite(address) || (program && !named))
      stranger(machine, call, at.host);
    else if (name === 'deno' && /githubusercontent|gist/.test(at.host)) stranger(machine, call, at.host);
    else if (name === 'cargo' && option && !isCodeHost(at.host)) stranger(machine, call, at.host);
  }
}

/** Settings of package managers whose values are programs that they run. */
const RUN_SETTING =
  /^(?:script-shell|shell|git|editor|viewer|node-gyp|python|onload-script|node-options|yarnPath|init-module)$/;

/** `npm config set script-shell ./x`: from now on every script runs through it. */
export function runPackageSetting(machine: Machine, call: Call): Stream {
  const words = call.fields.filter(({ text }) => !text.startsWith('-'));
  const at = words[0]?.text === 'set' ? 1 : call.name.endsWith(' set') ? 0 : -1;
  if (at < 0) return UNKNOWN_STREAM;
  const [name = '', glued] = (words[at]?.text ?? '').split(/=(.*)/s);
  const value = glued ?? words[at + 1]?.text ?? '';
  machine.effect('write', `${call.name} ${name}`.trim());
  if (!RUN_SETTING.test(name) || value === '') return UNKNOWN_STREAM;
  const own = isKnown(value) && /^(?:\/(?:usr\/(?:local\/)?)?bin\/)?[\w+-]+(?:\.exe)?$|^\.yarn\//.test(value);
  if (/\s/.test(value)) machine.run.text(machine, value, NOTHING, call);
  machine.find(
    own ? CAUTION : DANGEROUS,
    'runs-later',
    `Makes ${call.name.split(' ')[0]} run ${shown(value)} from now on.`,
    call,
  );
  return UNKNOWN_STREAM;
}

function stranger(machine: Machine, call: Call, from: string): void {
  machine.effect('network', shown(from));
  machine.effect('exec', 'code from the network', false);
  machine.find(
    DANGEROUS,
    'remote-code',
    `Installs or runs code from ${shown(from)}, which nobody vouches for.`,
    call,
  );
}
