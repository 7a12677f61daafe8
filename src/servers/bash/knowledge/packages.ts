/**
 * Package managers of languages, and build tools.
 * They exist because installing runs foreign code, and publishing cannot be taken back.
 * Invariant: queries are free; publishing is caution, unpublishing is more.
 */
import { packageRunner } from './runners.js';
import { caution, danger, type Spec, type Table } from './spec.js';

const unpublishes: Spec = {
  does: 'network delete!',
  values: 'version vers v registry index token',
  options: { 'n dry-run': 'dry' },
  risk: danger('unpublish', 'Takes a published package away from everyone who uses it.'),
};
const publishes: Spec = {
  does: 'network write',
  options: { 'n dry-run': 'dry' },
  risk: caution('publish', 'Publishes for good.'),
};
const installs: Spec = { does: 'network write', options: { 'dry-run n': 'dry' } };
const edits: Spec = { does: 'write', options: { 'dry-run n': 'dry' } };
const cleans: Spec = { does: 'write' };

export const packages: Table = {
  'npm pnpm yarn bun cnpm': {
    run: 'bun',
    values: 'C prefix cwd filter workspace w registry loglevel',
    options: { 'v version': 'help' },
    sub: {
      'install i add ci update upgrade up in dedupe ddp rebuild link ln install-test it audit-fix import fetch create init innit self-update set-version env patch':
        { does: 'network write', values: 'c call p package', options: { 'dry-run': 'dry' } },
      'exec x dlx': packageRunner,
      'uninstall remove rm un r unlink prune': edits,
      cache: { does: 'write' },
      'config c set': { run: 'package-setting' },
      unpublish: unpublishes,
      publish: publishes,
      'deprecate undeprecate': {
        does: 'network write',
        risk: caution('deprecate', 'Warns everyone away from a published package.'),
      },
      npm: { sub: { unpublish: unpublishes, publish: publishes, '*': installs } },
      'run run-script rum urn test t tst start stop restart build dev lint workspaces workspace recursive': {
        does: 'exec',
      },
      'owner author access team org dist-tag token hook profile star unstar login adduser logout': {
        does: 'network write',
        risk: caution('registry', 'Changes something at the registry.'),
      },
      'ls list ll la view info show search outdated audit get root bin prefix help doctor why explain fund pack repo docs bugs home whoami ping version completion store licenses':
        {},
      '*': { does: 'exec' },
    },
  },
  'pip pip3 pipx pipenv poetry uv conda mamba micromamba pdm hatch rye easy_install pyenv virtualenv': {
    values: 'r requirement c constraint i index-url extra-index-url p python n name directory project',
    sub: {
      'install add sync update upgrade lock create download wheel inject upgrade-all init new build export venv tool reinstall python':
        { does: 'network write', options: { 'dry-run': 'dry', 'd download': 'force' } },
      'uninstall remove clean cache eject': {
        does: 'write',
        options: { 'dry-run': 'dry' },
        risk: caution('remove-package', 'Removes packages or environments.'),
      },
      env: {
        sub: {
          'remove rm': { does: 'delete', risk: caution('remove-package', 'Removes an environment.') },
          'list info config export': {},
          '*': { does: 'network write' },
        },
      },
      'publish upload': publishes,
      run: { run: 'wrapper', values: 'with python n name extra p env-file', wraps: {} },
      exec: { run: 'wrapper', wraps: {} },
      pip: { sub: { uninstall: edits, 'list show freeze check tree': {}, '*': installs } },
      'list show freeze check search info config debug index hash inspect help graph tree versions which completion shell activate self':
        {},
      '*': { does: 'write' },
    },
  },
  'twine flit': { sub: { upload: publishes, publish: publishes, '*': {} } },
  'gem bundle bundler': {
    sub: {
      'install i update add outdated pristine': installs,
      'uninstall cleanup clean remove': {
        does: 'write',
        risk: caution('remove-package', 'Removes packages.'),
      },
      yank: unpublishes,
      push: publishes,
      'exec e': { run: 'wrapper', wraps: {} },
      'list search query info env environment which contents dependency show doctor check platform config help':
        {},
      '*': { does: 'write' },
    },
  },
  cargo: {
    sub: {
      'install update fetch add build b check c test t run r bench doc clippy fmt fix generate-lockfile vendor new init package watch expand nextest tarpaulin bloat audit deny machete flamegraph udeps hack leptos tauri':
        { does: 'write', options: { 'dry-run': 'dry' } },
      'uninstall remove rm clean': { does: 'write', options: { 'n dry-run': 'dry' } },
      publish: publishes,
      yank: unpublishes,
      'owner login logout': {
        does: 'network write',
        risk: caution('registry', 'Changes something at the registry.'),
      },
      'search info tree metadata help version locate-project pkgid verify-project read-manifest --version --list':
        {},
      '*': { does: 'write' },
    },
  },
  'rustup asdf mise nvm fnm volta sdk rbenv goenv jenv n tfenv tgenv corepack ghcup opam elan juliaup': {
    verbs: 'cautious',
    sub: {
      'install update use global local default set shell add toolchain component target plugin': {
        does: 'write',
      },
      'uninstall remove': { does: 'write', risk: caution('remove-package', 'Removes a tool.') },
      self: {
        sub: {
          'uninstall remove': { does: 'delete', risk: caution('remove-package', 'Removes all toolchains.') },
          '*': { does: 'network write' },
        },
      },
      'list ls which current show version help doc ls-remote where': {},
      'exec run': {
        run: 'wrapper',
        values: 'using node npm yarn pnpm',
        wraps: { known: true, skips: '^(?:v?\\d[\\d.]*|lts/.*|stable|beta|nightly.*|system|default)$' },
        does: 'exec',
      },
      '*': { does: 'write' },
    },
  },
  go: {
    run: 'source-file',
    sub: {
      'get install mod work build test run generate fmt fix bug tool': {
        does: 'write',
        options: { n: 'dry' },
      },
      clean: {
        does: 'write',
        options: { modcache: caution('cache', 'Clears the module cache.') },
        dash: true,
      },
      '*': {},
    },
  },
  'composer phpbrew pecl pear': {
    sub: {
      'install i require req update u create-project dump-autoload global': installs,
      remove: edits,
      'clear-cache cc': cleans,
      'show search info outdated depends why validate licenses diagnose status': {},
      '*': { does: 'exec' },
    },
  },
  'dotnet nuget': {
    sub: {
      'build run test publish restore pack new add clean tool workload format msbuild sln watch': {
        does: 'write',
      },
      ef: {
        sub: {
          database: {
            sub: {
              drop: {
                does: 'delete!',
                options: { 'dry-run': 'dry' },
                risk: danger('database-reset', 'Drops the database.'),
              },
              '*': { does: 'write' },
            },
          },
          '*': { does: 'write' },
        },
      },
      nuget: { sub: { delete: unpublishes, push: publishes, locals: cleans, '*': {} } },
      remove: edits,
      delete: unpublishes,
      push: publishes,
      '*': {},
    },
  },
  'mvn mvnw gradle gradlew ant sbt lein clj boot mill bazel bazelisk buck pants nx turbo lerna rush make gmake ninja cmake meson just task rake scons tup waf xmake ctest premake autoreconf automake autoconf configure msbuild xcodebuild swift stack cabal mix rebar3 elm dub nimble zig shards crystal v vlang dune spago':
    {
      does: 'exec write',
      values: 'C f file j directory o l',
      options: {
        'n dry-run just-print recon question': 'dry',
        'v version help': 'help',
        purge: caution('cleans', 'Deletes what was built.'),
      },
      run: 'build',
    },
  'pod carthage fastlane': { does: 'network write' },
  'luarocks cpan cpanm ppm npm-check ncu vcpkg conan raco': { does: 'network write' },
  nix: {
    verbs: 'cautious',
    sub: {
      'develop shell': {
        run: 'wrapper',
        wraps: { after: ['-c', '--command'] },
        options: { 'help version': 'help' },
        does: 'exec write',
      },
      'search eval show why-depends log': {},
      '*': {
        does: 'write',
        options: {
          'd delete-old': caution('old-generations', 'Deletes the ways back to older systems.'),
          'dry-run': 'dry',
        },
      },
    },
  },
  'nix-build nix-shell nix-collect-garbage nixos-rebuild home-manager': {
    does: 'write',
    values: 'p A I',
    options: {
      'run command': 'use:shell',
      'd delete-old': caution('old-generations', 'Deletes the ways back to older systems.'),
      'dry-run': 'dry',
    },
  },
  'add-apt-repository apt-key apt-mark apt-cache apt-file apt-add-repository deb': {
    does: 'privilege write',
  },
  'makepkg debuild dpkg-buildpackage rpmbuild fpm alien checkinstall': { does: 'write' },
};
