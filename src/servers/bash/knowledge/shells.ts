/**
 * Shells, their builtins, and programs that run another program.
 * They exist as data so that each wrapper's options are read right and the inner command is found.
 * Invariant: a wrapper's own options with values are complete, else its first operand would be taken for the command.
 */
import { caution, type Spec, type Table } from './spec.js';

const shell: Spec = { run: 'shell', values: 'O o rcfile init-file -o', options: { c: 'force' } };
const quiet: Spec = { out: 'nothing' };

const wraps = (values: string, wrap: Spec['wraps'] = {}, more: Spec = {}): Spec => ({
  run: 'wrapper',
  values,
  wraps: wrap,
  ...more,
});
const shellOption = (names: string) => ({ [names]: 'use:shell' as const });

export const shells: Table = {
  'sh bash zsh dash ksh ksh93 mksh ash rbash posh yash csh tcsh fish': shell,
  eval: { run: 'eval' },
  'source .': { run: 'source' },
  exec: { run: 'exec' },
  'cd pushd popd chdir z zoxide': { run: 'cd' },
  set: { run: 'set' },
  shift: { run: 'shift' },
  'export declare typeset local readonly': { run: 'declare' },
  unset: { run: 'unset' },
  alias: { run: 'alias' },
  unalias: { run: 'unalias' },
  trap: { run: 'trap' },
  'read mapfile readarray': { run: 'read' },
  history: { run: 'history' },
  fc: { run: 'history', out: 'history' },
  echo: { run: 'echo' },
  printf: { run: 'printf' },
  'shopt ulimit umask enable bind complete compgen compopt setopt unsetopt autoload zstyle bindkey': {
    run: 'shell-setting',
  },
  'test [ [[': { run: 'test', out: 'nothing' },
  let: { run: 'let' },
  'true false : wait jobs fg bg disown return exit logout break continue times type dirs help caller getopts suspend sleep usleep':
    quiet,
  abbr: quiet,
  hash: { run: 'hash' },
};

export const wrappers: Table = {
  sudo: wraps(
    'u user g group h host p prompt C close-from r role t type T command-timeout R chroot D chdir U other-user',
    { assignments: true, scope: 'root', session: true },
    {
      does: 'privilege',
      options: { 'l list v validate k K V version help': 'help' },
    },
  ),
  'doas please': wraps('u C', { scope: 'root' }, { does: 'privilege' }),
  pkexec: wraps('user', { scope: 'root' }, { does: 'privilege' }),
  runuser: wraps(
    's shell g group G supp-group w whitelist-environment T u user',
    { scope: 'root', permutes: true },
    { does: 'privilege', options: { 'c command session-command': 'use:shell' } },
  ),
  su: wraps(
    's shell g group G supp-group w whitelist-environment T u user',
    { skip: 1, scope: 'root', permutes: true },
    { does: 'privilege', options: { 'c command session-command': 'use:shell' } },
  ),
  env: wraps(
    'u unset C chdir P block-signal default-signal ignore-signal',
    { assignments: true },
    { options: { 'S split-string': 'use:shell' } },
  ),
  command: { run: 'wrapper', wraps: {}, options: { 'v V': 'help' } },
  'nohup setsid unbuffer builtin coproc noglob nocorrect fakeroot eatmydata catchsegv torsocks torify proxychains proxychains4 tsocks caffeinate busybox toybox optirun primusrun gamemoderun mangohud prime-run':
    wraps(''),
  'ionice nice stdbuf rlwrap winpty dbus-run-session dbus-launch firejail xvfb-run aoss padsp i386 linux32 linux64':
    wraps(
      'n adjustment c class classdata p pid u uid i input o output e error t s a l w wrap profile private',
    ),
  time: wraps('f format o output'),
  timeout: wraps('s signal k kill-after', { skip: 1 }),
  flock: wraps(
    'w timeout E conflict-exit-code',
    { skip: 1, permutes: true },
    { options: shellOption('c command') },
  ),
  taskset: wraps('', { skip: 1 }),
  'numactl cpulimit prlimit choom cgexec cset systemd-cat chpst softlimit setpriv aa-exec runcon sg newgrp':
    wraps('N m C l p pid cpunodebind membind g t S reuid regid groups user G'),
  'unshare nsenter': wraps('t target S setuid G setgid R root w wd'),
  spawn: wraps(''),
  'chroot arch-chroot': wraps('userspec groups r S b w', { skip: 1, scope: 'remote' }, { does: 'privilege' }),
  'strace ltrace dtruss valgrind heaptrack rr': wraps(
    'e p o s a b u E P ex x command core tool log-file',
    {},
    { options: { o: 'use:write' } },
  ),
  'systemd-run': wraps(
    'p property u unit t slice on-calendar on-active uid gid M machine E setenv working-directory description nice',
    {},
    { does: 'exec' },
  ),
  'systemd-inhibit': wraps('who why what mode'),
  'xterm konsole alacritty kitty gnome-terminal xfce4-terminal terminator urxvt st foot wezterm': {
    run: 'wrapper',
    values: 'T title geometry',
    wraps: { dashes: true },
    options: { 'e command x': 'use:shell' },
  },
  script: {
    run: 'wrapper',
    values: 'T E t log-in log-out log-io',
    wraps: { skip: 99 },
    options: { 'c command': 'use:shell' },
  },
  tmux: {
    values: 'L S f',
    sub: {
      'new-session new neww new-window split-window splitw respawn-pane respawn-window popup display-popup run-shell run if-shell':
        wraps('s n t c F x y e', { joined: true }),
      'kill-server kill-session kill-window kill-pane': { does: 'process' },
      'send-keys send': wraps('t N', { joined: true }),
      '*': {},
    },
  },
  watch: wraps('n interval d q', { joined: true }, { options: { 'x exec': 'force' } }),
  entr: wraps(''),
  xargs: {
    run: 'xargs',
    values: 'n max-args L max-lines P max-procs s max-chars d delimiter E a arg-file I J R',
    options: { 'i replace': 'force' },
  },
  'parallel sem rush': {
    run: 'parallel',
    values:
      'j jobs S sshlogin a arg-file d delimiter N n L l colsep C results joblog delay timeout retries halt tmpdir workdir I',
  },
  hyperfine: {
    values: 'w warmup r runs m min-runs M max-runs P parameter-list L export-json export-markdown n',
    options: { 'p prepare c cleanup s setup': 'use:shell' },
    operands: 'shell',
  },
  'ssh autossh mosh dbclient': wraps(
    'p i l o F E J L R D W w b c e I m O Q S B',
    { skip: 1, joined: true, scope: 'remote', session: true },
    { does: 'network', out: 'network' },
  ),
  sshpass: wraps('p f d P'),
  'pdsh clush dsh pssh parallel-ssh': wraps(
    'w g h l u p t o e i x',
    { joined: true, scope: 'remote' },
    { does: 'network' },
  ),
  ansible: {
    run: 'ansible',
    values:
      'i inventory m module-name a args u user f forks e extra-vars l limit t tree become-user T timeout',
  },
  'ansible-playbook': {
    does: 'network',
    values: 'i e extra-vars l limit t tags skip-tags u f forks vault-password-file private-key',
    options: { 'C check syntax-check list-tasks list-hosts list-tags': 'dry' },
    operands: 'read',
    risk: caution('remote-change', 'Changes other machines.'),
  },
  'dotenv envdir envchain chamber aws-vault teller': wraps('f e c p', { dashes: true, skip: 1 }),
  'cross-env cross-env-shell env-cmd': wraps('f', { assignments: true }),
  'with-lock-ex lckdo chronic ifne retry runit runsv': wraps('t d'),
  'winexe psexec psexec.py wmiexec.py smbexec.py': {
    does: 'network',
    risk: {
      level: 'dangerous',
      code: 'remote-execution',
      message: 'Runs commands on another machine with stolen-credential tools.',
    },
  },
  expect: { values: 'f', options: { c: 'use:program' }, does: 'exec', operands: 'read' },
};
