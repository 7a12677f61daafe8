/**
 * `npm run bench -- bash-server [--rate N] [--rounds N] [--seconds N] [--only WAY] [--json]`: `analyze_command` through one instance.
 * It exists for the bar of 15,000 calls a second with p95 below 1 ms; needs LMCP_SHARED_DATA for its distinct commands.
 * Invariant: every call is of another command than the one before it, nothing is cached, and the floor runs in the same rounds.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../bash/rows.js';
import { askOurs, type Contestant, Contestants, stdioCall } from '../http/contestants.js';
import type { Phase } from '../http/load/job.js';
import { firstId } from '../http/load/template.js';
import { LoadProcess } from '../http/load-process.js';
import { phaseText } from '../http/modes/rig.js';
import type { LoadTool } from '../http/tools.js';
import { type BenchDaemon, startBenchDaemon } from '../rig/daemon.js';
import { type Machine, machine, machineText } from '../rig/machine.js';
import { type Estimate, estimate, ratio } from '../rig/statistics.js';
import { type InProcess, inProcess } from './in-process.js';
import { LinesRig } from './lines.js';

interface Shape {
  readonly rate: Estimate;
  readonly p50Ms: Estimate;
  readonly p95Ms: Estimate;
  readonly p99Ms: Estimate;
  readonly cpuUs: Estimate;
  readonly failures: number;
}

interface Way {
  readonly ours: Shape;
  readonly floor: Shape;
  readonly rateOverFloor: Estimate;
}

export interface BashServerResult {
  readonly machine: Machine;
  readonly commands: number;
  readonly inProcess: InProcess;
  readonly ways: Readonly<Record<string, Way>>;
}

const CONNECTIONS = { socket: 8, http: 50 } as const;

export async function run(options: { json: boolean; flags: readonly string[] }): Promise<BashServerResult> {
  const { values } = parseArgs({
    args: [...options.flags],
    options: {
      json: { type: 'boolean' },
      rate: { type: 'string', default: '15000' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      /** Only ways whose name holds this. */
      only: { type: 'string', default: '' },
      profile: { type: 'string' },
    },
  });
  const data = process.env.LMCP_SHARED_DATA;
  if (data === undefined) throw new Error('set LMCP_SHARED_DATA to the folder that holds bash/commands.txt');
  const [rate, rounds, seconds] = [
    Number(values.rate),
    Number(values.rounds),
    Number(values.seconds),
  ] as const;
  const say = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  const here = machine();
  say(machineText(here));
  const typed = [...new Set(commands(join(data, 'bash')))];
  const tool: LoadTool = {
    name: 'analyze_command',
    path: '/mcp/bash',
    arguments: () => typed.map((command) => ({ command })),
  };
  const lines = typed.map(
    (command) => `${stdioCall(tool.name, '', { command }).replace('"id":""', `"id":${firstId}`)}\n`,
  );
  const { profile } = values;
  const daemon = await startBenchDaemon(
    profile === undefined ? {} : { node: ['--cpu-prof', `--cpu-prof-dir=${profile}`] },
  );
  const load = new LoadProcess();
  const makers = new Contestants(tool, daemon);
  let rig: LinesRig | undefined;
  try {
    const alone = await inProcess(lines, typed, daemon.repository.root);
    say(
      `in process: ${Math.round(alone.callsPerSecond.median)} calls/s of the tool host, ${Math.round(alone.analysesPerSecond.median)} bare analyses/s`,
    );
    const answer = await askOurs(daemon, tool, { command: typed[0] });
    const { socket, version } = daemonFileOf(daemon);
    rig = await LinesRig.start({ daemon, socket, version, lines, answer });
    const http = [await makers.start('floor'), await makers.start('ours')];
    const shape = { seconds, warmUpSeconds: 1 };
    await warmUp(rig, say);
    const ways: Record<string, (name: string) => Promise<Phase>> = {
      'socket, closed loop, 8 × 16': socketWay(rig, { ...shape, connections: CONNECTIONS.socket, depth: 16 }),
      'socket, paced': socketWay(rig, { ...shape, connections: CONNECTIONS.socket, rate }),
      'HTTP, closed loop, 50': (name) => closedHttp(load, of(http, name), shape),
      'HTTP, paced': (name) => pacedHttp(load, of(http, name), { ...shape, rate }),
    };
    const outcome: Record<string, Way> = {};
    for (const [name, way] of Object.entries(ways))
      if (name.includes(values.only)) outcome[name] = await inTurns(name, way, rounds, say);
    return { machine: here, commands: typed.length, inProcess: alone, ways: outcome };
  } finally {
    await rig?.stop();
    await load.stop();
    await makers.stop();
    await daemon.stop();
  }
}

/** What the compiler of a young thread costs is another question than what a running instance carries. */
async function warmUp(rig: LinesRig, say: (line: string) => void): Promise<void> {
  for (const target of rig.targets) {
    const { rate } = await rig.measure(target, { connections: 8, depth: 16, warmUpSeconds: 10, seconds: 1 });
    say(`warm after 10 s: ${target.name} ${Math.round(rate)}/s`);
  }
}

function socketWay(rig: LinesRig, shape: Parameters<LinesRig['measure']>[1]) {
  return (name: string): Promise<Phase> => {
    const target = rig.targets.find((one) => one.name === name);
    if (target === undefined) throw new Error(`No server ${name}.`);
    return rig.measure(target, shape);
  };
}

function of(contestants: readonly Contestant[], name: string): Contestant {
  const found = contestants.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No server ${name}.`);
  return found;
}

interface Times {
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

async function closedHttp(
  load: LoadProcess,
  { port, pid, templates }: Contestant,
  times: Times,
): Promise<Phase> {
  const connections = CONNECTIONS.http;
  return last(await load.run({ kind: 'closed', port, pid, templates, connections, ...times }));
}

async function pacedHttp(
  load: LoadProcess,
  { port, pid, templates }: Contestant,
  { rate, seconds, warmUpSeconds }: Times & { readonly rate: number },
): Promise<Phase> {
  const phases = [
    { rate, seconds: warmUpSeconds },
    { rate, seconds },
  ];
  const connections = CONNECTIONS.http;
  return last(await load.run({ kind: 'paced', port, pid, templates, connections, phases, wait: 'sleep' }));
}

function last(phases: readonly Phase[]): Phase {
  const phase = phases.at(-1);
  if (phase === undefined) throw new Error('The load generator measured nothing.');
  return phase;
}

/** Floor and ours, each first in every other round. */
async function inTurns(
  name: string,
  way: (name: string) => Promise<Phase>,
  rounds: number,
  say: (line: string) => void,
): Promise<Way> {
  say(name);
  const phases: Record<string, Phase[]> = { floor: [], ours: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const server of round % 2 === 0 ? ['floor', 'ours'] : ['ours', 'floor']) {
      const phase = await way(server);
      phases[server]?.push(phase);
      say(`  round ${round + 1} ${server.padEnd(6)}${phaseText(phase)}`);
    }
  const [ours, floor] = [phases.ours ?? [], phases.floor ?? []];
  const rateOverFloor = ratio(
    ours.map(({ rate }) => rate),
    floor.map(({ rate }) => rate),
  );
  const shape = shapeOf(ours);
  say(
    `  ours: ${Math.round(shape.rate.median)}/s, p50/p95/p99 ${[shape.p50Ms, shape.p95Ms, shape.p99Ms].map(({ median }) => median.toFixed(2)).join(' / ')} ms; ours / floor ${rateOverFloor.median.toFixed(2)}`,
  );
  return { ours: shape, floor: shapeOf(floor), rateOverFloor };
}

function shapeOf(phases: readonly Phase[]): Shape {
  const each = (value: (phase: Phase) => number) => estimate(phases.map(value));
  return {
    rate: each(({ rate }) => rate),
    p50Ms: each(({ latency }) => latency.p50),
    p95Ms: each(({ latency }) => latency.p95),
    p99Ms: each(({ latency }) => latency.p99),
    cpuUs: each(({ serverCpu, answers }) => (serverCpu * 1e6) / answers),
    failures: phases.flatMap(({ failures }) => Object.values(failures)).reduce((sum, n) => sum + n, 0),
  };
}

/** Where the daemon wrote how it is reached. */
function daemonFileOf({ env }: BenchDaemon): { socket: string; version: string } {
  return JSON.parse(readFileSync(join(env.LMCP_DATA ?? '', 'daemon.json'), 'utf8')) as {
    socket: string;
    version: string;
  };
}
