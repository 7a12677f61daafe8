/** The learner's contract catches one that answers a receipt anew by anything but its state. */
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  EventSchema,
  type EventType,
  type PredictionMade,
  PredictionMadeSchema,
  payloadOf,
  type StoredEvent,
} from '../../proto/index.js';
import type { AnyLearner } from '../learner.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { checkLearner } from './check-learner.js';

class Counter implements AnyLearner {
  readonly task = 'count';
  readonly consumes: readonly EventType[] = ['interactionFinished', 'predictionMade'];
  count = 0;

  learnOne({ event }: StoredEvent): void {
    const made = payloadOf(event, 'predictionMade');
    if (!made) this.count += payloadOf(event, 'interactionFinished')?.ok ? 2 : 1;
  }
  predictOne() {
    const evidence = { n: 0, interval: null, references: [] };
    return { answer: this.count, confidence: null, evidence, baseline: null, mode: 'learned' as const };
  }
  reanswer(receipt: PredictionMade): PredictionMade | null {
    return { ...receipt, ranked: [`${this.count}`] };
  }
  settle() {
    return [];
  }
  scorecards() {
    return [];
  }
  snapshot(): Uint8Array {
    return new StateWriter(this.task, 1).uint(this.count).finish();
  }
  restore(state: Uint8Array): void {
    const input = new StateReader(state, this.task, 1);
    this.count = input.uint();
    input.end();
  }
}

const at = { seconds: 1n, nanos: 0 };
const event = (sequence: number, data: Parameters<typeof create<typeof EventSchema>>[1]): StoredEvent => ({
  sequence,
  event: create(EventSchema, data),
});
const events = Array.from({ length: 24 }, (_, i) =>
  i % 6 === 5
    ? event(i + 1, {
        at,
        data: {
          case: 'predictionMade',
          value: create(PredictionMadeSchema, {
            task: 'count',
            prediction: `p${i}`,
            question: ['?'],
            ranked: ['7'],
          }),
        },
      })
    : event(i + 1, { at, data: { case: 'interactionFinished', value: { tool: 't', ok: true } } }),
);

const check = (make: () => AnyLearner) =>
  checkLearner({
    make,
    events,
    question: () => null,
    altered: ({ sequence, event: { data } }) =>
      event(sequence, {
        at,
        data:
          data.case === 'interactionFinished' ? { case: data.case, value: { tool: 't', ok: false } } : data,
      }),
  });

describe('a receipt answered anew', () => {
  it('is what the state says', () => {
    expect(() => check(() => new Counter())).not.toThrow();
  });

  it.each([
    ['not by what was said', (receipt: PredictionMade) => ({ ...receipt })],
    ['keeps its question', (receipt: PredictionMade) => ({ ...receipt, prediction: 'another', ranked: [] })],
  ])('must be so: %s', (promise, reanswer) => {
    expect(() => check(() => Object.assign(new Counter(), { reanswer }))).toThrow(promise);
  });

  it('must change no state', () => {
    class Learns extends Counter {
      override reanswer(receipt: PredictionMade): PredictionMade {
        this.count += 1;
        return { ...receipt, ranked: [] };
      }
    }
    expect(() => check(() => new Learns())).toThrow('changes no state');
  });
});
