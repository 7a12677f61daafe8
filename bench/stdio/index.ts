/**
 * Bench "stdio": many stdio clients at once, ours sharing one daemon through `lmcp stdio`, the SDK's with a server each.
 * It exists for CPU a request over stdio, and to see that among interleaved calls no answer reaches another client.
 * Invariant: both kinds run in the same rounds; an answer that is not its client's own is counted, never dropped.
 */
import { parseArgs } from 'node:util';
import { askOurs, stdioCall } from '../http/contestants.js';
import type { SampleResult } from '../http/servers/setup.js';
import { loadTool } from '../http/tools.js';
import { startBenchDaemon } from '../rig/daemon.js';
import { type Machine, machine, machineText } from '../rig/machine.js';
import { type Estimate, estimate, ratio } from '../rig/statistics.js';
import { bridges, type Fleet, sdkServers } from './fleets.js';

export interface StdioBenchResult {
  readonly machine: Machine;
  readonly clients: number;
  /** Calls a client has under way at once. */
  readonly depth: number;
  readonly calls: number;
  readonly misrouted: number;
  readonly failed: number;
  /** Microseconds of CPU a request, summed over the daemon and all bridges. */
  readonly oursCpuUs: Estimate;
  /** The same of the SDK's processes. */
  readonly sdkCpuUs: Estimate;
  readonly oursOverSdk: Estimate;
  readonly oursRate: Estimate;
  readonly sdkRate: Estimate;
  /** Calls whose answer carries the caller's own text, not its id alone. */
  readonly marked: { readonly calls: number; readonly misrouted: number; readonly failed: number };
}

interface Measured {
  readonly cpuUs: number;
  readonly rate: number;
  readonly misrouted: number;
  readonly failed: number;
}

export async function run(options: { json: boolean; flags: readonly string[] }): Promise<StdioBenchResult> {
  const { values } = parseArgs({
    args: [...options.flags],
    options: {
      json: { type: 'boolean' },
      clients: { type: 'string', default: '20' },
      calls: { type: 'string', default: '100000' },
      depth: { type: 'string', default: '16' },
      rounds: { type: 'string', default: '5' },
      marked: { type: 'string', default: '2000' },
      profile: { type: 'string' },
    },
  });
  const [clients, calls, depth, rounds] = [values.clients, values.calls, values.depth, values.rounds].map(
    Number,
  ) as [number, number, number, number];
  const say = (line: string) => {
    (options.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const here = machine();
  say(machineText(here));
  say(
    `stdio, ${clients} clients with ${depth} calls under way each, ${calls.toLocaleString('en')} calls of predict_next`,
  );
  const { profile } = values;
  const daemon = await startBenchDaemon(
    profile === undefined ? {} : { node: ['--cpu-prof', `--cpu-prof-dir=${profile}`] },
  );
  const fleets: Fleet[] = [];
  try {
    const tool = loadTool('predict_next');
    const related = loadTool('related_files');
    await askOurs(daemon, related, { paths: [daemon.repository.paths[0]] });
    const args = tool.arguments([])[0] ?? {};
    const answer = await askOurs(daemon, tool, args);
    const { result } = JSON.parse(answer) as { result: SampleResult };
    const ours = bridges(daemon, clients, 'learning');
    const theirs = sdkServers({ tool: tool.name, result, answer, argument: 'session' }, clients);
    fleets.push(ours, theirs);
    const each = Math.ceil(calls / rounds / clients);
    const call = { make: (id: string) => stdioCall(tool.name, id, args), check: () => true, depth };
    const measured: Record<string, Measured[]> = { learning: [], sdk: [] };
    // Warm: what a process costs in its first second is another question.
    for (const fleet of fleets) await measure(fleet, { ...call, count: Math.min(each, 1000) });
    for (let round = 0; round < rounds; round += 1) {
      for (const fleet of round % 2 === 0 ? fleets : fleets.toReversed()) {
        const one = await measure(fleet, { ...call, count: each });
        measured[fleet.name]?.push(one);
        say(
          `  round ${round + 1} ${(fleet === ours ? 'ours' : 'sdk').padEnd(6)}${one.cpuUs.toFixed(1)} µs CPU a request  ${Math.round(one.rate).toLocaleString('en')}/s  misrouted ${one.misrouted}  failed ${one.failed}`,
        );
      }
    }
    const all = bridges(daemon, clients);
    fleets.push(all);
    const marked = await measure(all, {
      count: Math.ceil(Number(values.marked) / clients),
      depth,
      make: (id) => stdioCall(related.name, id, { paths: [`marked/${id}.ts`] }),
      check: (id, line) => line.includes(`marked/${id}.ts`),
    });
    const of = (name: string, key: keyof Measured) => (measured[name] ?? []).map((one) => one[key]);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
    const outcome: StdioBenchResult = {
      machine: here,
      clients,
      depth,
      calls: each * rounds * clients,
      misrouted: sum(of('learning', 'misrouted')),
      failed: sum([...of('learning', 'failed'), ...of('sdk', 'failed'), ...of('sdk', 'misrouted')]),
      oursCpuUs: estimate(of('learning', 'cpuUs')),
      sdkCpuUs: estimate(of('sdk', 'cpuUs')),
      oursOverSdk: ratio(of('learning', 'cpuUs'), of('sdk', 'cpuUs')),
      oursRate: estimate(of('learning', 'rate')),
      sdkRate: estimate(of('sdk', 'rate')),
      marked: { calls: Number(values.marked), misrouted: marked.misrouted, failed: marked.failed },
    };
    tell(outcome, say);
    return outcome;
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.stop()));
    await daemon.stop();
  }
}

/** All clients of a fleet at once. */
async function measure(
  fleet: Fleet,
  options: Parameters<Fleet['clients'][number]['run']>[0],
): Promise<Measured> {
  const cpu = fleet.cpu;
  const began = performance.now();
  const counted = await Promise.all(fleet.clients.map((client) => client.run(options)));
  const seconds = (performance.now() - began) / 1000;
  const calls = options.count * fleet.clients.length;
  return {
    cpuUs: ((fleet.cpu - cpu) * 1e6) / calls,
    rate: calls / seconds,
    misrouted: counted.reduce((sum, { misrouted }) => sum + misrouted, 0),
    failed: counted.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function tell(result: StdioBenchResult, say: (line: string) => void): void {
  const text = ({ median, interval, n }: Estimate, digits: number) =>
    `${median.toFixed(digits)} [${interval.map((x) => x.toFixed(digits)).join(', ')}], n ${n}`;
  say(`  CPU µs a request: ours ${text(result.oursCpuUs, 1)}; SDK ${text(result.sdkCpuUs, 1)}`);
  say(`  ours / SDK: CPU ${text(result.oursOverSdk, 2)}`);
  say(`  ${result.calls.toLocaleString('en')} calls, misrouted ${result.misrouted}, failed ${result.failed}`);
  const { marked } = result;
  say(
    `  ${marked.calls.toLocaleString('en')} calls with the caller's own text in the answer: misrouted ${marked.misrouted}, failed ${marked.failed}`,
  );
}
