/** The exposition: what Prometheus reads, and what must never be in it. */
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../runtime/index.js';
import { Monitor, Recorder } from '../../runtime/metrics/index.js';
import { figuresView } from './figures-view.js';
import { exposition } from './metrics.js';

const own = { version: '1.2.3', residentBytes: 5e7, uptimeSeconds: 12.5 };
const clock = { now: 0 };

function figures(enabled = true): Figures {
  const monitor = new Monitor({
    enabled,
    servers: [{ name: 'a', tools: ['t'] }],
    now: () => clock.now,
  });
  const thread = new Recorder(monitor.block('a'));
  thread.set('heapUsed', 3e6);
  thread.set('limit', 1e8);
  thread.add('failedServer', 2);
  for (let i = 0; i < 3; i += 1) thread.histogram('tool:t')(0.001);
  const journal = new Recorder(monitor.block('journal'));
  journal.histogram('fsync')(0.002);
  journal.histogram('batchEvents')(7);
  const call = {
    server: 'a',
    revision: '2026-07-28',
    body: new Uint8Array(),
    expect: { method: 'tools/call', name: 'secret"name\n' },
    context: { workspace: 'w', session: 'a secret session', transport: 'http' },
  } as const;
  clock.now = 10;
  monitor.front('a')?.finished(call, 1, 0);
  monitor.front('a')?.finished({ ...call, expect: { method: 'tools/call', name: 't' } }, 1, 0);
  monitor.front('a')?.failed('client');
  const { threads, servers } = monitor.read();
  return {
    enabled,
    threads: new Map(
      [...threads].map(([name, reading]) => [
        name,
        { ...reading, running: true, restarts: 1, ring: { in: 0.25, out: 0.5 } },
      ]),
    ),
    servers,
    lanes: new Map([['a', { inFlight: 4, waiting: 5, shed: 6 }]]),
    pool: { busy: 1, waiting: 2, threads: 1 },
    captureDropped: 9,
  };
}

describe('/metrics', () => {
  it('is well-formed: every sample belongs to a family with HELP and TYPE, and no line comes twice', async () => {
    const { text, contentType } = await exposition(figures(), own);
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    const lines = text.split('\n').filter((line) => line !== '');
    const types = new Map(
      lines.flatMap((line) => {
        const found = /^# TYPE (\S+) (\S+)$/.exec(line);
        return found ? [[found[1]!, found[2]!] as const] : [];
      }),
    );
    expect(types.size).toBeGreaterThan(15);
    const samples = lines.filter((line) => !line.startsWith('#'));
    expect(new Set(samples.map((line) => line.slice(0, line.lastIndexOf(' ')))).size).toBe(samples.length);
    for (const line of samples) {
      const [, name, value] =
        /^([a-z_]+)(?:\{[a-z_]+="[^"\n]*"(?:,[a-z_]+="[^"\n]*")*\})? (\S+)$/.exec(line) ?? [];
      const family = types.has(name!) ? name! : name!.replace(/_(bucket|sum|count)$/, '');
      expect(types.get(family), line).toBeDefined();
      expect(Number.isFinite(Number(value)), line).toBe(true);
      if (types.get(family) === 'counter') expect(family).toMatch(/_total$/);
    }
  });

  it('says what was measured, cumulative where Prometheus wants it', async () => {
    const { text } = await exposition(figures(), own);
    for (const line of [
      'lmcp_build_info{version="1.2.3"} 1',
      'lmcp_request_duration_seconds_count{server="a",tool="t"} 1',
      'lmcp_request_duration_seconds_bucket{server="a",tool="t",le="+Inf"} 1',
      'lmcp_request_duration_seconds_bucket{server="a",tool="t",le="0.008192"} 0',
      'lmcp_request_duration_seconds_bucket{server="a",tool="t",le="0.016384"} 1',
      'lmcp_tool_duration_seconds_count{server="a",tool="t"} 3',
      'lmcp_requests_total{server="a",transport="http"} 2',
      'lmcp_request_failures_total{server="a",class="client",where="gateway"} 1',
      'lmcp_request_failures_total{server="a",class="server",where="server"} 2',
      'lmcp_requests_in_flight{server="a"} 4',
      'lmcp_requests_waiting{server="a"} 5',
      'lmcp_requests_shed_total{server="a"} 6',
      'lmcp_capture_dropped_total 9',
      'lmcp_thread_memory_bytes{thread="a",kind="heap"} 3000000',
      'lmcp_thread_memory_limit_bytes{thread="a"} 100000000',
      'lmcp_thread_restarts_total{thread="a"} 1',
      'lmcp_thread_ring_occupancy_ratio{thread="a",direction="in"} 0.5',
      'lmcp_journal_fsync_seconds_count 1',
      'lmcp_journal_batch_events_sum 7',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('never holds a client’s words', async () => {
    expect((await exposition(figures(), own)).text).not.toMatch(/secret/);
  });

  it('holds no timings when the monitor is off', async () => {
    const { text } = await exposition(figures(false), own);
    expect(text).not.toMatch(/duration_seconds|loop_|journal_/);
    expect(text).toMatch(/lmcp_thread_memory_limit_bytes\{thread="a"\} 100000000/);
  });
});

describe('the figures for people', () => {
  it('are percentiles of what was called, and failures of both sides together', () => {
    const { servers, threads, journal } = figuresView(figures());
    expect(servers).toEqual([
      expect.objectContaining({ name: 'a', inFlight: 4, waiting: 5, shed: 6, failed: 3 }),
    ]);
    expect(servers[0]?.tools.map(({ tool, calls }) => [tool, calls])).toEqual([
      ['', 1],
      ['t', 1],
    ]);
    expect(servers[0]?.tools[1]?.p50).toBeCloseTo(0.01, 3);
    expect(threads.find(({ name }) => name === 'a')).toMatchObject({ heapBytes: 3e6, limitBytes: 1e8 });
    expect(threads.find(({ name }) => name === 'a')?.lag.p99).toBeNull();
    expect(journal).toMatchObject({ commits: 1, eventsPerCommit: 7 });
  });
});
