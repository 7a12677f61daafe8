/**
 * Files and directories: make, copy, move, delete, change, look at.
 * They are the commands typed most, and the ones that lose most.
 * Invariant: what only looks has no effect but reading.
 */
import { caution, danger, type Table } from './spec.js';

export const files: Table = {
  'rm grm': {
    run: 'rm',
    options: {
      'r R recursive': 'recursive',
      'f force': 'force',
      'no-preserve-root preserve-root one-file-system d dir i I interactive v verbose': 'force',
    },
  },
  unlink: { run: 'rm' },
  'del erase rd robocopy robocopy.exe vssadmin vssadmin.exe wbadmin bcdedit reg reg.exe diskpart diskpart.exe':
    {
      run: 'dos',
    },
  'rimraf del-cli premove': {
    operands: 'delete',
    values: 'max-retries',
    options: { 'dry-run d': 'dry' },
    recursive: true,
  },
  shx: { run: 'wrapper', wraps: {} },
  'trash trash-put gio-trash rmtrash': { run: 'trash' },
  'trash-empty': {
    does: 'delete',
    risk: danger('empty-trash', 'Deletes for good what the trash still holds.'),
  },
  'srm shred wipe sfill': {
    run: 'shred',
    values: 'n iterations s size',
    options: { 'u z f v remove zero force verbose': 'force' },
  },
  rmdir: {
    operands: 'directory',
    options: { 'p parents v verbose ignore-fail-on-non-empty': 'force' },
  },
  mktemp: { run: 'mktemp', values: 'p tmpdir suffix' },
  mkdir: { operands: 'directory', values: 'm mode Z context', options: { 'p parents': 'force' } },
  'mkfifo mknod': {
    operands: 'create',
    values: 'm mode Z context t',
    options: { 'p tmpdir': 'force' },
    does: 'write',
  },
  touch: {
    run: 'touch',
    operands: 'create',
    values: 't d date r reference',
    options: { 'c no-create': 'force' },
  },
  'cp gcp ginstall install mv gmv ln link': {
    run: 'copy',
    values: 't target-directory S suffix m mode o owner g group Z context strip-program',
    options: {
      'r R a recursive archive f force n no-clobber i interactive b backup s symbolic d directory D v verbose p preserve u update T L P':
        'force',
    },
  },
  rsync: {
    run: 'rsync',
    values:
      'e rsh exclude include f filter files-from exclude-from include-from B block-size T temp-dir compare-dest link-dest log-file password-file bwlimit timeout port partial-dir backup-dir suffix chmod chown max-size min-size out-format rsync-path',
    options: {
      'n dry-run del delete delete-before delete-during delete-after delete-delay delete-excluded remove-source-files list-only force ignore-errors':
        'force',
    },
  },
  'rename prename perl-rename mmv vidir qmv': {
    values: 'e',
    options: { 'n nono no-act dry-run': 'dry' },
    operands: 'none→modify',
    does: 'write',
  },
  'truncate gtruncate': {
    run: 'truncate',
    values: 's size r reference',
    options: { 'c no-create o io-blocks': 'force' },
  },
  fallocate: {
    run: 'allocate',
    values: 'l length o offset',
    options: { 'p punch-hole c collapse-range z zero-range': 'operands:truncate' },
    operands: 'create',
  },
  'chmod gchmod': {
    run: 'permission',
    values: 'reference',
    options: {
      'R recursive': 'recursive',
      'f v c silent verbose changes preserve-root no-preserve-root': 'force',
    },
  },
  'chown chgrp gchown': {
    run: 'permission',
    values: 'reference from',
    options: {
      'R recursive': 'recursive',
      'f v c h H L P silent verbose changes preserve-root no-preserve-root': 'force',
    },
  },
  'setfacl chattr chcon': {
    run: 'attributes',
    values: 'm modify x remove M X set t u r l p',
    options: { 'R recursive b remove-all k remove-default test': 'force' },
  },
  restorecon: { operands: 'permissions', options: { n: 'dry', 'R r recursive': 'force' } },
  setcap: { run: 'capability', operands: 'none→modify' },
  'dd dcfldd dc3dd': { run: 'dd' },
  'tee sponge': { run: 'tee', options: { 'a append': 'force' } },
  split: {
    values: 'l lines b bytes n number a suffix-length C line-bytes additional-suffix t separator',
    options: { filter: 'use:shell' },
    operands: 'read→write',
    does: 'write',
  },
  csplit: { values: 'f prefix n digits b suffix-format', operands: 'none→read', does: 'write' },
  'find gfind bfs': { run: 'find' },
  'fd fdfind': { run: 'fd' },
  pwd: { run: 'pwd' },
  which: { run: 'which' },
  'locate plocate mlocate': { values: 'n limit d' },
  'ls dir vdir l ll la gls exa eza lsd lsof stat file du df ncdu dust duf wc cksum sum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum b3sum shasum md5 basename dirname realpath readlink pathchk namei lsattr getfacl getcap getfattr mountpoint findmnt tac nl pr fold fmt expand unexpand od hexdump hd strings cmp diff sdiff diff3 colordiff delta difft icdiff wdiff comm zcmp zdiff':
    {
      run: 'filter',
      values:
        'n c w s d I ignore L level max-depth exclude X f format printf t time block-size B label U context',
      operands: 'read',
      options: { kill: danger('kill-users', 'Kills the processes that use a file.') },
    },
  tree: {
    run: 'filter',
    operands: 'read',
    values: 'L P I H T charset filelimit timefmt sort',
    options: { o: 'use:write' },
  },
  fuser: { run: 'fuser', values: 'n namespace s' },
  'cat gcat bat batcat': { run: 'cat', values: 'l language theme style r line-range' },
  'head tail less more most view lv lnav multitail zless bzless xzless zmore': {
    run: 'filter',
    operands: 'read',
    values: 'n lines c bytes s sleep-interval pid p P x y z b',
  },
  'zcat gzcat bzcat xzcat zstdcat lz4cat': { run: 'filter', operands: 'read' },
  'inotifywait inotifywatch fswatch watchman': { operands: 'read', values: 'e event t timeout' },
  'xdg-open open start gio gnome-open kde-open code code-insiders subl atom gedit kate xed mousepad nautilus dolphin thunar':
    { operands: 'read' },
  'vi vim ex nvim nano pico emacs emacsclient micro helix hx joe mcedit ee visudo vipw sudoedit kak ne mg editor sensible-editor vimdiff':
    {
      run: 'editor',
      operands: 'modify',
      values: 'c u S T w cmd f l eval',
      options: { '--eval': 'value' },
      does: 'write',
      risk: caution('editor', 'Opens an editor.'),
    },
  'rdfind fdupes jdupes rmlint fclones dupeguru': {
    operands: 'read',
    values: 'minsize size G o',
    options: {
      'd delete deleteduplicates': '+delete!',
      'N noprompt': danger('delete-duplicates', 'Deletes duplicates without asking.'),
    },
  },
  'tmpwatch tmpreaper logrotate': {
    operands: 'none→read',
    options: { 't test d debug': 'dry' },
    does: 'delete',
  },
  'dos2unix unix2dos mac2unix': { operands: 'modify' },
  patch: {
    operands: 'modify',
    values: 'p strip d directory B',
    options: { 'i input': 'use:read', 'dry-run': 'dry', 'o output': 'use:write' },
    does: 'write',
  },
  'iconv recode': {
    values: 'f from-code t to-code',
    options: { 'o output': 'use:write' },
    operands: 'read',
    run: 'filter',
  },
  'updatedb mandb ldconfig depmod update-initramfs update-grub grub-mkconfig grub2-mkconfig': {
    does: 'write privilege',
    options: { 'o output': 'use:write' },
  },
  'grub-install grub2-install': { does: 'privilege', operands: 'device' },
  e2undo: { does: 'write' },
};
