/**
 * The options of the bench "http".
 * They exist in one place so that a figure's command says all that shaped it.
 * Invariant: every option has a default that a small machine carries.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const modes = ['closed', 'paced', 'many', 'spike', 'hostile', 'memory'] as const;
export type Mode = (typeof modes)[number];

export interface HttpBenchOptions {
  readonly modes: readonly Mode[];
  readonly servers: readonly string[];
  readonly tool: string;
  readonly rounds: number;
  /** Of one measurement. */
  readonly seconds: number;
  readonly connections: number;
  /** Requests a second of the mode `paced`. */
  readonly rate: number;
  /** Of the mode `many`. */
  readonly manyConnections: number;
  readonly manyRate: number;
  /** Of the mode `hostile`. */
  readonly dripping: number;
  /** Of the mode `memory`. */
  readonly minutes: number;
  readonly wait: 'spin' | 'sleep';
  /** Folder for CPU profiles of the daemon's threads; undefined: none are taken. */
  readonly profile: string | undefined;
}

/** @throws when an option is unknown or malformed */
export function httpBenchOptions(args: readonly string[]): HttpBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      mode: { type: 'string', default: 'closed,paced,many' },
      servers: { type: 'string', default: 'floor,ours,sdk-v2,sdk-v2-lean,sdk-v1,sdk-v1-stateful' },
      tool: { type: 'string', default: 'predict_next' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      connections: { type: 'string', default: '50' },
      rate: { type: 'string', default: '15000' },
      'many-connections': { type: 'string', default: '5000' },
      'many-rate': { type: 'string', default: '10000' },
      dripping: { type: 'string', default: '2000' },
      minutes: { type: 'string', default: '5' },
      wait: { type: 'string', default: availableParallelism() >= 4 ? 'spin' : 'sleep' },
      profile: { type: 'string' },
    },
  });
  const chosen = values.mode.split(',').map((mode) => {
    const found = modes.find((each) => each === mode);
    if (found === undefined) throw new Error(`No mode ${mode}; there are ${modes.join(', ')}.`);
    return found;
  });
  return {
    modes: chosen,
    servers: values.servers.split(','),
    tool: values.tool,
    rounds: number(values.rounds),
    seconds: number(values.seconds),
    connections: number(values.connections),
    rate: number(values.rate),
    manyConnections: number(values['many-connections']),
    manyRate: number(values['many-rate']),
    dripping: number(values.dripping),
    minutes: number(values.minutes),
    wait: values.wait === 'spin' ? 'spin' : 'sleep',
    profile: values.profile,
  };
}

function number(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${text} is no positive number.`);
  return value;
}
