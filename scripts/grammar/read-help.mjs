/**
 * Prints records of the grammar's notation for the GNU programs, git and curl of this system, from what they say of themselves.
 * It exists because the completion specs describe the BSD tools of another system: GNU flags are missing there.
 * Invariant: programs are only asked for their help, with fixed arguments; of the answers only names of flags and shapes of values are kept.
 *
 *     node scripts/grammar/read-help.mjs > scripts/grammar/gnu.txt      (the committed file: Debian 12)
 */
import { spawnSync } from 'node:child_process';

const GNU =
  'arch base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dircolors dirname du env expand expr factor fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk pinky pr printenv ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee timeout touch tr truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes find xargs grep egrep fgrep sed tar gzip gunzip zcat diff cmp diff3 sdiff lsblk mount umount kill fdisk blkid findmnt dmesg flock getopt hexdump col column rev renice script setsid taskset unshare nsenter ionice fallocate losetup swapon swapoff lscpu more free pgrep pkill pidof pmap pwdx uptime vmstat w watch sysctl slabtop curl wget xz unxz jq make'.split(
    ' ',
  );

function helpOf(program, ...args) {
  const { stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C', COLUMNS: '400', HOME: '/nonexistent' },
  });
  return `${stdout ?? ''}\n${stderr ?? ''}`;
}

const FILE = /FILE|ARCHIVE|file/;
const FOLDER = /DIR|dir\b/;

function shapeOf(value) {
  return FOLDER.test(value) ? 'd' : FILE.test(value) ? 'f' : 'o';
}

/** `-f, --file=ARCHIVE`, `-i[SUFFIX], --in-place[=SUFFIX]`, `-I R`, `--[no-]verbose`, `-S, --gpg-sign[=<key-id>]`. */
function flagOf(text) {
  const names = [];
  let value = '';
  for (const part of text.split(/,\s+|\s+\|\s+|\s+or\s+(?=-)/)) {
    const found = /^(--?(?:\[no-\])?[A-Za-z0-9#@?][\w.-]*)(.*)$/.exec(part.trim());
    if (!found) continue;
    const [, name, rest] = found;
    if (/^-[A-Z]{3,}$/.test(name)) continue;
    names.push(...(name.startsWith('--[no-]') ? [`--${name.slice(7)}`, `--no-${name.slice(7)}`] : [name]));
    const what = rest.trim();
    if (what === '') continue;
    if (/^\[=?.*\]$/.test(what) || value.startsWith(':')) value = `:${shapeOf(what)}?`;
    else if (
      /^(?:=\S.*|<[^>]+>.*|[A-Z][A-Z0-9_,-]*(?:\[.*\])?|\[[-+/]\][A-Z].*|[a-z][\w-]*)$/.test(what) &&
      value === ''
    )
      value = `=${shapeOf(what)}`;
  }
  return names.length === 0 ? undefined : { names, value };
}

function flagsIn(text) {
  const flags = [];
  for (const line of text.split('\n')) {
    const [, body] = /^\s{1,10}(-\S.*)$/.exec(line) ?? [];
    if (body === undefined) continue;
    const flag = flagOf(
      body.split(/\s{2,}|\t/).reduce((head, part) => (head.endsWith(',') ? `${head} ${part}` : head)),
    );
    if (flag) flags.push(flag);
  }
  return flags;
}

/** find's expression: every word with a dash, and whether an upper-case word follows. */
function expressionFlags(text) {
  const flags = new Map();
  for (const [, name, value = ''] of text
    .slice(text.indexOf('Positional options'), text.indexOf('Valid arguments'))
    .matchAll(/(?<=\s)(-[a-z0-9_-]+)(?: ([A-Z]+|\[[-/bcdpflsD]+\]\w*|N\S*))?(?: (FORMAT))?/g))
    if (!flags.has(name))
      flags.set(name, {
        names: [name],
        value: value === '' || value === 'COMMAND' ? '' : `=${shapeOf(value)}`,
      });
  for (const name of ['-H', '-L', '-P', '-a', '-and', '-o', '-or', '-not', '-O0', '-O1', '-O2', '-O3'])
    flags.set(name, { names: [name], value: '' });
  for (const a of 'aBcm')
    for (const b of 'aBcmt') flags.set(`-newer${a}${b}`, { names: [`-newer${a}${b}`], value: '=o' });
  flags.set('-D', { names: ['-D'], value: '=o' });
  flags.set('-d', { names: ['-d'], value: '' });
  for (const name of ['-help', '-version', '--help', '--version'])
    flags.set(name, { names: [name], value: '' });
  flags.set('-ipath', { names: ['-ipath'], value: '=o' });
  flags.set('-samefile', { names: ['-samefile'], value: '=f' });
  flags.set('-fprintf', { names: ['-fprintf'], value: '=fo' });
  for (const name of ['-exec', '-execdir', '-ok', '-okdir']) flags.set(name, { names: [name], value: '=c*' });
  return [...flags.values()];
}

/** They hand flags on to revision walking and to the diff machinery, which list themselves nowhere. */
const HAND_ON = new Set(
  'log diff show shortlog format-patch blame annotate diff-tree diff-index diff-files range-diff whatchanged reflog stash bisect rev-list rev-parse grep notes submodule difftool mergetool cherry-pick for-each-ref'.split(
    ' ',
  ),
);

function line(depth, name, marks, operands, flags) {
  const seen = new Set();
  const spelt = [];
  for (const { names, value } of flags) {
    const fresh = names.filter((one) => !seen.has(one));
    for (const one of fresh) seen.add(one);
    if (fresh.length > 0) spelt.push(value === '' ? fresh.join(',') : `${fresh.join(',')}|${value}`);
  }
  return `${depth}${name}\t${marks}\t${operands}\t${spelt.join(' ')}`;
}

for (const program of GNU) {
  const text = helpOf(program, '--help', ...(program === 'curl' ? ['all'] : []));
  const flags = program === 'find' ? expressionFlags(text) : flagsIn(text);
  if (flags.length === 0) continue;
  const usage = /usage:(?:\s*\n)?.*/i.exec(text)?.[0] ?? '';
  const operands = /COMMAND|command/.test(usage)
    ? 'c?*'
    : FILE.test(usage)
      ? 'f?*'
      : FOLDER.test(usage)
        ? 'd?*'
        : 'o?*';
  process.stdout.write(
    `${line(0, program, program === 'find' ? 'TN' : 'T', program === 'find' ? 'd?*' : operands, flags)}\n`,
  );
}

process.stdout.write('0git\t\t\t\n');
for (const name of helpOf('git', '--list-cmds=main').trim().split('\n')) {
  if (!/^[a-z][a-z-]*$/.test(name) || name.includes('--')) continue;
  const said = flagsIn(helpOf('git', name, '-h'));
  const listed = helpOf('git', name, '--git-completion-helper-all').split(/\s+/);
  const more = listed
    .filter((flag) => /^--[a-z][\w-]*=?$/.test(flag))
    .map((flag) => ({ names: [flag.replace(/=$/, '')], value: flag.endsWith('=') ? '=o' : '' }));
  // Only of commands that list themselves completely.
  if (more.length > 0)
    process.stdout.write(`${line(1, name, HAND_ON.has(name) ? '' : 'T', 'o?*', [...said, ...more])}\n`);
}
