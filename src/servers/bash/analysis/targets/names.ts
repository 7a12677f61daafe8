/**
 * Names that say what a file is for: cheap to rebuild, secret, run at start, a log, a device.
 * They exist because the same `rm -rf` is routine on `node_modules` and a loss on `src`.
 * Invariant: a name counts as rebuildable only when a tool writes it again unasked or on its next run.
 */
import { ONE, STAR } from '../words/field.js';

const REBUILDABLE = new Set(
  `node_modules bower_components dist build out target obj coverage htmlcov .nyc_output .next .nuxt .output .svelte-kit
  .angular .turbo .parcel-cache .cache .vite .webpack .rollup.cache .eslintcache .stylelintcache .sass-cache .gradle
  .terraform .serverless .aws-sam cdk.out __pycache__ .pytest_cache .mypy_cache .ruff_cache .tox .nox .hypothesis .eggs
  .ipynb_checkpoints .venv venv virtualenv DerivedData Pods .dart_tool .pub-cache _build .stack-work dist-newstyle .elixir_ls
  storybook-static .docusaurus .jekyll-cache _site public/build tmp temp .tmp .temp cmake-build-debug cmake-build-release
  CMakeFiles CMakeCache.txt bazel-bin bazel-out test-results playwright-report .coverage coverage.xml package-lock.json
  yarn.lock pnpm-lock.yaml tsconfig.tsbuildinfo .tsbuildinfo .DS_Store Thumbs.db desktop.ini nohup.out core a.out`.split(
    /\s+/,
  ),
);
const REBUILDABLE_ENDING =
  /(?:~|\.(?:o|obj|lo|la|gch|pch|pyc|pyo|pyd|class|elc|beam|hi|dyn_o|tsbuildinfo|gcda|gcno|gcov|profraw|tmp|temp|swp|swo|swn|cache|aux|toc|bbl|blg|fls|synctex\.gz|fdb_latexmk|egg-info|pid|lock|part|crdownload|bak|old|orig|rej|dSYM))$/;
/** Logs that programs write beside their code; one alone may matter, all of them not. */
const LOGS = /^[^/]*\uE002[^/]*\.log(?:\.\d+|\uE002)?$/;

/** A log beside the code, by its name; what the system's logs hold is another matter. */
export function isLog(name: string): boolean {
  return /^[^/]+\.log(?:\.\d+|\uE002)?$/.test(name);
}

/** A name or a glob of names that a tool makes again. */
export function isRebuildable(name: string): boolean {
  if (REBUILDABLE.has(name) || REBUILDABLE_ENDING.test(name)) return true;
  const open = name.indexOf(STAR) >= 0 || name.indexOf(ONE) >= 0;
  if (!open) return name.startsWith('cmake-build-') || name.startsWith('bazel-');
  if (name.startsWith('core') || LOGS.test(name)) return true;
  const stem = name.replaceAll(STAR, '').replaceAll(ONE, '');
  return stem.length > 2 && (REBUILDABLE.has(stem) || /^(?:npm-debug|yarn-error|\.nfs|\._)/.test(stem));
}

/** A glob that takes (nearly) everything. */
export function isBroadGlob(name: string): boolean {
  if (name.indexOf(STAR) < 0) return false;
  const rest = name.replaceAll(STAR, '').replaceAll(ONE, '');
  return rest === '' || rest === '.';
}

const SECRET =
  /(?:^|\/)(?:\.ssh(?:\/(?!known_hosts|config$|[^/]*\.pub$)[^/]*)?|id_(?:rsa|dsa|ecdsa|ed25519)|\.aws(?:\/credentials)?|\.gnupg(?:\/.*)?|\.netrc|\.pgpass|\.my\.cnf|\.docker\/config\.json|\.kube(?:\/config)?|\.npmrc|\.pypirc|\.git-credentials|\.config\/(?:gcloud|gh|hub|op|rclone)(?:\/.*)?|\.azure(?:\/.*)?|\.oci\/sessions|\.vault-token|\.password-store(?:\/.*)?|\.mozilla\/firefox.*|\.config\/(?:google-chrome|chromium)(?:\/.*)?|\.local\/share\/keyrings(?:\/.*)?|logins\.json|key4\.db|master\.passwd|gshadow|shadow-?|\.env(?:\.(?!example|sample|template)[\w-]+)?|[^/]*\.(?:pem|key|p12|pfx|kdbx|keystore|jks)|terraform\.tfstate(?:\.backup)?|serviceaccount\/token|credentials(?:\.json)?|secrets?\.(?:ya?ml|json|toml))$/;

/** Keys, tokens, password stores. */
export function isSecret(path: string): boolean {
  return SECRET.test(path);
}

const STARTUP =
  /^(?:\/etc\/(?:profile(?:\.d\/.*)?|bash\.bashrc|bashrc|zsh(?:rc|env)?|zsh\/.*|environment|rc\.local|rc\d?\.d\/.*|init\.d\/.*|inittab|cron[^/]*(?:\/.*)?|anacrontab|at\.allow|ld\.so\.preload|ld\.so\.conf(?:\.d\/.*)?|systemd\/(?:system|user)(?:\/.*)?|pam\.d\/.*|sudoers(?:\.d\/.*)?|passwd|shadow|group|ssh\/.*|xdg\/autostart\/.*|update-motd\.d\/.*|udev\/rules\.d\/.*|modules(?:-load\.d\/.*)?|security\/.*|audit\/.*|auditd\.conf|audisp\/.*|libaudit\.conf|apt\/apt\.conf\.d\/.*|polkit-1\/.*|nsswitch\.conf|ufw\/.*|default\/ufw|sysctl\.conf|sysctl\.d\/.*)|\/usr\/local\/etc\/(?:rc\.d\/.*|sudoers)|\/(?:usr\/)?lib\/systemd\/system\/.*|\/run\/systemd\/system\/.*|\/var\/spool\/cron(?:\/.*)?|\/usr\/share\/ca-certificates\/.*|\/usr\/local\/share\/ca-certificates(?:\/.*)?|\/etc\/pki\/ca-trust\/.*|\/etc\/ssl\/certs\/.*)$/;
const HOME_STARTUP =
  /^\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|shrc|zshrc|zshenv|zprofile|zlogin|kshrc|cshrc|login|xinitrc|xprofile|xsession|inputrc|pam_environment|ssh\/(?:authorized_keys2?|rc|config)|config\/(?:autostart\/.*|systemd\/user\/.*|fish\/(?:config\.fish|conf\.d\/.*|functions\/.*)|environment\.d\/.*)|gitconfig|config\/git\/hooks\/.*|local\/share\/systemd\/user\/.*)$/;

/** Files that decide what runs later or who may log in; `path` absolute. */
export function isStartup(path: string, home: string): boolean {
  if (path.includes('/Library/Launch') && /\/Library\/Launch(?:Agents|Daemons)\/[^/]/.test(path)) return true;
  if (path.startsWith(`${home}/.`)) return HOME_STARTUP.test(path.slice(home.length + 1));
  if (/^\/(?:root|home\/[^/]+)\/\./.test(path))
    return HOME_STARTUP.test(path.replace(/^\/(?:root|home\/[^/]+)\//, ''));
  if (/\/\.git\/hooks\/[^/]+$/.test(path)) return true;
  if (/\/(?:sitecustomize|usercustomize)\.py$|site-packages\/.*\.pth$/.test(path)) return true;
  return STARTUP.test(path);
}

const HISTORY_FILE =
  /(?:^|\/)\.(?:(?:ba|z|k|c|t?c)?sh_history|history|histfile|python_history|mysql_history|psql_history|node_repl_history|lesshst|viminfo|local\/share\/fish\/fish_history)$/;

export function isHistoryFile(path: string): boolean {
  return HISTORY_FILE.test(path);
}

/** Logs and accounting files of the system. */
export function isSystemLog(path: string): boolean {
  return (
    /^\/(?:private\/)?var\/(?:log|audit|adm|account)(?:\/|$)/.test(path) ||
    /^\/(?:var\/)?run\/utmp$/.test(path)
  );
}

const GUARD =
  /\/\.lmcp(?:\/(?:policy\.toml|approvals?(?:\/.*|\.\w+)?))?$|\/lmcp\/(?:policy\.toml|config\.toml|daemon\.json|(?:approval-)?token|key)$|\/\.(?:config|local\/share)\/lmcp(?:\/\uE002)?$|(?:^[\uE000\uE001]|\/run\/user\/[^/]+)\/lmcp(?:\/[^/]*(?:\.sock|[\uE002\uE003]))?$|^\/tmp\/lmcp-(?:\d+|user)(?:\/[^/]*(?:\.sock|[\uE002\uE003]))?$|\/\.claude\/settings(?:\.local)?\.json$/;

/** Settings of what looks at commands before they run. */
export function isGuard(path: string): boolean {
  return (path.includes('lmcp') || path.includes('.claude/')) && GUARD.test(path);
}

const MANIFEST = new Set(
  `package.json Cargo.toml Cargo.lock go.mod go.sum pyproject.toml setup.py Gemfile composer.json pom.xml
  build.gradle build.gradle.kts Makefile CMakeLists.txt Dockerfile docker-compose.yml docker-compose.yaml compose.yaml
  tsconfig.json main.tf terraform.tfstate schema.sql database.yml`.split(/\s+/),
);

/** Files that a project cannot be built or understood without. */
export function isManifest(name: string): boolean {
  return MANIFEST.has(name);
}
