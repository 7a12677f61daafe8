/**
 * `npm run bench -- SUITE [options] [--json]`: runs one suite and prints what it measured.
 * It exists so that every figure in bench/README.md has one command.
 * Invariant: a suite measures on this machine, now, beside its floor or baseline; nothing is read from a file of results.
 */
import { parseArgs } from 'node:util';

/** `arguments` are the positional ones after the suite; `flags` is all that was typed after it, for suites with options of their own. */
type Run = (options: {
  json: boolean;
  arguments: readonly string[];
  flags: readonly string[];
}) => Promise<object>;

const suites: Readonly<Record<string, () => Promise<{ run: Run }>>> = {
  backup: () => import('./backup/index.js'),
  bash: () => import('./bash/index.js'),
  'bash-generate': () => import('./bash-generate/index.js'),
  'bash-optimise': () => import('./bash-optimise/index.js'),
  'bash-server': () => import('./bash-server/index.js'),
  'bash-sandbox': () => import('./bash-sandbox/index.js'),
  'bash-history': () => import('./bash-history/index.js'),
  'bash-hook': () => import('./bash-hook/index.js'),
  'co-change': () => import('./co-change/index.js'),
  http: () => import('./http/index.js'),
  journal: () => import('./journal/index.js'),
  learning: () => import('./learning/index.js'),
  monitor: () => import('./monitor/index.js'),
  protocol: () => import('./protocol/run.js'),
  rings: () => import('./rings/index.js'),
  state: () => import('./state/index.js'),
  stdio: () => import('./stdio/index.js'),
  streams: () => import('./streams/index.js'),
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    strict: false,
    options: { json: { type: 'boolean', default: false } },
  });
  const [suite, ...rest] = positionals;
  const load = suite === undefined ? undefined : suites[suite];
  if (!load) {
    process.stderr.write(
      `usage: npm run bench -- SUITE [--json]\nsuites: ${Object.keys(suites).join(', ')}\n`,
    );
    process.exitCode = 2;
    return;
  }
  const { run } = await load();
  const flags = process.argv.slice(process.argv.indexOf(suite ?? '') + 1);
  const result = await run({ json: values.json === true, arguments: rest, flags });
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

await main();
