import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { afterAll, describe, expect, it } from 'vitest';
import { forgottenKey, formatEventLine } from '../journal/index.js';
import { EventSchema, type EventType, type StoredEvent } from '../proto/index.js';
import { type Imported, importJsonlFile } from './import-jsonl.job.js';
import type { JobContext } from './pool-thread.js';
import type { EventInit } from './services.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A journal as a job sees it; `reads` are the types it was asked for. */
function target() {
  const stored: StoredEvent[] = [];
  const reads: (readonly EventType[])[] = [];
  const context = {
    append: async (events: readonly EventInit[]) => {
      for (const event of events)
        stored.push({ sequence: stored.length + 1, event: create(EventSchema, event) });
      return stored.length;
    },
    read: async function* (types: readonly EventType[]) {
      reads.push(types);
      for (const it of [...stored])
        if (types.length === 0 || (it.event.data.case && types.includes(it.event.data.case))) yield it;
    },
    progress: () => undefined,
    signal: new AbortController().signal,
  } as unknown as JobContext;
  const bring = (...events: EventInit[]) => {
    const file = join(folder, 'events.jsonl');
    writeFileSync(file, events.map((event) => `${formatEventLine(create(EventSchema, event))}\n`).join(''));
    return importJsonlFile({ file }, context) as Promise<Imported>;
  };
  return { stored, reads, context, bring };
}

const build = (name: string, id = ''): EventInit => ({
  id,
  data: { case: 'buildFinished', value: { build: name } },
});

describe('the import job', () => {
  it('takes a file once, and says what it left out and why', async () => {
    const { stored, bring } = target();
    const tagged: EventInit = { data: { case: 'modelTagged', value: { tag: 't' } } };
    expect(await bring(build('1', 'A'), build('2', 'B'), tagged)).toEqual({
      imported: 2,
      lines: 3,
      skipped: { otherJournal: 1 },
    });
    expect(await bring(build('1', 'A'), build('2', 'B'), build('3', 'C'))).toEqual({
      imported: 1,
      lines: 3,
      skipped: { held: 2 },
    });
    // A tombstone keeps its id.
    stored[0] = { sequence: 1, event: create(EventSchema, { id: 'A', source: 'forgotten' }) };
    const value = { keys: [forgottenKey('build:4')] };
    stored.push({ sequence: 4, event: create(EventSchema, { data: { case: 'eventsForgotten', value } }) });
    expect(await bring(build('1', 'A'), build('4'), build('5'))).toEqual({
      imported: 1,
      lines: 3,
      skipped: { held: 1, forgotten: 1 },
    });
  });

  it('takes feedback on receipts that the journal holds, and no receipts', async () => {
    const { stored, reads, bring } = target();
    const value = { prediction: 'ours', task: 't' };
    stored.push({ sequence: 1, event: create(EventSchema, { data: { case: 'predictionMade', value } }) });
    const feedback = (prediction: string): EventInit => ({
      data: { case: 'feedbackGiven', value: { prediction, accepted: true } },
    });
    const made: EventInit = { data: { case: 'predictionMade', value: { prediction: 'theirs' } } };
    expect(await bring(made, feedback('ours'), feedback('theirs'), feedback(''))).toEqual({
      imported: 1,
      lines: 4,
      skipped: { otherReceipt: 3 },
    });
    expect(reads).toEqual([['eventsForgotten'], ['predictionMade']]);
  });

  it('does not read the whole journal for a file without ids', async () => {
    const { reads, bring } = target();
    expect(await bring(build('1'), build('1'))).toEqual({ imported: 2, lines: 2, skipped: {} });
    expect(reads).toEqual([['eventsForgotten']]);
  });

  it('names the bad line and how much came before it', async () => {
    const { context, stored } = target();
    const file = join(folder, 'bad.jsonl');
    writeFileSync(file, '{"logLine":{"text":"fine"}}\n{"starsAligned":{}}\n');
    await expect(importJsonlFile({ file }, context)).rejects.toMatchObject({
      code: 'LMCP_BAD_EVENT',
      message: expect.stringMatching(/^Line 2: .* The 1 events before it are imported\.$/),
    });
    expect(stored).toHaveLength(1);
  });
});
