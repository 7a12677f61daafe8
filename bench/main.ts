/**
 * `npm run bench -- SUITE [options] [--json]`: runs one suite and prints what it measured.
 * It exists so that every figure in bench/README.md has one command.
 * Invariant: a suite measures on this machine, now, beside its floor or baseline; nothing is read from a file of results.
 */
import { parseArgs } from 'node:util';

type Run = (options: { json: boolean; arguments: readonly string[] }) => Promise<object>;

const suites: Readonly<Record<string, () => Promise<{ run: Run }>>> = {
  'co-change': () => import('./co-change/index.js'),
  journal: () => import('./journal/index.js'),
  learning: () => import('./learning/index.js'),
  protocol: () => import('./protocol/run.js'),
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
  const result = await run({ json: values.json === true, arguments: rest });
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

await main();
