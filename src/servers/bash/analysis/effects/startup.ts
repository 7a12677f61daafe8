/**
 * Files that decide what runs later, who may log in and where packages come from: what may be added to them unasked.
 * It exists because `export EDITOR=vim` in `.bashrc` is everyday work, and `/tmp/.x &` in it a back door.
 * Invariant: an addition is only as light as its whole text, read as commands; unseen text stays dangerous.
 */
import { CAUTION, DANGEROUS, Machine, type Span } from '../machine.js';
import { type Stream, UNKNOWN_STREAM } from '../stream.js';
import { isUnnamedSource } from '../targets/hosts.js';
import { lastPart } from '../targets/path.js';

/** Shell start-up files of one user. */
const SHELL_RC =
  /\/\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|shrc|zshrc|zshenv|zprofile|zlogin|kshrc|config\/fish\/(?:config\.fish|conf\.d\/.*))$/;
/** Settings that make another program run something. */
const RUNS_LATER =
  /(?:Proxy|Local|Remote|KnownHosts)Command|\bMatch\s+exec|PermitLocalCommand|!\s*\w|\b(?:pager|editor|sshCommand|fsmonitor|hooksPath|textconv|helper|external)\s*=/i;

export function startup(
  machine: Machine,
  path: string,
  target: string,
  mode: 'create' | 'append' | 'replace' | 'modify' | 'truncate' | 'metadata',
  span: Span,
  content: Stream | undefined,
): void {
  if (mode === 'metadata') {
    machine.find(CAUTION, 'write-system', `Changes ${target}.`, span);
    return;
  }
  if (/\/(?:passwd|shadow|sudoers|authorized_keys2?|ld\.so\.preload)/.test(path)) {
    machine.find(
      DANGEROUS,
      'grant-access',
      `Changes ${target}: who may log in, become root or be loaded into every program.`,
      span,
    );
    return;
  }
  const adds =
    mode === 'append' && content?.text !== undefined && content.taint === 0 ? content.text : undefined;
  const light =
    adds !== undefined &&
    (SHELL_RC.test(path)
      ? isHarmless(machine, adds)
      : /\/sysctl\.(?:conf|d\/[^/]*)$/.test(path)
        ? !/kernel\.|suid_dumpable|protected_/.test(adds)
        : /\.ssh\/config$|\.gitconfig$|\/\.inputrc$/.test(path) && !RUNS_LATER.test(adds));
  machine.find(
    light ? CAUTION : DANGEROUS,
    'persist',
    light ? `Adds settings to ${target}.` : `Changes ${target}: what it holds runs or rules later, unasked.`,
    span,
  );
}

/** Names whose meaning nobody changes for comfort. */
const GUARDED = /^(?:sudo|su|doas|ssh|scp|passwd|login|gpg|pinentry|security)$/;
/** Lines that only say something of the shell. */
const HARMLESS = new Set(['shell-setup', 'runs-script', 'search-path', 'loader-hijack', 'history-setting']);

/** Whether a shell that reads this text when it starts only sets itself up. */
export function isHarmless(machine: Machine, text: string): boolean {
  if (text.length > 4096 || /[^&>]&\s*(?:$|\n|\))/.test(text)) return false;
  const inner = nested(machine);
  // What a tool prints for this shell: the tool itself must only be local.
  const rest = text.replaceAll(/^\s*eval\s+"?\$\(([^()$`;|&]+)\)"?\s*$/gm, (all, command: string) =>
    isLight(machine, command, { local: true }) ? '' : all,
  );
  inner.run.text(inner, rest, UNKNOWN_STREAM, LATER_SPAN);
  const sets =
    inner.weight <= CAUTION &&
    inner.effects.every(({ kind }) => kind === 'exec' || kind === 'read' || kind === 'history') &&
    inner.findings.every(({ code }) => HARMLESS.has(code));
  if (!sets) return false;
  for (const [name, value] of inner.aliases ?? [])
    if (GUARDED.test(name) ? value.trim() !== name && !/^\w+ +-?\w*$/.test(value) : !isLight(machine, value))
      return false;
  for (const name of inner.functions?.keys() ?? []) if (GUARDED.test(name)) return false;
  return true;
}

/** Whether a command, run later and unattended, is at most a caution and stays on this machine. */
export function isLight(machine: Machine, text: string, { local = false } = {}): boolean {
  const inner = nested(machine);
  inner.run.text(inner, text, UNKNOWN_STREAM, LATER_SPAN);
  return inner.weight <= CAUTION && !(local && inner.effects.some(({ kind }) => kind === 'network'));
}

const LATER_SPAN: Span = { start: 0, end: 0 };

function nested(machine: Machine): Machine {
  const inner = new Machine(machine.source, { ...machine.places, rules: undefined }, machine.run);
  inner.depth = machine.depth + 2;
  return inner;
}

/** Files that say where packages come from: `.npmrc`, `pip.conf`, `sources.list` … */
const SOURCES =
  /^(?:\.npmrc|\.yarnrc(?:\.yml)?|pip\.conf|pip\.ini|\.pydistutils\.cfg|\.condarc|\.gemrc|sources\.list|settings\.xml|nuget\.config|uv\.toml)$|\.list$|\.repo$|\.sources$/i;

/** A package source that nobody vouches for, written into such a file. */
export function redirectsSources(path: string, content: Stream | undefined): boolean {
  if (content?.text === undefined || !content.text.includes('://')) return false;
  if (!SOURCES.test(lastPart(path)) && !/\/\.cargo\/config/.test(path)) return false;
  for (const m of content.text.matchAll(/[a-z+]+:\/\/[^\s"'<>]+/gi))
    if (isUnnamedSource(m[0])) return !/\.ubuntu\.com|\.debian\.org|\/\/mirrors?\./.test(m[0]);
  return false;
}
