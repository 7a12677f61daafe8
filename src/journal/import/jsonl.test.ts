/** What an import takes, leaves out and refuses; the plain way is in ../journal.test.ts. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../proto/index.js';
import type { EventInit } from '../codec.js';
import { exportJsonl } from '../export/jsonl.js';
import { ForgottenKeys, forgottenKey } from '../forgotten-keys.js';
import type { Journal } from '../journal.js';
import { interaction, openScratch } from '../scratch.js';
import { type ImportReport, importJsonl } from './jsonl.js';
import { EventIds, type KnownEvents } from './left-out.js';

const durable = { durable: true } as const;

/** What a journal knows, as the import job has it. */
async function knownTo(journal: Journal): Promise<KnownEvents> {
  const forgotten = new ForgottenKeys();
  const ids = new EventIds();
  const receipts = new EventIds();
  for await (const { event } of journal.read()) {
    forgotten.add(event);
    ids.add(event.id);
    if (event.data.case === 'predictionMade') receipts.add(event.data.value.prediction);
  }
  return {
    ids: async () => ids,
    holdsReceipt: async (prediction) => receipts.has(prediction),
    isForgotten: (event) => forgotten.knows(event),
  };
}

async function bring(journal: Journal, lines: readonly string[]): Promise<ImportReport> {
  async function* input() {
    yield Buffer.from(lines.join('\n'));
  }
  return importJsonl({ journal, input: input(), known: await knownTo(journal) });
}

async function eventsOf(journal: Journal): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of journal.read()) events.push(event);
  return events;
}

async function exported(journal: Journal): Promise<string[]> {
  let text = '';
  for await (const chunk of exportJsonl({ journal })) text += chunk;
  return text.trimEnd().split('\n');
}

const forgetting: EventInit = { data: { case: 'eventsForgotten', value: { sequences: [1n, 2n] } } };
const own: EventInit[] = [
  { data: { case: 'headMoved', value: { learner: 'x', folded: [{ from: 1n, to: 3n }] } } },
  { data: { case: 'modelTagged', value: { learner: 'x', tag: 'good' } } },
  forgetting,
];

describe('importing from another journal', () => {
  it('leaves out what speaks of that journal, counts it, and takes the rest; the export has all', async () => {
    const one = await openScratch();
    await one.journal.append([interaction(1), ...own, interaction(2), forgetting], durable);
    const lines = await exported(one.journal);
    expect(lines).toHaveLength(6);
    const two = await openScratch({ seed: 2 });
    await two.journal.append([interaction(7), interaction(8)], durable);
    const report = await bring(two.journal, lines);
    expect(report).toMatchObject({ lines: 6, events: 2, complete: true, skipped: { otherJournal: 4 } });
    expect((await eventsOf(two.journal)).map(({ data }) => data.case)).toEqual(
      new Array(4).fill('interactionFinished'),
    );
    await two.journal.compact();
    expect((await eventsOf(two.journal)).every(({ data }) => data.case !== undefined)).toBe(true);
  });

  it('takes no receipts and no audit of another instance, and nothing twice of its own', async () => {
    const { journal } = await openScratch();
    const made = (prediction: string): EventInit => ({
      data: { case: 'predictionMade', value: { prediction, task: 'co-change' } },
    });
    const feedback = (prediction: string): EventInit => ({
      data: { case: 'feedbackGiven', value: { prediction, accepted: true } },
    });
    const forged: EventInit[] = [
      {
        data: {
          case: 'approvalGranted',
          value: { request: 'forget all', by: 'the owner', channel: 'terminal' },
        },
      },
      { data: { case: 'planCreated', value: { plan: 'p' } } },
      { data: { case: 'actionStarted', value: { action: 'a', plan: 'p' } } },
      { data: { case: 'actionFinished', value: { action: 'a' } } },
      { data: { case: 'captureDropped', value: { kind: 'telemetry', count: 9n } } },
      made('theirs'),
      feedback('theirs'),
    ];
    await journal.append([made('ours'), ...forged], durable);
    const whole = await exported(journal);
    expect(await bring(journal, whole)).toMatchObject({ events: 0, skipped: { held: 8 } });

    const other = await openScratch({ seed: 2 });
    await other.journal.append([...forged, feedback('ours'), interaction(1)], durable);
    const elsewhere = await openScratch({ seed: 3 });
    await elsewhere.journal.append([made('ours')], durable);
    const report = await bring(elsewhere.journal, await exported(other.journal));
    expect(report).toMatchObject({
      lines: 9,
      events: 2,
      skipped: { otherAudit: 4, otherJournal: 1, otherReceipt: 2 },
    });
    expect((await eventsOf(elsewhere.journal)).map(({ data }) => data.case)).toEqual([
      'predictionMade',
      'feedbackGiven',
      'interactionFinished',
    ]);
  });

  it('is idempotent where events have ids, also within a file and for payloads that are gone', async () => {
    const one = await openScratch();
    await one.journal.append([1, 2, 3].map(interaction), durable);
    const lines = await exported(one.journal);
    const two = await openScratch({ seed: 2 });
    expect(await bring(two.journal, [...lines, lines[0] ?? ''])).toMatchObject({
      events: 3,
      skipped: { held: 1 },
    });
    await two.journal.append([{ data: { case: 'eventsForgotten', value: { sequences: [2n] } } }], durable);
    await two.journal.compact();
    expect(await bring(two.journal, lines)).toMatchObject({ events: 0, first: null, skipped: { held: 3 } });
    expect(two.journal.lastSequence).toBe(4);
  });

  it('does not bring back what was forgotten', async () => {
    const { journal } = await openScratch();
    const keys = [forgottenKey('build:7')];
    await journal.append([{ data: { case: 'eventsForgotten', value: { keys } } }], durable);
    const line = (build: string) => `{"source":"ci","buildFinished":{"build":"${build}","outcome":"PASSED"}}`;
    const started = '{"source":"ci","buildStarted":{"build":"7"}}';
    expect(await bring(journal, [line('7'), started, line('8')])).toMatchObject({
      events: 1,
      skipped: { forgotten: 2 },
    });
  });

  it('keeps the order of the file, whatever its times say', async () => {
    const { journal } = await openScratch();
    const times = [
      '2026-03-01T09:30:00Z',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '2026-03-01T09:29:59Z',
    ];
    const lines = times.map((at, n) => `{"at":"${at}","commandFinished":{"session":"s","command":"c${n}"}}`);
    expect(await bring(journal, lines)).toMatchObject({ events: 4, complete: true });
    const seen = (await eventsOf(journal)).map(({ at, data }) => [
      Number(at?.seconds),
      data.case === 'commandFinished' && data.value.command,
    ]);
    expect(seen).toEqual(times.map((at, n) => [Date.parse(at) / 1000, `c${n}`]));
  });
});

describe('importing what is wrong', () => {
  const good = '{"commandFinished":{"command":"true"}}';
  const metric = (value: string) => `{"metricSampled":{"series":"NaN","value":${value}}}`;
  const cases: [string, string, string, RegExp][] = [
    [
      'not a number',
      metric('"NaN"'),
      'LMCP_BAD_EVENT',
      /^Line 2: metricSampled.value is not a finite number/,
    ],
    ['infinity', metric('"-Infinity"'), 'LMCP_BAD_EVENT', /^Line 2: metricSampled.value is not a finite/],
    [
      'a number beyond all',
      metric('1e999'),
      'LMCP_BAD_EVENT',
      /^Line 2: the value of field .*value does not fit/,
    ],
    [
      'an infinity deep inside',
      '{"predictionMade":{"distribution":{"a":"Infinity"}}}',
      'LMCP_BAD_EVENT',
      /^Line 2: predictionMade.distribution.a is not/,
    ],
    [
      'an unknown type',
      '{"starsAligned":{"house":7}}',
      'LMCP_BAD_EVENT',
      /^Line 2: .*no payload that this version/,
    ],
    [
      'a value of 10 MB',
      `{"logLine":{"text":"${'x'.repeat(1e7)}"}}`,
      'LMCP_TOO_LARGE',
      /^Line 2: .*limit is/,
    ],
    ['a line of 20 MB', `{"logLine":{"text":"${'x'.repeat(2e7)}"}}`, 'LMCP_TOO_LARGE', /^Line 2: .*16 MiB/],
    ['a time that is none', '{"at":"yesterday","logLine":{"text":"x"}}', 'LMCP_BAD_EVENT', /^Line 2: /],
  ];
  it.each(cases)(
    'stops before %s, by code and line, and keeps what came before',
    async (_, line, code, text) => {
      const { journal } = await openScratch();
      const report = await bring(journal, [good, line, good]);
      expect(report).toMatchObject({ events: 1, complete: false, badCount: 1, badLines: [{ line: 2 }] });
      expect(report.badLines[0]?.error).toMatchObject({ code, message: expect.stringMatching(text) });
      expect(journal.lastSequence).toBe(1);
    },
  );

  it('takes a word that only looks like such a number', async () => {
    const { journal } = await openScratch();
    expect(await bring(journal, [metric('0.5'), '{"logLine":{"text":"Infinity"}}'])).toMatchObject({
      events: 2,
    });
  });
});

describe('a set of ids', () => {
  it('knows again what it was told, through its growth', () => {
    const ids = new EventIds();
    const all = Array.from({ length: 5_000 }, (_, n) => `event ${n}`);
    expect(all.filter((id) => ids.add(id))).toHaveLength(all.length);
    expect(all.filter((id) => ids.add(id))).toEqual([]);
    expect(ids.size).toBe(all.length);
  });
});
