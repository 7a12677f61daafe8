/**
 * Calls of the tool host without threads or sockets: parse, validate, analyse, validate, serialise.
 * It exists to tell what the tool costs from what the way to it costs.
 * Invariant: the same bytes as over the socket; an answer that is no result ends the run.
 */

import type { CallRequest, CallSink } from '../../src/protocol/call.js';
import { createToolHost, defineServer } from '../../src/protocol/index.js';
import type { Services } from '../../src/runtime/index.js';
import { analyze } from '../../src/servers/bash/analysis/index.js';
import { analyzeCommand } from '../../src/servers/bash/tools/analyze-command.js';
import { type Estimate, estimate } from '../rig/statistics.js';

export interface InProcess {
  /** Calls for each second of the processor, all threads of Node counted. */
  readonly callsPerSecond: Estimate;
  /** Bare analyses of the same commands in the same rounds. */
  readonly analysesPerSecond: Estimate;
}

const ROUNDS = 6;
/** The compiler needs some 10⁵ analyses until it has settled. */
const WARM_UP = 12;

export async function inProcess(
  lines: readonly string[],
  commands: readonly string[],
  root: string,
): Promise<InProcess> {
  const surface = defineServer<Services>({
    name: 'bash',
    title: 'Bash',
    instructions: '',
    tools: [analyzeCommand],
  });
  const host = createToolHost(surface, { info: { name: 'bash', version: '0', title: 'Bash' } });
  const bodies = lines.map((line) => Buffer.from(line));
  const services = { workspace: { root } } as Services;
  const sink: CallSink = { notify: () => undefined, ask: () => Promise.reject(new Error('nobody to ask')) };
  const cancel = { aborted: false, signal: new AbortController().signal };
  const request: Omit<CallRequest, 'body'> = {
    server: 'bash',
    revision: '2026-07-28',
    expect: { method: 'tools/call', name: 'analyze_command' },
    context: { workspace: 'w', session: 'bench', transport: 'unix', root, cwd: root },
  };
  const calls: number[] = [];
  const analyses: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const began = cpuMs();
    for (const body of bodies) {
      const { outcome } = await host.call({ ...request, body }, services, sink, cancel);
      if (!outcome.ok) throw new Error(`analyze_command failed: ${outcome.code}`);
    }
    const between = cpuMs();
    for (const command of commands) analyze(command, { cwd: root, repository: root });
    if (round < WARM_UP) continue;
    calls.push((bodies.length * 1000) / (between - began));
    analyses.push((commands.length * 1000) / (cpuMs() - between));
  }
  return { callsPerSecond: estimate(calls), analysesPerSecond: estimate(analyses) };
}

/** Processor time of this process so far: on a shared machine the clock also counts others. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
