/**
 * Analyses a second over distinct real commands, beside the bare parse of the same commands in the same rounds.
 * It exists because a guard sits before every command, and a cache would hide what an analysis costs.
 * Invariant: every analysis is of another command than the one before; nothing is cached between them.
 */
import { parse } from 'unbash';
import { analyze } from '../../src/servers/bash/analysis/analyze.js';
import { type Estimate, estimate, ratio } from '../rig/statistics.js';

const ROUNDS = 12;
/** The compiler needs some 10⁵ analyses until it has settled. */
const WARM_UP = 14;

export interface Speed {
  readonly commands: number;
  readonly analysesPerSecond: Estimate;
  readonly parsesPerSecond: Estimate;
  /** How many times the bare parse an analysis costs. */
  readonly timesParse: Estimate;
  /** Microseconds of single analyses, timer included. */
  readonly p50: number;
  readonly p99: number;
}

export function measureSpeed(lines: readonly string[]): Speed {
  // As a message brings them: strings of their own, not slices of one large file.
  const commands = JSON.parse(JSON.stringify(lines)) as readonly string[];
  const analyses: number[] = [];
  const parses: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const a = rate(commands, (command) => analyze(command).findings.length);
    const p = rate(commands, (command) => parse(command).commands.length);
    if (round < WARM_UP) continue;
    analyses.push(a);
    parses.push(p);
  }
  const single = commands.map((command) => {
    const from = process.hrtime.bigint();
    analyze(command);
    return Number(process.hrtime.bigint() - from) / 1000;
  });
  single.sort((x, y) => x - y);
  const at = (share: number) => single[Math.floor(share * (single.length - 1))] ?? Number.NaN;
  return {
    commands: commands.length,
    analysesPerSecond: estimate(analyses),
    parsesPerSecond: estimate(parses),
    timesParse: ratio(parses, analyses),
    p50: at(0.5),
    p99: at(0.99),
  };
}

/** One round; the results are added up and checked so that no call can be optimised away. */
function rate(commands: readonly string[], run: (command: string) => number): number {
  let sum = 0;
  const from = process.hrtime.bigint();
  for (const command of commands) sum += run(command);
  const nanoseconds = Number(process.hrtime.bigint() - from);
  if (Number.isNaN(sum)) throw new Error('a result is not a number');
  return (commands.length * 1e9) / nanoseconds;
}
