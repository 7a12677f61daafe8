/**
 * What watching costs: the same calls in process with the monitor on and off, in turn, round by round; and what the probe of a thread costs.
 * It exists so that "less than 1 %" can be printed again: `npm run bench -- monitor`.
 * Measured in processor time of the whole process, collections included, so that a busy machine disturbs less.
 * Invariant: both sides run the served code (connection state, admission, tool host); they differ by `[monitor] enabled` alone.
 */
import { createRateLimit } from '../../src/gateway/rate-limit.js';
import type { Outlet } from '../../src/protocol/asks.js';
import type { Forward } from '../../src/protocol/call.js';
import { contractRig } from '../../src/protocol/contract-server.js';
import type { View } from '../../src/protocol/endpoint.js';
import { parseMessage } from '../../src/protocol/message.js';
import { Peer } from '../../src/protocol/peer.js';
import { withAdmission } from '../../src/runtime/admission.js';
import type { Recorder } from '../../src/runtime/metrics/block.js';
import { callCounter, Monitor, watchThread } from '../../src/runtime/metrics/index.js';
import { startProbe, watchCollections } from '../../src/runtime/metrics/probe.js';
import { Lane, Router } from '../../src/runtime/router.js';
import { type Estimate, medianOf, ratio } from '../rig/statistics.js';

const rounds = 120;
const calls = 2_000;
const warmUp = 20;
const now = () => performance.now();
const lanes = { window: 256, sessionWindow: 64, waiting: 4096, now };

export interface MonitorBench {
  readonly offPerSecond: number;
  readonly onPerSecond: number;
  /** Time on ÷ time off, by round. */
  readonly ratio: Estimate;
  /** Off ÷ off with the sides called the other way round: what the machine alone makes of two equal sides. */
  readonly control: Estimate;
  /** Time with every garbage collection reported ÷ without; the probe does so one half second in twenty. */
  readonly watchingCollections: Estimate;
  /** One look of the probe, with its start and end, microseconds of wall time; it looks twice a second. */
  readonly probeMicros: number;
  /** What it adds to a call, microseconds. */
  readonly addedMicros: number;
  /** One enter and leave of a lane with room, microseconds. */
  readonly laneMicros: number;
  /** One decision of the rate limit among 50 clients, microseconds. */
  readonly rateLimitMicros: number;
}

const body = Buffer.from(
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'echo',
      arguments: { text: 'hello' },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  }),
);
const outlet: Outlet = { notify: () => undefined, deliver: () => true };

interface Side {
  once(): unknown;
  /** Where its figures go. */
  readonly recorder: Recorder;
}

/** One whole way in process: connection, admission, the server thread's part. */
function side(enabled: boolean): Side {
  const rig = contractRig();
  const view = rig.endpoint.view();
  if (view === undefined) throw new Error('The combined view is always there.');
  const tools = ['echo', 'count', 'wait', 'fail'];
  const monitor = new Monitor({ enabled, servers: [{ name: 'contract', tools }], now });
  const router = new Router(['contract'], lanes);
  // The probe's own timer would run beside all sides: its part is measured apart.
  const { recorder } = watchThread({ ...monitor.thread('contract', 0), enabled: false });
  const count = enabled ? callCounter(recorder, tools) : undefined;
  const host: Forward = async (call, out, signal) => {
    // The server's thread takes these two times with the monitor on and off: they are part of what is captured.
    const began = now();
    const response = await view.forward(call, out, signal);
    count?.('echo', (now() - began) / 1000);
    rig.hosted.length = 0;
    return response;
  };
  const admitted: View = { ...view, forward: withAdmission(host, { router, monitor, now }) };
  const peer = new Peer(admitted, { workspace: 'w', session: 's', transport: 'internal' }, () => undefined);
  return { once: () => peer.handle(parseMessage(body), body, outlet), recorder };
}

export async function run({ json }: { readonly json: boolean }): Promise<MonitorBench> {
  const [on, off, again] = [side(true), side(false), side(false)];
  const watched = watchCollections(on.recorder, 1);
  const kinds = {
    on: () => timed(on.once),
    off: () => timed(off.once),
    again: () => timed(again.once),
    watched: async () => {
      watched.begin();
      const time = await timed(on.once);
      watched.end();
      return time;
    },
  };
  const names = ['on', 'off', 'again', 'watched'] as const;
  const times: Record<(typeof names)[number], number[]> = { on: [], off: [], again: [], watched: [] };
  for (let i = 0; i < warmUp; i += 1) for (const name of names) await kinds[name]();
  for (let round = 0; round < rounds; round += 1)
    for (let i = 0; i < names.length; i += 1) {
      const name = names[(round + i) % names.length] ?? 'on';
      times[name].push(await kinds[name]());
    }
  const perSecond = (of: readonly number[]) => Math.round((calls * 1000) / medianOf(of));
  const result: MonitorBench = {
    offPerSecond: perSecond(times.off),
    onPerSecond: perSecond(times.on),
    ratio: ratio(times.on, times.off),
    control: ratio(times.again, times.off),
    watchingCollections: ratio(times.watched, times.on),
    probeMicros: micros(200, () => startProbe(on.recorder)()),
    addedMicros: ((medianOf(times.on) - medianOf(times.off)) * 1000) / calls,
    laneMicros: laneCost(),
    rateLimitMicros: rateLimitCost(),
  };
  if (!json) print(result);
  return result;
}

/** Milliseconds of processor time for all calls: what others do on the machine is not in it. */
async function timed(once: () => unknown): Promise<number> {
  const began = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await once();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** Microseconds of one of `n` repetitions; best of five. */
function micros(n: number, once: (i: number) => void): number {
  const times = Array.from({ length: 5 }, () => {
    const began = now();
    for (let i = 0; i < n; i += 1) once(i);
    return ((now() - began) * 1000) / n;
  });
  return Number(Math.min(...times).toFixed(3));
}

function laneCost(): number {
  const lane = new Lane(lanes);
  const sessions = Array.from({ length: 20 }, (_, i) => `session-${i}`);
  return micros(500_000, (i) => {
    const session = sessions[i % 20] ?? '';
    if (lane.enter(session, 'interactive') !== undefined) throw new Error('there was room');
    lane.leave(session);
  });
}

function rateLimitCost(): number {
  const limit = createRateLimit({ requestsPerSecond: 1e9, burst: 1e9 }, now);
  const clients = Array.from({ length: 50 }, (_, i) => `client-${i}`);
  return micros(500_000, (i) => {
    if (limit(clients[i % 50] ?? '') !== undefined) throw new Error('it was allowed');
  });
}

function print(result: MonitorBench): void {
  const share = ({ median, interval: [low, high] }: Estimate) =>
    `${percent(median)} [${percent(low)}, ${percent(high)}]`;
  const lines = [
    `calls in process   off ${result.offPerSecond.toLocaleString('en')}/s, on ${result.onPerSecond.toLocaleString('en')}/s`,
    `monitor's cost     ${share(result.ratio)} of the time of a call, ${result.addedMicros.toFixed(3)} µs`,
    `all collections    ${share(result.watchingCollections)}; watched in one half second of twenty`,
    `one look           ${result.probeMicros} µs, twice a second`,
    `two equal sides    ${share(result.control)}`,
    `lane with room     ${result.laneMicros} µs for enter and leave`,
    `rate limit         ${result.rateLimitMicros} µs`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function percent(times: number): string {
  const value = 100 * (times - 1);
  return `${value >= 0 ? '+' : ''}${value.toFixed(2)} %`;
}
