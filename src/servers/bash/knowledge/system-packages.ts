/**
 * Package managers of systems.
 * They exist because installing runs foreign code with all rights, and removing may break the system.
 * Invariant: queries are free; removing packages is caution, purging them is more.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const system = 'network privilege write';
const removes: Spec = {
  run: 'remove-package',
  does: 'privilege write',
  options: {
    's simulate dry-run assumeno test': 'dry',
    purge: caution('purge-package', 'Removes packages with their settings.'),
  },
  risk: caution('remove-package', 'Removes packages.'),
};
const adds: Spec = {
  does: system,
  options: { 's simulate dry-run assumeno download-only print-uris': 'dry' },
};

export const systemPackages: Table = {
  'apt apt-get aptitude nala': {
    options: { 's simulate just-print dry-run no-act recon': 'dry' },
    values: 'o option c config-file t target-release a default-release',
    sub: {
      'install reinstall upgrade full-upgrade dist-upgrade update build-dep satisfy source download edit-sources safe-upgrade':
        adds,
      remove: removes,
      'purge autoremove autopurge': {
        ...removes,
        risk: caution('purge-package', 'Removes packages with their settings.'),
      },
      'clean autoclean auto-clean': { does: 'privilege write' },
      'list show search policy depends rdepends showsrc changelog moo why why-not versions help check': {},
    },
  },
  'dnf yum microdnf tdnf zypper urpmi urpme apt-rpm oma': {
    values: 'c config x exclude enablerepo disablerepo repo installroot r setopt',
    verbs: 'cautious',
    options: { assumeno: 'dry' },
    sub: {
      'install in upgrade update up dist-upgrade dup distro-sync reinstall downgrade groupinstall group localinstall patch swap builddep module addrepo ar system-upgrade makecache refresh ref':
        adds,
      'remove rm erase autoremove groupremove': removes,
      'clean history mark versionlock config-manager': { does: 'privilege write' },
      'search se info if list provides whatprovides wp repolist repoquery lr check check-update lu deplist help updateinfo needs-restarting':
        {},
    },
  },
  'pacman yay paru pamac aura trizen pikaur': { run: 'pacman' },
  'apk xbps-install pkg pkg_add pkgin opkg swupd eopkg slackpkg sbopkg nix-env guix emerge': {
    verbs: 'cautious',
    options: { 'p pretend simulate dry-run': 'dry' },
    sub: {
      'add install update upgrade fix': adds,
      'del remove delete autoremove deinstall': removes,
      'info search list query show stats version audit which': {},
      '*': { does: system },
    },
  },
  dpkg: {
    run: 'removal',
    values: 'D root admindir',
    options: {
      'i install configure unpack a': '+privilege write',
      'r remove P purge': caution('remove-package', 'Removes packages.'),
      'l L s S list listfiles status search I info c contents get-selections print-architecture V verify audit C compare-versions':
        'help',
      'force-all': danger('force-package', 'Overrides every guard of the package manager.'),
    },
  },
  rpm: {
    run: 'removal',
    values: 'r root dbpath define',
    options: {
      'i U F install upgrade freshen': '+privilege write',
      'e erase': caution('remove-package', 'Removes packages.'),
      'q query V verify K checksig': 'help',
      'nodeps force': caution('force-package', 'Overrides guards of the package manager.'),
    },
  },
  'snap flatpak': {
    does: 'write',
    sub: {
      'install refresh update connect': { does: 'network write' },
      'remove uninstall': {
        does: 'write',
        options: { 'purge delete-data': danger('purge-package', 'Removes a program with its data.') },
        risk: caution('remove-package', 'Removes packages.'),
      },
      'list info find search services connections changes history ps': {},
      '*': {},
    },
  },
  'brew port': {
    values: 'n',
    sub: {
      'install upgrade update reinstall tap bundle fetch cask': {
        does: 'network write',
        options: { 'n dry-run': 'dry' },
      },
      'uninstall remove rm untap autoremove': {
        does: 'write',
        options: { zap: danger('purge-package', 'Removes a program with its data.'), 'n dry-run': 'dry' },
        risk: caution('remove-package', 'Removes packages.'),
      },
      'cleanup link unlink pin unpin services switch postinstall': {
        does: 'write',
        options: { 'n dry-run': 'dry' },
      },
      'list ls info search deps uses outdated doctor config home leaves log cat desc options commands --prefix --cellar --version shellenv':
        {},
      '*': { does: 'write' },
    },
  },
  'winget choco scoop': { does: 'network write', verbs: 'cautious', sub: { 'list search info show': {} } },
};
