/**
 * How many events a second pass redaction, alone and with encoding: what the write path spends before the disk.
 * It exists because the scanner was chosen over secretlint for this figure.
 * Invariant: measures the very functions that append calls.
 */
import { randomBytes } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { createRedactor, type EventInit } from '../../src/journal/index.js';
import { prepareAll } from '../../src/journal/prepare.js';
import { createUlids } from '../../src/journal/ulid.js';
import { EventSchema } from '../../src/proto/index.js';

export function redactionRate(events: readonly EventInit[]): {
  eventsPerSecond: number;
  preparedPerSecond: number;
} {
  const redactor = createRedactor({ key: randomBytes(32) });
  const made = events.map((event) => create(EventSchema, event));
  const options = {
    redactor,
    workspace: 'bench',
    clock: Date.now,
    nextId: createUlids(Date.now, randomBytes),
  };
  const rate = (work: () => void) => {
    work();
    const started = performance.now();
    work();
    return Math.round((events.length / (performance.now() - started)) * 1000);
  };
  return {
    eventsPerSecond: rate(() => {
      for (const event of made) redactor.redactEvent(event);
    }),
    preparedPerSecond: rate(() => void prepareAll(events, options)),
  };
}
