/**
 * Programs of developers that run another: environment managers, package runners, secret injectors, watchers, tracers.
 * They exist so that the command after them is judged, not the runner's name.
 * Invariant: what may be a package's name rather than a program's is looked into only where the program is listed.
 */
import type { Spec, Table, Wrap } from './spec.js';

const runs = (values: string, wraps: Wrap = {}, more: Spec = {}): Spec => ({
  run: 'wrapper',
  values,
  wraps,
  ...more,
});
const line = (names: string) => ({ [names]: 'use:shell' as const });
const helps = { 'help h version V': 'help' } as const;

/** `npm exec`, `yarn dlx`: a package's program, or a line for a shell. */
export const packageRunner: Spec = runs(
  'p package w workspace',
  { known: true },
  { does: 'network exec', options: line('c call') },
);

export const runners: Table = {
  'npx bunx pnpx dlx': runs(
    'p package w workspace',
    {},
    { does: 'network exec', options: line('c call shell-mode') },
  ),
  uvx: runs(
    'from with with-editable python p index i index-url extra-index-url',
    { known: true },
    { does: 'network exec' },
  ),
  chrt: runs('T sched-runtime P sched-period D sched-deadline', { skips: '^\\d+$' }, { options: helps }),
  setarch: runs('', {
    skips:
      '^(?:x86_64|i[3-6]86|linux(?:32|64)|uname26|aarch64|arm\\w*|ppc\\w*|s390x?|riscv64|mips\\w*|sparc\\w*)$',
  }),
  proot: runs(
    'r rootfs b bind m mount q qemu w pwd cwd k kernel-release v verbose i change-id',
    {},
    { does: 'privilege' },
  ),
  capsh: runs('', { dashes: true, program: 'bash' }),
  'faketime datefudge': runs('', { skip: 1 }, { options: { ...helps, 'm f': 'force' } }),
  'gosu su-exec': runs('', { skip: 1 }, { options: helps }),
  'tini dumb-init catatonit': runs('p e', {}, { options: helps }),
  'wait-for-it wait-for-it.sh wait-for': runs('h host p port t timeout', { dashes: true }),
  'ld.so ld-linux.so.2 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-linux-armhf.so.3 ld-musl-x86_64.so.1 ld-musl-aarch64.so.1 ld64.so.1 ld64.so.2':
    runs(
      '-library-path -preload -audit -argv0 -inhibit-rpath -glibc-hwcaps-prepend -glibc-hwcaps-mask',
      {},
      { options: { 'list verify version help list-diagnostics list-tunables': 'help' } },
    ),
  perf: {
    sub: {
      'stat record trace': runs(
        'e event F freq c count o output p pid t tid C cpu a-cpus r repeat G cgroup I interval-print D delay x field-separator call-graph m mmap-pages s',
        {},
        { options: { 'o output': 'use:write' } },
      ),
      '*': {},
    },
  },
  'gdb cgdb lldb': {
    run: 'debugger',
    dash: true,
    values:
      '-x -command -s -symbols -e -exec -se -c -core -p -pid -d -directory -ex -iex -eval-command -ix -D -o -O -S -one-line -source -f -n',
  },
  'ssh-agent': runs('a t E P O', {}, { options: helps }),
  'direnv devenv': {
    sub: { exec: runs('', { skip: 1 }), shell: runs('', { dashes: true, skip: 0 }), '*': { does: 'write' } },
  },
  mise: {
    verbs: 'cautious',
    sub: {
      'exec x': runs('j jobs', { dashes: true, permutes: true }, { options: line('c command') }),
      'list ls current show version help doctor where which env': {},
      '*': { does: 'write' },
    },
  },
  'devbox pixi flox': {
    sub: {
      'run services': runs('c config e env p manifest-path environment', { known: true }, { does: 'exec' }),
      activate: runs('d dir r remote', { dashes: true }, { options: line('c command') }),
      'list info search version help': {},
      '*': { does: 'network write' },
    },
  },
  'infisical dotenvx varlock phase envconsul': {
    sub: {
      run: runs('f env-file e env path projectId token', { known: true }, { options: line('c command') }),
      '*': { does: 'network' },
    },
  },
  sops: {
    does: 'read',
    sub: {
      'exec-env exec-file': runs('user', { skip: 1, line: true }),
      '*': { operands: 'read' },
    },
  },
  nodemon: runs(
    'w watch e ext i ignore d delay C cwd signal',
    { known: true },
    { does: 'exec', options: line('x exec') },
  ),
  'concurrently conc': {
    does: 'exec',
    values:
      'n names c prefix-colors p prefix t timestamp-format l prefix-length s success restart-tries restart-after m max-processes name-separator hide kill-signal',
    options: { 'h help V version': 'help' },
    operands: 'shell',
  },
  watchexec: runs(
    'w watch W e exts f filter i ignore ignore-file s signal stop-signal d debounce delay-run p shell workdir emit-events-to E env project-origin',
    {},
    { options: helps },
  ),
  'reflex modd': runs('r regex g glob R inverse-regex G inverse-glob d decoration S'),
  'chokidar chokidar-cli': {
    does: 'exec',
    values: 'd debounce t throttle i ignore',
    options: line('c command'),
  },
  'xdotool ydotool wtype': {
    sub: { type: runs('delay window args file d', { joined: true, known: true }), '*': {} },
  },
  screen: { run: 'screen', values: 'S c e h p r s t T L Logfile', options: { 'ls list wipe': 'help' } },
  'opam guix': {
    sub: {
      exec: runs('switch package', { known: true }),
      'shell environment': runs('m manifest f file', { dashes: true }),
      'list show search info version help': {},
      '*': { does: 'network write' },
    },
  },
};
