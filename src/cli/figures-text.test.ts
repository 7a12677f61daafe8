/** The figures on the terminal: columns in line, units right, nothing said of what was not measured. */
import { describe, expect, it } from 'vitest';
import type { FiguresView } from '../gateway/index.js';
import { duration, figuresLines } from './figures-text.js';

const none = { p50: null, p95: null, p99: null };
const thread = {
  running: true,
  restarts: 0,
  heapBytes: 50 * 2 ** 20,
  externalBytes: 0,
  limitBytes: 100 * 2 ** 20,
  utilization: 0.123,
  lag: { ...none, p99: 0.002 },
  gcSeconds: 0.5,
};

const view: FiguresView = {
  enabled: true,
  threads: [
    { ...thread, name: 'gateway' },
    { ...thread, name: 'learning', running: false, restarts: 2 },
  ],
  servers: [
    {
      name: 'development',
      inFlight: 1,
      waiting: 2,
      shed: 3,
      failed: 4,
      transports: {},
      tools: [{ tool: 'related_files', calls: 12_345, p50: 0.00004, p95: 0.0012, p99: 1.5 }],
    },
  ],
  journal: { commits: 0, eventsPerCommit: null, fsync: none },
  captureDropped: 0,
};

describe('the figures as text', () => {
  it('stand in columns', () => {
    expect(figuresLines(view)).toEqual([
      'thread         memory       of  busy  lag p99      gc  restarts',
      'gateway        50 MiB  100 MiB  12 %   2.0 ms  500 ms',
      `${'learning  not running'.padEnd(62)}2`,
      '',
      'server       tool            calls    p50     p95     p99',
      'development  related_files  12,345  40 µs  1.2 ms  1.50 s',
      'development: 1 in flight, 2 waiting, 4 failed, 3 refused for overload',
    ]);
  });

  it('say nothing of what was not measured', () => {
    expect(figuresLines({ ...view, enabled: false, servers: [] })).toEqual([
      'thread         memory       of  busy  lag p99  gc  restarts',
      'gateway                100 MiB',
      `${'learning  not running'.padEnd(58)}2`,
    ]);
  });

  it('have the unit that fits', () => {
    expect([null, 0.0000042, 0.00099, 0.0042, 0.25, 3.149].map(duration)).toEqual([
      '–',
      '4 µs',
      '990 µs',
      '4.2 ms',
      '250 ms',
      '3.15 s',
    ]);
  });
});
