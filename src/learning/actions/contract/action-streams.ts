/**
 * Streams of calls and receipts for the tests of the next-action learner.
 * They exist apart because two files of tests feed them to it.
 * Invariant: equal draws give equal streams; times rise from the start of 2026.
 */
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { EventSchema, type StoredEvent } from '../../../proto/index.js';
import type { ActionLabel } from '../action.js';
import { NextActionLearner } from '../next-action.js';

export const start = Date.UTC(2026, 0, 1);

export function event(
  sequence: number,
  data: MessageInitShape<typeof EventSchema>['data'],
  at = start + sequence * 1000,
): StoredEvent {
  return {
    sequence,
    event: create(EventSchema, {
      at: timestampFromMs(at),
      workspace: 'w',
      source: 'mcp',
      ...(data ? { data } : {}),
    }),
  };
}

export function call(
  sequence: number,
  tool: string,
  extra: { session?: string; subject?: string; server?: string; ok?: boolean; sampleWeight?: number } = {},
): StoredEvent {
  return event(sequence, {
    case: 'interactionFinished',
    value: { session: 's', server: 'agent', tool, ...extra },
  });
}

export function receipt(
  sequence: number,
  prediction: string,
  ranked: string[],
  extra: { session?: string; task?: string; expiresAt?: number } = {},
): StoredEvent {
  const { session = 's', task = 'next-action', expiresAt } = extra;
  const value = {
    prediction,
    task,
    question: [session],
    ranked,
    distribution: { [ranked[0] ?? '']: 0.7 },
    baseline: { Read: 0.6, Bash: 0.4 },
  };
  return event(sequence, {
    case: 'predictionMade',
    value: expiresAt === undefined ? value : { ...value, expiresAt: timestampFromMs(expiresAt) },
  });
}

/** Interleaved sessions that read a file, edit it, then run the tests; with receipts and feedback among them. */
export function stream(n: number, random: () => number): StoredEvent[] {
  const place = new Map<string, { step: number; file: number }>();
  const events: StoredEvent[] = [];
  while (events.length < n) {
    const sequence = events.length + 1;
    const session = `s${Math.floor(random() * 4)}`;
    const state = place.get(session) ?? { step: 0, file: 0 };
    const u = random();
    if (u < 0.1) {
      events.push(receipt(sequence, `p${sequence}`, ['Read', 'Edit', 'Bash'], { session }));
      continue;
    }
    if (u < 0.13) {
      const value = { prediction: `p${sequence - 1}`, accepted: u < 0.115, correction: 'Edit' };
      events.push(event(sequence, { case: 'feedbackGiven', value }));
      continue;
    }
    const [tool, subject] =
      (
        [
          ['Read', `src/f${state.file}.ts`],
          ['Edit', `src/f${state.file}.ts`],
          ['Bash', 'npm'],
        ] as const
      )[state.step] ?? (['Read', ''] as const);
    events.push(call(sequence, tool, { session, subject, ok: random() < 0.9 }));
    place.set(session, {
      step: (state.step + 1) % 3,
      file: state.step === 2 ? Math.floor(random() * 500) : state.file,
    });
  }
  return events;
}

export function learned(events: readonly StoredEvent[], label: ActionLabel = 'tool'): NextActionLearner {
  const learner = new NextActionLearner({ task: 'next-action', label });
  for (const e of events) learner.learnOne(e);
  return learner;
}

/** All numbers inside plain data. */
export function numbersOf(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersOf) : [];
}

export function live(learner: NextActionLearner) {
  const card = learner.scorecards().find(({ kind }) => kind === 'live');
  if (!card) throw new Error('there is no live scorecard');
  return card;
}
