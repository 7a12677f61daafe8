/**
 * `npm run bench -- bash [safety|effects|speed|hostile] [--misses] [--json]`: the command analysis on labelled commands.
 * It exists so that recall, false alarms, effects and speed have one command; needs LMCP_SHARED_DATA.
 * Invariant: the three axes stay apart, and no command of a data set is ever run.
 */
import { join } from 'node:path';
import { machine, machineText } from '../rig/machine.js';
import { type EffectScore, measureEffects } from './effects.js';
import { type Hostile, measureHostile } from './hostile.js';
import { commands, effectRows, safetyRows } from './rows.js';
import { measureSafety, type Safety } from './safety.js';
import { measureSpeed, type Speed } from './speed.js';

interface Result {
  safety?: Safety;
  effects?: EffectScore;
  speed?: Speed;
  hostile?: Hostile;
}

/** Random commands that the bar of no crash and no long analysis is measured on. */
const RANDOM_COMMANDS = 1_000_000;

export async function run(options: {
  json: boolean;
  arguments: readonly string[];
  flags: readonly string[];
}): Promise<object> {
  const data = process.env.LMCP_SHARED_DATA;
  if (data === undefined) throw new Error('set LMCP_SHARED_DATA to the folder that holds bash/safety.jsonl');
  const folder = join(data, 'bash');
  const on = machine();
  const wanted = (part: string) => options.arguments.length === 0 || options.arguments.includes(part);
  const result: Result = {};
  if (wanted('safety')) result.safety = measureSafety(safetyRows(folder));
  if (wanted('effects')) result.effects = measureEffects(effectRows(folder));
  if (wanted('speed')) result.speed = measureSpeed(commands(folder));
  if (wanted('hostile')) result.hostile = measureHostile(RANDOM_COMMANDS);
  if (!options.json) {
    console.log(machineText(on));
    if (result.safety) printSafety(result.safety, options.flags.includes('--misses'));
    if (result.effects) printEffects(result.effects);
    if (result.speed) printSpeed(result.speed);
    if (result.hostile) printHostile(result.hostile);
  }
  return { machine: on, ...result };
}

function printSafety({ groups, twins, misses }: Safety, all: boolean): void {
  for (const { axis, source, label, rows, flagged, unknown } of groups)
    console.log(
      `${axis.padEnd(12)}${source.padEnd(17)}${label.padEnd(12)}${String(rows).padStart(5)} rows, flagged ${percent(flagged, rows)} (unknown ${percent(unknown, rows)})`,
    );
  for (const [axis, { pairs, right }] of Object.entries(twins))
    console.log(`twins, both right, ${axis}: ${right} of ${pairs} (${percent(right, pairs)})`);
  const byClass = new Map<string, number>();
  for (const miss of misses) {
    const key = `${miss.source} ${miss.label} ${miss.class}`;
    byClass.set(key, (byClass.get(key) ?? 0) + 1);
  }
  for (const [key, count] of byClass) console.log(`  wrong: ${key} × ${count}`);
  if (all)
    for (const miss of misses)
      console.log(`  ${miss.level.padEnd(9)} ${miss.label}: ${JSON.stringify(miss.command)}`);
}

function printEffects({ f1, macroF1, macroF1WithNone, rows }: EffectScore): void {
  const each = Object.entries(f1).map(([kind, value]) => `${kind} ${value.toFixed(3)}`);
  console.log(
    `effects on ${rows} rows, F1: ${each.join(', ')}; macro ${macroF1.toFixed(3)} (with read and unknown ${macroF1WithNone.toFixed(3)})`,
  );
}

function printSpeed({ commands: n, analysesPerSecond, parsesPerSecond, timesParse, p50, p99 }: Speed): void {
  console.log(
    `${n} distinct commands: ${Math.round(analysesPerSecond.median)} analyses/s (bare parse ${Math.round(parsesPerSecond.median)}/s, ${timesParse.median.toFixed(2)} × its cost); single: p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs`,
  );
}

function printHostile({ slowestShape, random, thrown, unparsedCalledSafe, slowestRandom }: Hostile): void {
  console.log(
    `hostile shapes: slowest ${slowestShape.toFixed(2)} ms; ${random} random commands: ${thrown} thrown, ${unparsedCalledSafe} unparsed called safe, slowest ${slowestRandom.toFixed(2)} ms`,
  );
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}
