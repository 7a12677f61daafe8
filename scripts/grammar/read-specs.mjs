/**
 * Prints the completion specs of @withfig/autocomplete as records of src/servers/bash/grammar/notation.ts, one JSON line each.
 * It exists apart from build-grammar.mjs because a spec is somebody else's program: this process may read the package and do nothing else.
 * Invariant: only names, shapes and marks are taken; no description, no generator and no script of a spec is called or kept.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const build = join(process.argv[2], 'build');
const { default: names } = await import(join(build, 'index.js'));

const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]);

/** The default export; of a spec with several versions the newest one. */
async function load(name) {
  if (/\.d$|\/generators$/.test(name)) return undefined;
  try {
    return (await import(join(build, `${name}.js`))).default;
  } catch {
    const newest = readdirSync(join(build, name))
      .filter((file) => /^\d.*\.js$/.test(file))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      .at(-1);
    return (await import(join(build, name, newest))).default;
  }
}

const specs = new Map();
for (const name of names) {
  const spec = await load(name);
  if (spec && typeof spec === 'object') specs.set(name, spec);
}
/** Parts of versioned specs are no entries of the index. */
for (const [name, spec] of [...specs])
  for (const path of partsOf(spec)) {
    if (specs.has(path)) continue;
    const part = await import(join(build, `${path}.js`)).then(
      (module) => module.default,
      () => undefined,
    );
    if (part && typeof part === 'object') specs.set(path, part);
    else process.stderr.write(`${name}: no part ${path}\n`);
  }

function partsOf(spec) {
  const own = typeof spec.loadSpec === 'string' ? [spec.loadSpec] : [];
  return [...own, ...list(spec.subcommands).flatMap(partsOf)];
}

function operand(argument) {
  const templates = list(argument.template);
  const kind =
    argument.isCommand || argument.isScript || argument.isModule || argument.loadSpec
      ? 'c'
      : templates.includes('filepaths')
        ? 'f'
        : templates.includes('folders')
          ? 'd'
          : 'o';
  return `${kind}${argument.isOptional ? '?' : ''}${argument.isVariadic ? '*' : ''}${argument.isDangerous ? '!' : ''}`;
}

function flag(option) {
  let separator = Boolean(option.requiresSeparator || option.requiresEquals);
  const spelt = [];
  for (const raw of list(option.name)) {
    if (typeof raw !== 'string' || raw.trim() === '') continue;
    const [typed] = raw.trim().split(/\s/);
    const equals = typed.indexOf('=');
    if (equals > 1) separator = true;
    const name = equals > 1 ? typed.slice(0, equals) : typed;
    if (/^[-+][!-~]+$/.test(name) && !/[,|]/.test(name)) spelt.push(name);
  }
  if (spelt.length === 0) return [];
  const values = list(option.args).map(operand).join('');
  const marks = `${values === '' ? '' : `${separator ? ':' : '='}${values}`}${option.isPersistent ? '+' : ''}${option.isDangerous ? '!' : ''}`;
  return [marks === '' ? spelt.join(',') : `${spelt.join(',')}|${marks}`];
}

function record(spec, depth, seen, lines) {
  let node = spec;
  let open = Boolean(spec.generateSpec);
  if (typeof spec.loadSpec === 'string') {
    const part = specs.get(spec.loadSpec);
    if (part && !seen.includes(spec.loadSpec)) {
      node = {
        ...part,
        ...spec,
        args: part.args ?? spec.args,
        options: [...list(part.options), ...list(spec.options)],
        subcommands: [...list(part.subcommands), ...list(spec.subcommands)],
      };
      seen = [...seen, spec.loadSpec];
      open ||= Boolean(part.generateSpec);
    } else open = true;
  } else if (spec.loadSpec) open = true;
  const { flagsArePosixNoncompliant, optionsMustPrecedeArguments } = node.parserDirectives ?? {};
  const spelt = list(node.name).filter((name) => typeof name === 'string' && /^[!-+.-~-]+$/.test(name));
  if (spelt.length === 0 && depth > 0) return;
  const marks = `${open ? 'D' : ''}${flagsArePosixNoncompliant ? 'N' : ''}${optionsMustPrecedeArguments ? 'P' : ''}${node.isDangerous ? '!' : ''}`;
  const line = [
    `${depth}${spelt.join(',')}`,
    marks,
    list(node.args).map(operand).join(''),
    [...new Set(list(node.options).flatMap(flag))].join(' '),
  ];
  lines.push(line.join('\t').trimEnd());
  for (const inner of list(node.subcommands)) record(inner, depth + 1, seen, lines);
}

for (const [name, spec] of specs) {
  if (name.includes('/')) continue;
  const lines = [];
  record(spec, 0, [name], lines);
  process.stdout.write(`${JSON.stringify({ name, lines })}\n`);
}
