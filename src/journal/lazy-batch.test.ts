/** A batch that is decoded as it is taken: by types, nothing else is decoded. */
import { expect, it } from 'vitest';
import { encodeBatch, LazyBatch } from './batch.js';
import { encodeEvent, toEvent } from './codec.js';

const encoded = (init: Parameters<typeof toEvent>[0]) => encodeEvent(toEvent(init));
const call = (tool: string) => encoded({ data: { case: 'interactionFinished', value: { tool } } });
const line = encoded({ data: { case: 'logLine', value: { service: 's' } } });
const empty = encoded({ id: 'a tombstone', source: 'forgotten' });
/** Reads as a log line at the top level, and cannot be decoded. */
const broken = Uint8Array.of(...line.slice(0, 2), 0xff, 0xff, 0xff).slice(0, line.length);

it('gives the events of some types under their own sequences, and decodes no other', () => {
  const batch = new LazyBatch(encodeBatch(7, [call('a'), line, empty, broken, call('b')]));
  const taken = [...batch.of(new Set(['interactionFinished'] as const))];
  expect(taken.map(({ sequence, event }) => [sequence, event.data.case])).toEqual([
    [7, 'interactionFinished'],
    [11, 'interactionFinished'],
  ]);
  expect(() => [...batch]).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
  expect([...batch.typesOf(new Set(['logLine', 'interactionFinished'] as const))]).toEqual([
    { sequence: 7, type: 'interactionFinished' },
    { sequence: 8, type: 'logLine' },
    { sequence: 10, type: 'logLine' },
    { sequence: 11, type: 'interactionFinished' },
  ]);
  expect([batch.length, batch.last]).toEqual([5, 11]);
});
