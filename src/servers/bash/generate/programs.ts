/**
 * The few facts on programs that reading a shape needs: who runs another command, which options take a value.
 * It exists so that `sudo find … -exec rm {} +` counts as three programs with their own options.
 * Invariant: a program that is not listed is read by the common rules of option syntax.
 */

interface Wrapper {
  /** Options that are followed by a command up to `;` or `+`. */
  readonly options?: ReadonlySet<string>;
  /** The first operand is the name of a command. */
  readonly after?: 'operands';
  /** Operands before the command. */
  readonly skip?: number;
}

const none: Wrapper = {};
const runner: Wrapper = { after: 'operands' };
const wrappers = new Map<string, Wrapper>([
  ['find', { options: new Set(['-exec', '-execdir', '-ok', '-okdir']) }],
  ...[
    'sudo',
    'xargs',
    'env',
    'nohup',
    'nice',
    'ionice',
    'time',
    'watch',
    'exec',
    'command',
    'builtin',
    'setsid',
    'stdbuf',
    'unbuffer',
  ].map((name): [string, Wrapper] => [name, runner]),
  ['timeout', { after: 'operands', skip: 1 }],
]);

export function wrapperOf(name: string): Wrapper {
  return wrappers.get(name) ?? none;
}

export function endsCommand(text: string): boolean {
  return text === '\\;' || text === "';'" || text === '";"' || text === '+' || text === ';';
}

/** Programs whose long options start with one dash. */
const singleDash = new Set([
  'find',
  'java',
  'openssl',
  'convert',
  'ffmpeg',
  'xmllint',
  'terraform',
  'gcc',
  'g++',
  'go',
  'xrandr',
  'xclip',
  'setxkbmap',
  'pdftk',
  'mogrify',
  'identify',
  'read-only',
]);

/** One-letter options that take a value, by program. */
const lettersWithValue = new Map<string, string>(
  Object.entries({
    xargs: 'nIPLdsEa',
    sudo: 'ugphC',
    head: 'nc',
    tail: 'nc',
    sort: 'ktoST',
    uniq: 'fsw',
    cut: 'dfcb',
    awk: 'Fvf',
    gawk: 'Fvf',
    sed: 'ef',
    grep: 'ABCmef',
    egrep: 'ABCmef',
    zgrep: 'ABCmef',
    tar: 'fCTX',
    ssh: 'pilLRDoFJ',
    scp: 'PiolF',
    rsync: 'eBT',
    curl: 'oHdXuAebFTKmxw',
    wget: 'OPoUQti',
    ps: 'CpuUgGto',
    kill: 's',
    chmod: '',
    chown: '',
    cp: 'tS',
    mv: 'tS',
    ln: 'tS',
    mkdir: 'm',
    du: 'dBt',
    df: 'tBx',
    ls: 'IwT',
    nl: 'bhfdinsvwl',
    join: 'tjaeov12',
    paste: 'd',
    split: 'abClnt',
    csplit: 'fbn',
    fold: 'w',
    od: 'tANjw',
    hexdump: 'ens',
    seq: 'sf',
    date: 'dfr',
    touch: 'drt',
    tree: 'LPIo',
    watch: 'n',
    ping: 'ciWwIs',
    dig: 'tcpqfx',
    screen: 'SXdpt',
    tmux: 'tsnLSfc',
    mount: 'tooL',
    read: 'pntdaNui',
    nice: 'n',
    timeout: 'ks',
    diff: 'UIx',
    comm: '',
    mktemp: 'pt',
    useradd: 'gGdsucm',
    usermod: 'gGdsuac',
    make: 'Cfj',
    git: 'Cc',
    history: 'd',
    top: 'pdnuU',
    printf: 'v',
    column: 'tsc',
    crontab: 'u',
    su: 'cs',
    bash: 'c',
    sh: 'c',
    install: 'mogt',
    tee: '',
    shuf: 'neio',
    stat: 'cf',
    chgrp: '',
    pgrep: 'ugPft',
    pkill: 'ugPt',
    lsof: 'piucd',
    nc: 'pwsi',
    zip: 'xi',
    unzip: 'dx',
    docker: '',
    basename: 's',
    file: 'fmF',
  }).map(([name, letters]) => [name, letters]),
);

/** One-dash long options that take no value. */
const bare = new Set(
  '-print -print0 -ls -delete -prune -quit -depth -mount -xdev -empty -nouser -nogroup -readable -writable -executable -daystart -follow -true -false -not -and -or -noleaf -warn -nowarn -ignore_readdir_race -H -L -P -o -a -d'.split(
    ' ',
  ),
);

export interface Options {
  readonly names: readonly string[];
  /** The value written in the same word: `--depth=2`, `-n10`. */
  readonly attached?: string;
  readonly takesValue: boolean;
}

/** What a word with a leading dash says. */
export function optionsOf(program: string, text: string): Options {
  if (/^-\d+$/.test(text)) return { names: ['-#'], attached: text.slice(1), takesValue: false };
  if (text.startsWith('--')) {
    const equals = text.indexOf('=');
    return equals < 0
      ? { names: [text], takesValue: false }
      : { names: [text.slice(0, equals)], attached: text.slice(equals + 1), takesValue: false };
  }
  if (singleDash.has(program)) return { names: [text], takesValue: program === 'find' && !bare.has(text) };
  const withValue = lettersWithValue.get(program) ?? '';
  const names: string[] = [];
  for (let i = 1; i < text.length; i++) {
    const letter = text[i] ?? '';
    if (!/[A-Za-z0-9@?#]/.test(letter)) break;
    names.push(`-${letter}`);
    if (withValue.includes(letter)) {
      const attached = text.slice(i + 1);
      return attached === '' ? { names, takesValue: true } : { names, attached, takesValue: false };
    }
  }
  return { names: names.length > 0 ? names : [text], takesValue: false };
}
