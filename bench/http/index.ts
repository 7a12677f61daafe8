/**
 * Bench "http": the daemon over HTTP beside bare node:http and the official SDKs, in one interleaved run.
 * It exists for the figures about throughput and latency; the options are in `options.ts`.
 * Invariant: every server in its own process, the load in another; no answer counts that was not checked.
 */

import { startBenchDaemon } from '../rig/daemon.js';
import { type Machine, machine, machineText } from '../rig/machine.js';
import { askOurs, type Contestant, Contestants } from './contestants.js';
import { LoadProcess } from './load-process.js';
import { closed } from './modes/closed.js';
import { hostile } from './modes/hostile.js';
import { memory } from './modes/memory.js';
import { many, paced, spike } from './modes/paced.js';
import type { Rig } from './modes/rig.js';
import { httpBenchOptions, type Mode } from './options.js';
import { loadTool } from './tools.js';

const runs: Readonly<Record<Mode, (rig: Rig) => Promise<object>>> = {
  closed,
  paced,
  many,
  spike,
  hostile,
  memory,
};

export interface HttpBenchResult {
  readonly machine: Machine;
  readonly tool: string;
  readonly modes: Readonly<Record<string, object>>;
}

export async function run(options: { json: boolean; flags: readonly string[] }): Promise<HttpBenchResult> {
  const chosen = httpBenchOptions(options.flags);
  const say = (line: string) => {
    (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const tool = loadTool(chosen.tool);
  const here = machine();
  say(machineText(here));
  const daemon = await startBenchDaemon(
    chosen.profile === undefined ? {} : { node: ['--cpu-prof', `--cpu-prof-dir=${chosen.profile}`] },
  );
  const load = new LoadProcess();
  const makers = new Contestants(tool, daemon);
  try {
    // The first question waits until the history is learned.
    await askOurs(daemon, loadTool('related_files'), { paths: [daemon.repository.paths[0]] });
    const contestants: Contestant[] = [];
    for (const name of chosen.servers) contestants.push(await makers.start(name));
    const rig: Rig = { options: chosen, daemon, contestants, load, say };
    const modes: Record<string, object> = {};
    for (const mode of chosen.modes) modes[mode] = await runs[mode](rig);
    return { machine: here, tool: tool.name, modes };
  } finally {
    await load.stop();
    await makers.stop();
    await daemon.stop();
  }
}
