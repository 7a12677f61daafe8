/** Sessions of 2025-11-25: idle ones go, busy ones stay, and a session whose client listens is busy. */
import { expect, it } from 'vitest';
import { contractRig } from '../contract-server.js';
import { Peer } from '../peer.js';
import type { Exchange } from './http-exchange.js';
import { SessionStream, SessionTable } from './http-sessions.js';

let clock = 0;
const view = contractRig().endpoint.view('featured');
const session = () => {
  if (view === undefined) throw new Error('no view');
  const context = { workspace: 'w', session: 's', transport: 'http' } as const;
  return { peer: new Peer(view, context, () => undefined), stream: new SessionStream() };
};
/** As much of an exchange as a stream needs. */
const exchange = () => {
  const it = {
    open: true,
    stream: () => undefined,
    endSilently: () => {
      it.open = false;
    },
  };
  return it;
};

it('drops a session that is idle too long, but none whose client listens', () => {
  const table = new SessionTable({ max: 3, idleMs: 100, now: () => clock });
  const [idle, listening] = [session(), session()];
  const stream = exchange();
  listening.stream.attach(stream as unknown as Exchange);
  table.add('idle', idle);
  table.add('listening', listening);
  clock += 101;
  expect(table.get('idle')).toBeUndefined();
  expect(table.get('listening')?.peer).toBe(listening.peer);
  expect(table.delete('listening')).toBe(true);
  expect(stream.open).toBe(false);
});

it('gives the place of an idle session to a new one, and refuses when all are busy', () => {
  const table = new SessionTable({ max: 2, idleMs: 100, now: () => clock });
  const busy = () => {
    const it = session();
    it.stream.attach(exchange() as unknown as Exchange);
    return it;
  };
  table.add('idle', session());
  table.add('one', busy());
  table.add('two', busy());
  expect(table.get('idle')).toBeUndefined();
  expect(() => table.add('three', busy())).toThrow(expect.objectContaining({ code: 'LMCP_OVERLOADED' }));
});

it('keeps the sessions that are used when somebody opens many and uses none', () => {
  const table = new SessionTable({ max: 10, idleMs: 100, now: () => clock });
  for (const name of ['one', 'two', 'three']) {
    table.add(name, session());
    table.get(name);
  }
  for (let i = 0; i < 1000; i += 1) table.add(`flood${i}`, session());
  expect(table.size).toBe(10);
  expect(['flood992', 'flood993', 'flood999'].map((name) => table.has(name))).toEqual([false, true, true]);
  for (const name of ['two', 'one', 'three']) expect(table.get(name), name).toBeDefined();
});

it('gives up the least recently used session once all were used', () => {
  const table = new SessionTable({ max: 3, idleMs: 100, now: () => clock });
  for (const name of ['one', 'two', 'three']) table.add(name, session());
  for (const name of ['two', 'three', 'one']) table.get(name);
  table.add('four', session());
  expect(['one', 'two', 'three', 'four'].filter((name) => table.has(name))).toEqual(['one', 'three', 'four']);
});
