/**
 * Interpreters, compilers, linters, and other programs of developers.
 * They exist so that inline code is read and everyday tools are known.
 * Invariant: an option that carries code is named; a script that is not seen is caution.
 */
import { caution, danger, type Spec, type Table } from './spec.js';

const code = (names: string, values = '', more: Spec['options'] = {}): Spec => ({
  run: 'interpreter',
  values,
  options: { [names]: 'use:program', ...more },
});
const compiles: Spec = {
  run: 'compile',
  operands: 'read',
  does: 'write',
  values: 'o output I L l D U x std',
  options: {
    'o output': 'use:write',
    'v version dumpversion dumpmachine -print-search-dirs -print-file-name': 'help',
    'E fsyntax-only M MM': 'quiet',
  },
  dash: true,
};
const checks: Spec = {
  operands: 'read',
  does: 'read',
  values: 'c config rcfile f format ignore-path o',
  options: {
    'fix write w i in-place autofix apply-unsafe a autocorrect-all autocorrect': 'operands:modify',
    'check diff dry-run': 'quiet',
  },
};

export const languages: Table = {
  'python python2 python3 pypy pypy3 ipython jython micropython bpython ptpython python3.8 python3.9 python3.10 python3.11 python3.12 python3.13':
    code('c', 'W X', { m: 'value', 'V version h': 'help' }),
  'perl perl5': code('e E', 'I M m', { 'i 0 p n l a w s t T': 'force', 'v V': 'help' }),
  'ruby jruby irb': code('e', 'I r C E', { 'i p n l a w': 'force', v: 'force' }),
  'node nodejs deno ts-node tsx esr': code(
    'e eval p print',
    'r require import loader input-type C env-file',
    { 'v version h': 'help', 'c check': 'help' },
  ),
  php: code('r B R E', 'd c z t S f', { 'v i m l': 'help' }),
  'lua luajit texlua': code('e', 'l'),
  osascript: code('e', 'l'),
  'groovy scala jshell kotlin julia Rscript R racket guile sbcl clojure elixir iex erl ghci runghc ocaml nu tclsh wish gnuplot octave matlab':
    code('e eval c command E r', 'l'),
  'pwsh powershell pwsh.exe powershell.exe': {
    run: 'powershell',
    dash: true,
    values: '-ExecutionPolicy -ep -WorkingDirectory -WindowStyle -Version',
  },
  'cmd cmd.exe': { run: 'dos' },
  'bunx.exe wsl wsl.exe': { run: 'wrapper', values: 'd distribution u user e exec', wraps: {} },
  'jrunscript crystal v': { run: 'source-file', does: 'exec', values: 'l' },
  java: { does: 'exec', dash: true, values: '-cp -classpath -jar', run: 'java' },
  'gcc g++ cc c++ clang clang++ rustc tcc icc nvcc gfortran gdc ldc2 dmd ld as nasm yasm javac kotlinc scalac ghc ocamlc ocamlopt fpc protoc flatc swig emcc em++ windres':
    compiles,
  'tsc babel swc esbuild webpack rollup vite parcel snowpack postcss sass node-sass lessc stylus coffee terser uglifyjs svgo html-minifier gulp grunt brunch':
    {
      does: 'write',
      values: 'o out-file d out-dir p project c config',
      options: { noEmit: 'dry', 'o out-file output': 'use:write' },
    },
  'next nuxt astro remix gatsby ng vue svelte-kit ionic cordova react-native storybook hexo hugo jekyll eleventy mkdocs docusaurus sphinx-build zola':
    { does: 'exec write' },
  'eslint prettier stylelint biome oxlint standard tslint jshint black ruff isort flake8 pylint mypy pyright autopep8 yapf bandit rubocop standardrb golangci-lint gofmt goimports staticcheck rustfmt clang-format clang-tidy cppcheck shellcheck shfmt ktlint detekt checkstyle phpcs phpcbf phpstan psalm php-cs-fixer yamllint ansible-lint tflint markdownlint vale write-good proselint codespell typos htmlhint csslint hlint ormolu dartfmt scalafmt swiftlint swiftformat actionlint semgrep snyk':
    checks,
  'jest vitest mocha ava tap playwright cypress karma jasmine pytest tox nox unittest rspec cucumber phpunit gotestsum bats k6 locust ab wrk hey vegeta artillery':
    { does: 'exec', values: 'c config t p' },
  'strip upx objcopy patchelf chrpath': { operands: 'modify', options: { o: 'use:write' } },
  'ffmpeg ffplay ffprobe sox convert magick mogrify identify montage composite inkscape gs pdftk qpdf pdftotext pdfimages pdfunite pandoc wkhtmltopdf soffice libreoffice exiftool exiftran jpegoptim optipng pngquant cwebp gifsicle tesseract latex pdflatex xelatex lualatex bibtex biber latexmk dot neato lp lpr lpstat cups':
    { does: 'write', values: 'i f c:v c:a vf ss t', operands: 'none' },
  'mocp mpv vlc mplayer cmus ncspot spotify_player cvlc': {},
  'flutter dart': {
    sub: {
      clean: { does: 'write' },
      'doctor devices analyze test': {},
      pub: {
        sub: {
          publish: { does: 'network write', risk: caution('publish', 'Publishes for good.') },
          '*': { does: 'network write' },
        },
      },
      '*': { does: 'write' },
    },
  },
  'adb fastboot': {
    does: 'exec',
    values: 's',
    sub: {
      shell: { run: 'wrapper', wraps: { joined: true, scope: 'remote' } },
      'devices version logcat get-state': {},
      'erase flash format flashall -w oem flashing': {
        does: 'write!',
        risk: danger('wipe-device', 'Overwrites the storage of a phone.'),
      },
      uninstall: { does: 'write', risk: caution('remove-package', 'Removes an app with its data.') },
      reboot: { does: 'process', risk: caution('restart', 'Restarts a phone.') },
      '*': { does: 'write' },
    },
  },
  'esptool.py esptool': {
    values: 'p port b baud c chip',
    sub: {
      'erase_flash erase_region erase-flash': {
        does: 'write!',
        risk: danger('wipe-device', 'Erases the storage of a device.'),
      },
      '*': { does: 'write' },
    },
  },
  'avrdude dfu-util openocd flashrom': { does: 'write!' },
  'claude codex gemini aider cursor opencode copilot-cli llm ollama sgpt': { does: 'network exec' },
  'jupyter notebook mlflow tensorboard streamlit uvicorn gunicorn flask celery daphne hypercorn': {
    does: 'exec',
  },
  'hashcat john': { does: 'exec', risk: caution('cracking', 'Guesses passwords.') },
  'msfvenom msfconsole mimipenguin laZagne.py linpeas.sh LinEnum.sh': {
    does: 'exec network',
    risk: danger('attack-tool', 'A tool made for attacks.'),
  },
};
