/**
 * Archives, compression, encryption, backup.
 * They exist because packing may remove, unpack may overwrite, and backups may be pruned away.
 * Invariant: listing and testing change nothing.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

/** Replaces each file by its compressed form, unless it writes to standard output. */
const squeezes: Spec = {
  operands: 'read',
  does: 'write',
  values: 'S suffix T threads o output D b M',
  options: { 'c stdout to-stdout l list t test': 'quiet', 'k keep': 'force' },
  run: 'squeeze',
};
const pruned = danger('delete-backup', 'Deletes backups.');

export const archives: Table = {
  'tar gtar bsdtar star': {
    run: 'tar',
    values:
      'f file C directory T files-from X exclude-from exclude I use-compress-program to-command checkpoint-action transform s strip-components b g listed-incremental owner group mode newer-mtime after-date N L F info-script new-volume-script rsh-command K starting-file one-top-level',
    options: {
      'x c t r u A z j J v p O k P extract create list append update get to-stdout remove-files delete diff compare d gzip bzip2 xz zstd auto-compress a':
        'force',
    },
  },
  zip: {
    run: 'zip',
    values: 'x i n b t tt TT unzip-command s -TT -tt O',
    options: { 'r m T d move delete': 'force' },
    dash: true,
  },
  'unzip bsdunzip': { run: 'unzip', values: 'd x P O I' },
  'unar ditto': {
    does: 'write',
    values: 'e encoding p password',
    options: { 'o output-directory': 'use:create' },
  },
  '7z 7za 7zr 7zz rar unrar p7zip': {
    sub: {
      'l t i b h v lb lt vb': { operands: 'read' },
      d: { operands: 'modify' },
      'e x': { run: 'unpack', does: 'write' },
      '*': { does: 'write' },
    },
  },
  'gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 unlz4 compress uncompress lzip lzop brotli pigz pbzip2 pxz plzip lrzip zopfli':
    squeezes,
  'cpio pax': {
    options: { 'i extract': '+write', 'o create t list': 'force', 'F O': 'use:write' },
    values: 'H format D C',
    run: 'filter',
  },
  'ar ranlib': { operands: 'write' },
  'gpg gpg2': {
    values: 'u r recipient local-user keyserver default-key passphrase homedir',
    options: {
      'o output': 'use:write',
      'delete-keys delete-secret-keys delete-secret-and-public-key delete-key delete-secret-key': danger(
        'delete-key',
        'Deletes keys.',
      ),
    },
    operands: 'read',
  },
  'age rage': {
    values: 'r i recipient identity',
    options: { 'o output': 'use:write' },
    operands: 'read',
    run: 'filter',
  },
  openssl: {
    run: 'openssl',
    dash: true,
    values:
      '-in -out -inkey -keyout -connect -k -pass -passin -passout -CA -CAkey -days -subj -newkey -config -extfile -name -cert -key -port -accept -servername -starttls -md -S -iv -K -salt2 -set_serial -sigopt',
  },
  restic: {
    does: 'network',
    values:
      'r repo p password-file password-command tag H host path keep-last keep-daily keep-weekly o option',
    sub: {
      'forget prune': { options: { 'n dry-run': 'dry' }, does: 'delete!', risk: pruned },
      key: {
        sub: {
          remove: {
            does: 'delete!',
            risk: danger('lose-key', 'Removes a key: without one the backups are lost.'),
          },
          list: {},
          '*': { does: 'write' },
        },
      },
      'snapshots ls stats find diff check cat version list': {},
      unlock: { does: 'write', risk: caution('break-lock', 'Breaks the lock that keeps two runs apart.') },
      'restore dump mount': { does: 'write' },
      '*': { does: 'write' },
    },
  },
  borg: {
    values: 'repo',
    sub: {
      'delete prune recreate': { options: { 'n dry-run': 'dry' }, does: 'delete!', risk: pruned },
      'break-lock compact': {
        does: 'write',
        risk: caution(
          'break-lock',
          'Breaks the lock that keeps two runs apart, or frees what a delete left.',
        ),
      },
      'list info diff check mount version': { operands: 'read' },
      '*': { does: 'write' },
    },
  },
  'duplicity rdiff-backup rsnapshot': { does: 'write', options: { 'remove-older-than force': pruned } },
  'timeshift snapper': {
    verbs: 'strict',
    sub: {
      'delete remove': { does: 'delete!', risk: pruned },
      'list get describe ls': {},
      '*': { does: 'write' },
    },
  },
  'unsquashfs dpkg-deb rpm2cpio cabextract': { operands: 'read', does: 'write' },
  'mksquashfs genisoimage mkisofs xorriso': { operands: 'read→write', options: { 'o output': 'use:write' } },
  'zipinfo zipnote unzipsfx lsar funzip': { operands: 'read' },
  steghide: { does: 'write' },
  'sccache ccache': {
    options: { 'C clear z zero-stats c cleanup': caution('cache', 'Clears a cache.') },
    wraps: {},
    run: 'wrapper',
  },
};
