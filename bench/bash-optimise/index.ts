/**
 * `npm run bench -- bash-optimise [differential|gain|matches] [COMMANDS.txt] [--most=N] [--rounds=N] [--speedups] [--json]`: the rewrites of the optimiser.
 * It exists so that each label and each gain in an answer of optimize_command has one command that shows it.
 * Invariant: only the optimiser's own instances run; the commands of a file are parsed and counted.
 */
import { join } from 'node:path';
import { machine, machineText } from '../rig/machine.js';
import { type Differential, differential } from './differential.js';
import { type GainRow, gains } from './gain.js';
import { type Matches, matches } from './matches.js';

const ROUNDS = 7;
const PARTS = ['differential', 'gain', 'matches'];

export async function run({
  json,
  arguments: args,
  flags,
}: {
  json: boolean;
  arguments: readonly string[];
  flags: readonly string[];
}): Promise<object> {
  const on = machine();
  const parts = args.filter((arg) => PARTS.includes(arg));
  const wanted = (part: string) => parts.length === 0 || parts.includes(part);
  const data = process.env.LMCP_SHARED_DATA;
  const file = args.find((arg) => !PARTS.includes(arg)) ?? (data && join(data, 'bash', 'commands.txt'));
  const numberOf = (name: string, otherwise: number) => {
    const flag = flags.find((one) => one.startsWith(`--${name}=`));
    return flag === undefined ? otherwise : Number(flag.slice(name.length + 3));
  };
  const result = {
    ...(wanted('differential')
      ? { differential: await differential(numberOf('most', Number.POSITIVE_INFINITY)) }
      : {}),
    ...(wanted('gain') ? { gain: gains(numberOf('rounds', ROUNDS)) } : {}),
    ...(wanted('matches') && file !== undefined ? { matches: matches(file) } : {}),
  };
  if (flags.includes('--speedups') && result.gain) printSpeedups(result.gain);
  else if (!json) {
    console.log(machineText(on));
    if (result.differential) printDifferential(result.differential);
    if (result.gain) printGains(result.gain);
    if (result.matches) printMatches(result.matches);
  }
  return { machine: on, ...result };
}

function printDifferential({ sandboxed, fixtures, exactInstances, rules, failures }: Differential): void {
  console.log(
    `${fixtures} fixtures, locales C and C.UTF-8, ${sandboxed ? 'in bubblewrap as another user' : 'without bubblewrap'}; ${exactInstances} instances with a rewrite called exact`,
  );
  for (const row of rules)
    console.log(
      `  ${row.rule.padEnd(20)} ${row.equivalence.padEnd(12)} ${String(row.instances).padStart(4)} instances ${String(row.trials).padStart(6)} trials ${String(row.identical).padStart(6)} identical ${String(row.contradicted).padStart(4)} contradicted; under set -eo pipefail ${row.strictIdentical} of ${row.strict} identical`,
    );
  console.log(`contradicted: ${failures.length}`);
  for (const failure of failures) console.log(`  ${failure}`);
}

function printGains(rows: readonly GainRow[]): void {
  for (const { rule, gain, gainWithoutShell, oldMs, newMs, on, command } of rows)
    console.log(
      `  ${rule.padEnd(20)} ${gain.toFixed(1).padStart(7)} × (without the shell's start ${gainWithoutShell.toFixed(1)} ×; ${oldMs.toFixed(1)} → ${newMs.toFixed(1)} ms) on ${on}: ${command}`,
    );
}

function printMatches({ commands, rewritten, exact, byRule }: Matches): void {
  console.log(`of ${commands} commands ${rewritten} get a rewrite, ${exact} one called exact`);
  for (const [rule, count] of Object.entries(byRule).sort(([, a], [, b]) => b - a))
    console.log(`  ${rule.padEnd(20)} ${count}`);
}

/** The rows of src/servers/bash/optimise/speedups.ts: one a rule, the smallest of its measured gains, from 1.2 on. */
function printSpeedups(rows: readonly GainRow[]): void {
  const least = new Map<string, GainRow>();
  for (const row of rows) {
    const known = least.get(row.rule);
    if (!known || row.gain < known.gain) least.set(row.rule, row);
  }
  for (const { rule, gain, on, command } of [...least.values()].filter((row) => row.gain >= 1.2))
    console.log(
      `  '${rule}': { ratio: ${gain < 10 ? gain.toFixed(1) : Math.round(gain)}, measuredOn: ${JSON.stringify(`${command} on ${on}`)} },`,
    );
}
