/**
 * Tries every rewrite of the optimiser in every fixture, inside bubblewrap where that works, and prints a row a rule.
 * It exists so that "exact" in an answer of optimize_command has a command that shows it.
 * Invariant: only the optimiser's own instances run, in a temporary folder; commands of data sets never do.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bearsOut, trials } from '../../src/servers/bash/optimise/contract/differential.js';
import { instances } from '../../src/servers/bash/optimise/contract/instances.js';

export interface RuleRow {
  readonly rule: string;
  readonly equivalence: string;
  readonly instances: number;
  readonly trials: number;
  readonly identical: number;
  readonly contradicted: number;
}

const sandbox = (command: string, cwd: string): [string, ...string[]] => [
  'bwrap',
  '--ro-bind',
  '/',
  '/',
  '--dev',
  '/dev',
  '--proc',
  '/proc',
  '--tmpfs',
  '/run',
  '--bind',
  cwd,
  cwd,
  '--unshare-all',
  '--die-with-parent',
  '--chdir',
  cwd,
  'bash',
  '-c',
  command,
];

export async function differential(): Promise<{ sandboxed: boolean; rules: RuleRow[]; failures: string[] }> {
  const sandboxed = spawnSync('bwrap', sandbox('true', '/tmp').slice(1)).status === 0;
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-differential-'));
  const rows = new Map<
    string,
    { commands: Set<string>; trials: number; identical: number; contradicted: number }
  >();
  const failures: string[] = [];
  try {
    const shell = sandboxed ? sandbox : (command: string): [string, ...string[]] => ['bash', '-c', command];
    for (const [i, command] of instances.entries()) {
      const locale = i % 2 === 0 ? 'C' : 'C.UTF-8';
      for await (const trial of trials([command], { folder, shell, locale })) {
        const key = `${trial.rewrite.code} ${trial.rewrite.equivalence}`;
        const row = rows.get(key) ?? { commands: new Set(), trials: 0, identical: 0, contradicted: 0 };
        rows.set(key, row);
        row.commands.add(command);
        row.trials++;
        if (trial.sameOutput && trial.sameStatus && trial.sameFiles) row.identical++;
        if (!bearsOut(trial)) {
          row.contradicted++;
          failures.push(`${trial.fixture} (${locale}): ${command}  →  ${trial.rewrite.command}`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const rules = [...rows].map(([key, { commands, trials: count, identical, contradicted }]) => {
    const [rule = '', equivalence = ''] = key.split(' ');
    return { rule, equivalence, instances: commands.size, trials: count, identical, contradicted };
  });
  return { sandboxed, rules, failures };
}
