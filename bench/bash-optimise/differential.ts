/**
 * Tries every rewrite of the optimiser in every fixture and two locales, inside bubblewrap where that works, and prints a row a rule.
 * It exists so that "exact" in an answer of optimize_command has a command that shows it.
 * Invariant: only the optimiser's own instances run, in a temporary folder; commands of data sets never do.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bearsOut, trials } from '../../src/servers/bash/optimise/contract/differential.js';
import { fixtureNames } from '../../src/servers/bash/optimise/contract/fixtures.js';
import { instances } from '../../src/servers/bash/optimise/contract/instances.js';
import type { Enclose } from '../../src/servers/bash/optimise/contract/runner.js';
import { optimise } from '../../src/servers/bash/optimise/index.js';

export interface RuleRow {
  readonly rule: string;
  readonly equivalence: string;
  readonly instances: number;
  readonly trials: number;
  readonly identical: number;
  readonly contradicted: number;
  /** Trials under `set -eo pipefail`, and how many of them were identical: no label speaks of them. */
  readonly strict: number;
  readonly strictIdentical: number;
}

export interface Differential {
  readonly sandboxed: boolean;
  readonly fixtures: number;
  /** Distinct commands of which some rewrite is called exact. */
  readonly exactInstances: number;
  readonly rules: readonly RuleRow[];
  readonly failures: readonly string[];
}

/** No root, no network, nothing but the folder to write to. */
export const sandbox: Enclose = (folder, argv) => [
  'bwrap',
  ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/run'],
  ...['--bind', folder, folder, '--unshare-all', '--uid', '1000', '--gid', '1000', '--cap-drop', 'ALL'],
  ...['--die-with-parent', '--chdir', folder],
  ...argv,
];

const bare: Enclose = (_, [program = 'bash', ...rest]) => [program, ...rest];

const contexts = [
  { locale: 'C', before: '' },
  { locale: 'C.UTF-8', before: '' },
  { locale: 'C.UTF-8', before: 'set -eo pipefail; ' },
];

interface Tally {
  readonly commands: Set<string>;
  trials: number;
  identical: number;
  contradicted: number;
  strict: number;
  strictIdentical: number;
}

/** All instances; with `most` only so many of each rule, for a quick look on a busy machine. */
function chosen(most: number): readonly string[] {
  const counts = new Map<string, number>();
  return instances.filter((command) => {
    const keys = optimise(command).map(({ code, equivalence }) => `${code} ${equivalence}`);
    const wanted = keys.some((key) => (counts.get(key) ?? 0) < most);
    if (wanted) for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
    return wanted;
  });
}

export async function differential(most = Number.POSITIVE_INFINITY): Promise<Differential> {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-differential-'));
  const [program, ...args] = sandbox(folder, ['true']);
  const sandboxed = spawnSync(program, args).status === 0;
  const rows = new Map<string, Tally>();
  const exact = new Set<string>();
  const failures: string[] = [];
  const commands = chosen(most);
  try {
    for (const { locale, before } of contexts) {
      const options = { folder, enclose: sandboxed ? sandbox : bare, locale, before };
      for await (const trial of trials(commands, options)) {
        const { rewrite, command, fixture } = trial;
        const key = `${rewrite.code} ${rewrite.equivalence}`;
        const row = rows.get(key) ?? {
          commands: new Set(),
          trials: 0,
          identical: 0,
          contradicted: 0,
          strict: 0,
          strictIdentical: 0,
        };
        rows.set(key, row);
        const identical = trial.sameOutput && trial.sameStatus && trial.sameFiles ? 1 : 0;
        if (before !== '') {
          row.strict++;
          row.strictIdentical += identical;
          continue;
        }
        row.commands.add(command);
        if (rewrite.equivalence === 'exact') exact.add(command);
        row.trials++;
        row.identical += identical;
        if (bearsOut(trial)) continue;
        row.contradicted++;
        failures.push(`${rewrite.code} ${fixture} (${locale}): ${command}  →  ${rewrite.command}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const rules = [...rows].map(([key, { commands, ...counts }]) => {
    const [rule = '', equivalence = ''] = key.split(' ');
    return { rule, equivalence, instances: commands.size, ...counts };
  });
  return { sandboxed, fixtures: fixtureNames.length, exactInstances: exact.size, rules, failures };
}
