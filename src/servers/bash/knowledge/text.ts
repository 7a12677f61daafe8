/**
 * Text filters and programs that only tell something.
 * They exist so that everyday pipelines are known to be harmless.
 * Invariant: nothing here changes anything but with the options that say so.
 */
import { danger, type Spec, type Table } from './spec.js';

const filter: Spec = { run: 'filter', operands: 'read' };
const tells: Spec = {};

export const text: Table = {
  'grep egrep fgrep rgrep zgrep bzgrep xzgrep zegrep zfgrep ugrep': {
    run: 'filter',
    operands: 'none→read',
    values:
      'A B C m max-count e regexp f file d D include exclude exclude-dir after-context before-context context color label binary-files',
  },
  'rg ag ack sift pt ripgrep': {
    run: 'filter',
    operands: 'none→read',
    values: 'A B C m g glob t type T type-not e f j max-depth pre pre-glob r replace',
  },
  sort: {
    run: 'filter',
    operands: 'read',
    values: 'k key t field-separator S buffer-size T temporary-directory parallel batch-size',
    options: { 'o output': 'use:write', 'compress-program': 'use:program' },
  },
  'uniq cut paste join look column colrm col rs shuf tsort numfmt ptx csvcut csvgrep csvlook csvsort csvstat xsv qsv mlr miller gron fx jless yj dasel htmlq pup hxselect tidy':
    {
      run: 'filter',
      operands: 'read',
      values:
        'd delimiter f fields c characters b bytes s skip-fields w t separator n head-count i input-range e 1 2 o j a v ouput-delimiter',
    },
  'jq gojq jaq': {
    run: 'filter',
    operands: 'none→read',
    values: 'arg argjson slurpfile rawfile indent L',
    options: { 'f from-file': 'use:read' },
  },
  'yq tomlq xq': {
    run: 'filter',
    operands: 'none→read',
    options: { 'i inplace in-place': 'operands:none→modify' },
    values: 'o p I',
  },
  'xmlstarlet xmllint': {
    operands: 'read',
    options: { 'L inplace': 'operands:modify', output: 'use:write' },
  },
  tr: { run: 'tr' },
  rev: { run: 'rev', operands: 'read' },
  'base64 base32 basenc xxd uudecode uuencode b64decode b64encode gbase64': {
    run: 'decoder',
    values: 'w wrap l s c cols o g seek len',
    options: { i: 'force' },
  },
  'sed gsed ssed': {
    run: 'sed',
    values: 'e expression f file l line-length',
    options: { 'i in-place n r E s z quiet regexp-extended': 'force' },
  },
  'ed red': { run: 'ed', values: 'p prompt c', options: { 's q silent quiet script': 'force' } },
  'awk gawk mawk nawk': { run: 'awk', values: 'F field-separator v assign f file i include l load o d' },
  'nroff troff groff man2html ul banner figlet toilet cowsay lolcat fortune boxes': filter,
  'pv ts tqdm': { run: 'pass', values: 'L s N i' },
  yes: { run: 'yes' },
  'seq jot factor primes bc dc expr units qalc': { run: 'filter' },
  'date gdate cal ncal uptime w who whoami id groups logname users last lastb lastlog finger pinky arch uname hostname hostid nproc tty getconf locale printenv whereis whatis apropos info tldr cheat clear reset tput stty free vmstat iostat mpstat sar pidstat top htop btop atop glances iotop iftop nethogs ps pstree pgrep pidof pwdx pmap lscpu lsmem lspci lsusb lsblk lshw lsmod modinfo lsipc lslocks lsns lslogins dmidecode hwinfo inxi sensors acpi upower neofetch fastfetch screenfetch lsb_release sw_vers system_profiler getent getenforce sestatus aa-status logname runlevel systemd-analyze systemd-cgls systemd-cgtop systemd-detect-virt blkid ldd nm objdump readelf size addr2line c++filt otool pkg-config ipcs cpuid numastat compaudit':
    tells,
  man: { values: 's S section', options: { 'P pager H html': 'use:shell' } },
  'pgrep pidof': { run: 'find-process', values: 'o p u t U C G g s', operands: 'none' },
  'ps top htop': { values: 'o p u t U C G g s', operands: 'none' },
  printenv: { run: 'printenv' },
  hostname: { options: { 'F file': '+privilege write' }, run: 'hostname' },
  'stty tput setterm': tells,
  journalctl: {
    values: 'u unit n lines o output p priority g grep since S until U t identifier b D directory',
    options: {
      'vacuum-time vacuum-size vacuum-files': danger('delete-log', 'Deletes logs of the system.'),
      rotate: '+write',
      flush: '+write',
    },
    out: 'opaque',
  },
  dmesg: {
    values: 'l level f facility',
    options: { 'C clear c read-clear': danger('delete-log', 'Deletes the messages of the kernel.') },
  },
  logger: { values: 'p t i f', does: 'write' },
  'xclip xsel pbcopy pbpaste wl-copy wl-paste clip': { run: 'pass', values: 'sel selection t i o d' },
  'say espeak espeak-ng notify-send zenity kdialog whiptail dialog gum fzf sk peco rofi dmenu': {
    run: 'filter',
  },
  'getopt envsubst gettext ngettext msgfmt': { run: 'filter', values: 'o options l longoptions n name' },
  'wmctrl xrandr xset xinput xmodmap setxkbmap xwininfo xprop xev xdpyinfo xlsclients wpctl pactl amixer alsamixer pamixer playerctl brightnessctl light xbacklight redshift':
    { does: 'write' },
  'import scrot maim xwd grim flameshot gnome-screenshot screencapture spectacle': {
    operands: 'write',
    values: 'window root out d s',
    options: { 'out o': 'use:write' },
  },
};
