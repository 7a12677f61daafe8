/**
 * `npm run bench -- bash-sandbox [--rounds N] [--files N] [--json]`: what a preview and a sandboxed run cost over `bash -c` alone.
 * It exists for the bar of 100 ms median overhead in a folder of 10,000 files; needs bubblewrap and overlays.
 * Invariant: floor and contestants run in turn in the same rounds; each answer is checked before its time counts.
 */
import { spawn } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { preview, run as runCommand } from '../../src/servers/bash/sandbox/index.js';
import { type Machine, machine, machineText } from '../rig/machine.js';
import { type Estimate, estimate } from '../rig/statistics.js';
import { makeTree } from './tree.js';

const COMMAND = 'echo x > d1/f1.txt; rm d2/f2.txt; mkdir new; mv d3/f3.txt new/';
const CHANGES = 4;
const DELETE_ALL = 'rm -rf d*';

interface Row {
  readonly ms: Estimate;
  /** Over the floor of the same round. */
  readonly overheadMs: Estimate;
}

export interface BashSandboxResult {
  readonly machine: Machine;
  readonly files: number;
  readonly rounds: number;
  readonly floorMs: Estimate;
  readonly rows: Readonly<Record<string, Row>>;
  /** Of the thread that previews, over all rounds. */
  readonly longestPauseMs: number;
}

export async function run(options: { json: boolean; flags: readonly string[] }): Promise<BashSandboxResult> {
  const { values } = parseArgs({
    args: [...options.flags],
    options: {
      json: { type: 'boolean' },
      rounds: { type: 'string', default: '21' },
      files: { type: 'string', default: '10000' },
    },
  });
  const [rounds, files] = [Number(values.rounds), Number(values.files)];
  const about = machine();
  const tree = makeTree(files);
  const pauses = monitorEventLoopDelay({ resolution: 1 });
  try {
    const contestants: Readonly<Record<string, () => Promise<unknown>>> = {
      'preview, overlay': () => previewed(tree.folder, 'overlay'),
      'preview, copy': () => previewed(tree.folder, 'copy'),
      'preview, overlay, all deleted': () => deleted(tree.folder, files),
      'run, sandbox': () => ran(tree.folder),
    };
    for (const contestant of Object.values(contestants)) await contestant();
    const floor: number[] = [];
    const took = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
    pauses.enable();
    for (let round = 0; round < rounds; round += 1) {
      floor.push(await timed(() => bashAlone(tree.folder)));
      for (const [name, contestant] of Object.entries(contestants))
        took.get(name)?.push(await timed(contestant));
    }
    pauses.disable();
    const rows = Object.fromEntries(
      [...took].map(([name, ms]) => [
        name,
        {
          ms: estimate(ms),
          overheadMs: estimate(ms.map((value, round) => value - (floor[round] ?? Number.NaN))),
        },
      ]),
    );
    const longestPauseMs = pauses.max / 1e6;
    const result = { machine: about, files, rounds, floorMs: estimate(floor), rows, longestPauseMs };
    if (!options.json) print(result);
    return result;
  } finally {
    tree.remove();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** The floor: the shell that runs the command, without anything around it. */
function bashAlone(cwd: string): Promise<void> {
  const child = spawn('bash', ['--noprofile', '--norc', '-c', 'ls > /dev/null; true; true; true'], {
    cwd,
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`the floor ended with ${code}`)),
    );
  });
}

async function previewed(cwd: string, method: 'overlay' | 'copy'): Promise<void> {
  const seen = await preview({ command: COMMAND, cwd, method });
  // A file system that shares blocks makes a reflink of a copy.
  const other = method === 'copy' ? 'reflink' : method;
  if (seen.diff.length !== CHANGES || (seen.method !== method && seen.method !== other))
    throw new Error(`the preview is wrong: ${seen.method}, ${JSON.stringify(seen.diff)} ${seen.stderr}`);
}

async function deleted(cwd: string, files: number): Promise<void> {
  const { diff, more } = await preview({ command: DELETE_ALL, cwd });
  if (diff.length + more < files) throw new Error(`${diff.length + more} of ${files} files were seen to go`);
}

async function ran(cwd: string): Promise<void> {
  const { exitCode, sandbox } = await runCommand({ command: 'ls > /dev/null', cwd });
  if (exitCode !== 0 || sandbox.program !== 'bubblewrap') throw new Error(`the run ended with ${exitCode}`);
}

function print({ machine: about, files, rounds, floorMs, rows, longestPauseMs }: BashSandboxResult): void {
  const ms = ({ median, interval: [low, high] }: Estimate) =>
    `${median.toFixed(1)} ms [${low.toFixed(1)}, ${high.toFixed(1)}]`;
  const lines = [
    machineText(about),
    `${files} files, ${rounds} rounds; medians with 95 % intervals`,
    `  ${'bash -c alone (floor)'.padEnd(32)} ${ms(floorMs)}`,
    ...Object.entries(rows).map(
      ([name, row]) => `  ${name.padEnd(32)} ${ms(row.ms)}, over the floor ${ms(row.overheadMs)}`,
    ),
    `longest pause of the thread that asked: ${longestPauseMs.toFixed(1)} ms`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
