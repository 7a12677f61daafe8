/**
 * GET /metrics: every figure of the monitor in the Prometheus text format, gathered when it is asked for.
 * It exists so that an instance can be watched with what teams already run.
 * Invariant: asks no thread; labels are names of our own (servers, tools, threads, kinds), never a client's words or a secret.
 */
import type { Figures } from '../../runtime/index.js';
import type { ApiRequest, TextAnswer } from './api-request.js';
import { Family, written } from './metric-family.js';

/** The route. */
export async function metrics({ options }: ApiRequest): Promise<TextAnswer> {
  return exposition(options.threads.figures(), {
    version: options.version,
    residentBytes: process.memoryUsage.rss(),
    uptimeSeconds: (Date.now() - options.startedAt) / 1000,
  });
}

export interface Process {
  readonly version: string;
  readonly residentBytes: number;
  readonly uptimeSeconds: number;
}

/** The whole exposition. */
export function exposition(figures: Figures, process: Process): Promise<TextAnswer> {
  return written([
    ...ofProcess(process),
    ...ofServers(figures),
    ...ofThreads(figures),
    ...ofJournal(figures),
  ]);
}

function ofProcess({ version, residentBytes, uptimeSeconds }: Process): Family[] {
  const info = new Family('lmcp_build_info', 'gauge', 'Always 1; the version is the label.');
  info.add({ version }, 1);
  const resident = new Family('lmcp_resident_memory_bytes', 'gauge', 'Resident memory of the whole process.');
  resident.add({}, residentBytes);
  const uptime = new Family('lmcp_uptime_seconds', 'gauge', 'Time since the daemon started.');
  uptime.add({}, uptimeSeconds);
  return [info, resident, uptime];
}

function ofServers({ servers, lanes, threads, pool, captureDropped, enabled }: Figures): Family[] {
  const duration = new Family(
    'lmcp_request_duration_seconds',
    'histogram',
    'Requests that need a server thread, from the gateway and back, waiting included; tool is empty for what is no tool call.',
  );
  const ran = new Family(
    'lmcp_tool_duration_seconds',
    'histogram',
    'Tool calls, inside the thread of their server.',
  );
  const requests = new Family('lmcp_requests_total', 'counter', 'Requests that ended, by transport.');
  const failures = new Family(
    'lmcp_request_failures_total',
    'counter',
    'Failures by kind; where: on the way (gateway) or in the tool (server).',
  );
  for (const [server, { durations, transports, failures: failed }] of servers) {
    for (const [tool, distribution] of durations) duration.distribution({ server, tool }, distribution);
    for (const [transport, count] of Object.entries(transports)) requests.add({ server, transport }, count);
    for (const [kind, count] of Object.entries(failed))
      failures.add({ server, class: kind, where: 'gateway' }, count);
    const thread = threads.get(server);
    if (!thread) continue;
    const { failedClient, failedServer, failedUnavailable, failedCancelled } = thread.slots;
    const inTool = {
      client: failedClient,
      server: failedServer,
      unavailable: failedUnavailable,
      cancelled: failedCancelled,
    };
    for (const [kind, count] of Object.entries(inTool))
      failures.add({ server, class: kind, where: 'server' }, count);
    for (const [name, distribution] of thread.histograms)
      if (name.startsWith('tool:')) ran.distribution({ server, tool: name.slice(5) }, distribution);
  }
  const inFlight = new Family('lmcp_requests_in_flight', 'gauge', 'Requests a server is working on.');
  const waiting = new Family(
    'lmcp_requests_waiting',
    'gauge',
    'Requests that wait for their turn at a server.',
  );
  const shed = new Family('lmcp_requests_shed_total', 'counter', 'Requests refused because too many waited.');
  for (const [server, lane] of lanes) {
    inFlight.add({ server }, lane.inFlight);
    waiting.add({ server }, lane.waiting);
    shed.add({ server }, lane.shed);
  }
  const jobs = new Family('lmcp_pool_jobs', 'gauge', 'Jobs of the shared pool, by state.');
  jobs.add({ state: 'running' }, pool.busy);
  jobs.add({ state: 'waiting' }, pool.waiting);
  const dropped = new Family(
    'lmcp_capture_dropped_total',
    'counter',
    'Receipts and interactions left out by the capture budget.',
  );
  if (enabled) dropped.add({}, captureDropped);
  return [duration, ran, requests, failures, inFlight, waiting, shed, jobs, dropped];
}

function ofThreads({ threads, enabled }: Figures): Family[] {
  const up = new Family(
    'lmcp_thread_up',
    'gauge',
    'Whether the thread runs; server threads start on first use.',
  );
  const restarts = new Family('lmcp_thread_restarts_total', 'counter', 'Times a thread was started again.');
  const memory = new Family(
    'lmcp_thread_memory_bytes',
    'gauge',
    'Memory of a thread, by kind: heap, external (array_buffers is part of it).',
  );
  const limit = new Family(
    'lmcp_thread_memory_limit_bytes',
    'gauge',
    'What a thread may use before it is stopped.',
  );
  const busy = new Family(
    'lmcp_thread_loop_utilization_ratio',
    'gauge',
    'Share of the last half second the event loop was busy.',
  );
  const lag = new Family(
    'lmcp_thread_loop_lag_seconds',
    'histogram',
    'How late a timer came, twice a second.',
  );
  const gc = new Family('lmcp_thread_gc_seconds_total', 'counter', 'Time spent collecting garbage.');
  const runs = new Family('lmcp_thread_gc_runs_total', 'counter', 'Garbage collections.');
  const fill = new Family(
    'lmcp_thread_ring_occupancy_ratio',
    'gauge',
    'How full the ring to (in) or from (out) a thread is.',
  );
  for (const [thread, { slots, histograms, running, restarts: times, ring }] of threads) {
    up.add({ thread }, running ? 1 : 0);
    restarts.add({ thread }, times);
    limit.add({ thread }, slots.limit);
    if (running) {
      memory.add({ thread, kind: 'heap' }, slots.heapUsed);
      memory.add({ thread, kind: 'external' }, slots.external);
      memory.add({ thread, kind: 'array_buffers' }, slots.arrayBuffers);
    }
    if (ring) {
      // The gateway's end: what it writes is on its way into the thread.
      fill.add({ thread, direction: 'in' }, ring.out);
      fill.add({ thread, direction: 'out' }, ring.in);
    }
    if (!enabled) continue;
    if (running) busy.add({ thread }, slots.loopUtilization);
    gc.add({ thread }, slots.gcSeconds);
    runs.add({ thread }, slots.gcRuns);
    const late = histograms.get('lag');
    if (late) lag.distribution({ thread }, late);
  }
  return [up, restarts, memory, limit, busy, lag, gc, runs, fill];
}

function ofJournal({ threads, enabled }: Figures): Family[] {
  const journal = enabled ? threads.get('journal')?.histograms : undefined;
  const named: [string, string, string][] = [
    ['fsync', 'lmcp_journal_fsync_seconds', 'One fdatasync of a journal segment.'],
    ['batchEvents', 'lmcp_journal_batch_events', 'Events of one group commit.'],
    ['batchBytes', 'lmcp_journal_batch_bytes', 'Bytes of one group commit, before compression.'],
  ];
  return named.map(([key, name, help]) => {
    const family = new Family(name, 'histogram', help);
    const distribution = journal?.get(key);
    if (distribution) family.distribution({}, distribution);
    return family;
  });
}
