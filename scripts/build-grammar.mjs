/**
 * Writes src/servers/bash/grammar/packed.ts from the completion specs of @withfig/autocomplete (MIT), whose scripts run here and never
 * later, and from grammar/gnu.txt, what GNU programs and git say of themselves.
 * It exists so that the daemon knows the flags of some 700 programs without a dependency of 77 MB and without running foreign code.
 * Invariant: the same version of the package gives the same file, byte for byte. Run it after `npm install --no-save` of the package named below.
 *
 *     npm install --no-save --ignore-scripts @withfig/autocomplete@2.692.3 && node scripts/build-grammar.mjs [package folder]
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const VERSION = '2.692.3';
/** A third of all text, of one program that the knowledge base describes itself. */
const LEFT_OUT = new Set(['az']);
/** Characters of a record; longer ones are cut at their subcommands, so that a look-up stays short. */
const LONGEST_RECORD = 48_000;
/** Characters of a block that is inflated at once: some 0.5 ms. */
const BLOCK = 128_000;

const root = resolve(import.meta.dirname, '..');
const folder = resolve(process.argv[2] ?? join(root, 'node_modules/@withfig/autocomplete'));
const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
if (version !== VERSION) throw new Error(`expected @withfig/autocomplete ${VERSION}, found ${version}`);

/** The specs are programs of others: they run in a process that may read the package and nothing else. */
function records() {
  const script = join(import.meta.dirname, 'grammar/read-specs.mjs');
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', permission, `--allow-fs-read=${folder}/`, `--allow-fs-read=${script}`, script, folder],
    { encoding: 'utf8', maxBuffer: 1 << 28, env: {} },
  );
  process.stderr.write(stderr);
  if (status !== 0) throw new Error(`reading the specs failed with status ${status}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ name }) => !LEFT_OUT.has(name));
}

const flagNames = (text) => text.split('|')[0].split(',');

/** What a program says of itself comes first; of the spec's line what that leaves out is kept. */
function mergedLine(own, spec) {
  const [name, marks = '', operands = '', flags = ''] = own.split('\t');
  const [spelt = name, specMarks = '', specOperands = '', specFlags = ''] = spec.split('\t');
  const known = new Set(flags.split(' ').flatMap(flagNames));
  const more = specFlags
    .split(' ')
    .filter((flag) => flag !== '' && !flagNames(flag).some((one) => known.has(one)));
  const dangerous = new Set(
    specFlags
      .split(' ')
      .filter((flag) => flag.endsWith('!'))
      .flatMap(flagNames),
  );
  const marked = flags
    .split(' ')
    .map((flag) =>
      !flagNames(flag).some((one) => dangerous.has(one))
        ? flag
        : flag.includes('|')
          ? `${flag}!`
          : `${flag}|!`,
    );
  return [
    spelt,
    marks + specMarks,
    specOperands === '' ? operands : specOperands,
    [...marked, ...more].join(' '),
  ]
    .join('\t')
    .trimEnd();
}

/** Puts gnu.txt into the records of the specs. */
function withOwnHelp(list, text) {
  let program;
  for (const line of text.trimEnd().split('\n')) {
    const depth = Number(line[0]);
    const name = line.slice(1, line.indexOf('\t'));
    if (depth === 0) {
      program = list.find((one) => one.name === name);
      if (program) program.lines[0] = mergedLine(line, program.lines[0]);
      else {
        program = { name, lines: [line.trimEnd()] };
        list.push(program);
      }
      continue;
    }
    const at = program.lines.findIndex(
      (one) => one[0] === '1' && one.slice(1).split('\t')[0].split(',').includes(name),
    );
    if (at < 0) program.lines.push(line.trimEnd());
    else program.lines[at] = mergedLine(line, program.lines[at]);
  }
  return list;
}

/** Records by key: a program's name, then the subcommands that were cut out of it (`aws ec2`). */
function cut(key, lines, into) {
  const text = lines.join('\n');
  if (text.length <= LONGEST_RECORD) {
    into.push([key, text]);
    return;
  }
  const depth = Number(lines[0][0]);
  const own = [lines[0]];
  const inner = [];
  for (const line of lines.slice(1)) {
    if (Number(line[0]) === depth + 1) inner.push([line]);
    else inner.at(-1).push(line);
  }
  for (const part of inner) {
    const [spelt] = part[0].split('\t');
    if (part.length === 1 && part[0].length < 200) own.push(part[0]);
    else {
      own.push(`${spelt}\t>`);
      cut(`${key} ${spelt.slice(1).split(',')[0]}`, part, into);
    }
  }
  into.push([key, own.join('\n')]);
}

const items = [];
const read = withOwnHelp(records(), readFileSync(join(import.meta.dirname, 'grammar/gnu.txt'), 'utf8'));
for (const { name, lines } of read) cut(name, lines, items);
const keys = new Set(items.map(([key]) => key));
const sameAs = [];
for (const { name, lines } of read)
  for (const spelt of lines[0].slice(1).split('\t')[0].split(','))
    if (spelt !== '' && spelt !== name && !keys.has(spelt)) {
      keys.add(spelt);
      sameAs.push([spelt, name]);
    }

/** Equal texts are stored once. */
const stored = new Map();
const blocks = [''];
const index = [[]];
for (const [key, text] of items) {
  const known = stored.get(text);
  if (known !== undefined) {
    sameAs.push([key, known]);
    continue;
  }
  stored.set(text, key);
  if (blocks.at(-1).length + text.length > BLOCK && blocks.at(-1) !== '') {
    blocks.push('');
    index.push([]);
  }
  blocks[blocks.length - 1] += text;
  index.at(-1).push(`${key}\t${text.length}`);
}
const pack = (text) => {
  if (/[^\x00-\x7f]/.test(text)) throw new Error('lengths count characters: the text must be ASCII');
  return brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
  }).toString('base64');
};
const licence = readFileSync(join(folder, 'LICENSE'), 'utf8').trim();
const indexText = [
  ...index.map((entries) => entries.join('\n')),
  sameAs.map((pair) => pair.join('\t')).join('\n'),
].join('\n\n');
writeFileSync(
  join(root, 'src/servers/bash/grammar/packed.ts'),
  `/**
 * Generated by scripts/build-grammar.mjs from @withfig/autocomplete ${VERSION}; not to be edited.
 * It exists as a module so that looking a flag up reads no file: index and blocks are brotli in base64, inflated on first use.
 * Invariant: holds names and shapes of commands and flags only, in the notation of notation.ts.
 *
 * Names of flags of GNU programs and of git, and nothing else of them, are from what these programs say of themselves
 * (scripts/grammar/gnu.txt).
 *
 * Derived from @withfig/autocomplete, under this licence:
 *
${licence
  .split('\n')
  .map((line) => ` * ${line}`.trimEnd())
  .join('\n')}
 */

export const packedIndex =
  '${pack(indexText)}';

export const packedBlocks: readonly string[] = [
${blocks.map((block) => `  '${pack(block)}',`).join('\n')}
];
`,
);
process.stdout.write(
  `${read.length} programs, ${items.length} records, ${sameAs.length} same, ${blocks.length} blocks\n`,
);
