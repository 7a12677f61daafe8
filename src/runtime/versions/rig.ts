/**
 * A workspace in memory for the tests of versions: journal, snapshots, hosts that come and go, and a learner that forgets nothing.
 * It exists so that each of those tests says only what happens, and what must hold.
 * Invariant: the learner's state tells any two histories apart, also by their order; all randomness comes in by a seed.
 */
import type { EventInit, Store } from '../../journal/index.js';
import { type AnyLearner, StateReader, StateWriter } from '../../learning/index.js';
import { type EventType, type PredictionMade, payloadOf, type StoredEvent } from '../../proto/index.js';
import { journalInMemory } from '../contract/journal-in-memory.js';
import type { JournalClient } from '../journal-client.js';
import { LearnerHost } from '../learner-host.js';
import { VersionControl } from './version-control.js';

export const WORKSPACE = 'w';

/** Remembers everything it learned as one number that depends on the order; answers with it. */
export class Trail implements AnyLearner {
  readonly task: string;
  readonly consumes: readonly EventType[];
  #trail = 0;
  #learned = 0;
  #right = 0;
  #open = new Map<string, string>();

  constructor(task: string, consumes: readonly EventType[]) {
    this.task = task;
    this.consumes = consumes;
  }

  /** How many events were learned. */
  get learned(): number {
    return this.#learned;
  }

  get said(): string {
    return `after ${this.#trail}`;
  }

  learnOne({ event }: StoredEvent): void {
    const made = payloadOf(event, 'predictionMade');
    const feedback = payloadOf(event, 'feedbackGiven');
    if (made) {
      if (made.task === this.task) this.#open.set(made.prediction, made.ranked[0] ?? '');
    } else if (feedback) {
      if (this.#open.get(feedback.prediction) === feedback.correction) this.#right += 1;
      this.#open.delete(feedback.prediction);
    } else {
      const what =
        payloadOf(event, 'interactionFinished')?.tool ?? payloadOf(event, 'commandFinished')?.command ?? '';
      for (const code of `${what}\n`) this.#trail = (Math.imul(this.#trail, 31) + code.charCodeAt(0)) >>> 0;
      this.#learned += 1;
    }
  }

  predictOne() {
    const evidence = { n: this.#learned, interval: null, references: [] };
    return { answer: this.said, confidence: null, evidence, baseline: null, mode: 'learned' as const };
  }

  reanswer(receipt: PredictionMade): PredictionMade {
    return { ...receipt, ranked: [this.said] };
  }

  settle({ event }: StoredEvent) {
    const feedback = payloadOf(event, 'feedbackGiven');
    const said = feedback && this.#open.get(feedback.prediction);
    if (!feedback || said === undefined) return [];
    const right = said === feedback.correction ? 1 : 0;
    return [{ prediction: feedback.prediction, scores: { right }, baseline: {} }];
  }

  scorecards() {
    return [];
  }

  snapshot(): Uint8Array {
    const out = new StateWriter(`trail/${this.task}`, 1);
    out.uint(this.#trail).uint(this.#learned).uint(this.#right);
    out.list([...this.#open], ([id, said]) => out.string(id).string(said));
    return out.finish();
  }

  restore(state: Uint8Array): void {
    const input = new StateReader(state, `trail/${this.task}`, 1);
    this.#trail = input.uint();
    this.#learned = input.uint();
    this.#right = input.uint();
    this.#open = new Map(input.list(() => [input.string(), input.string()] as const));
    input.end();
  }
}

export interface Hosted {
  readonly host: LearnerHost;
  readonly control: VersionControl;
}

/** A journal thread in this one, and hosts over it. */
export class Rig {
  readonly log: string[] = [];
  readonly store: Store;
  readonly journal: JournalClient;
  readonly #learners: readonly (() => AnyLearner)[];

  constructor(learners: readonly (() => AnyLearner)[]) {
    this.#learners = learners;
    const { store, connect } = journalInMemory();
    this.store = store;
    this.journal = connect();
  }

  /** A host that has folded all there is. */
  async open(): Promise<Hosted> {
    const source = {
      workspace: WORKSPACE,
      journal: this.journal,
      now: () => 0,
      log: (_: string, text: string) => void this.log.push(text),
      slowly: <T>(work: () => Promise<T>) => work(),
    };
    const host = new LearnerHost({ ...source, learners: this.#learners });
    await host.start();
    await host.folded((await this.journal.open(WORKSPACE)).last);
    return { host, control: new VersionControl(source, host) };
  }

  append(events: readonly EventInit[]): Promise<number> {
    return this.journal.append(WORKSPACE, events);
  }

  /** Removes every snapshot of these learners. */
  async loseSnapshots(...tasks: readonly string[]): Promise<void> {
    for (const task of tasks) {
      const infos = await this.journal.snapshots(WORKSPACE, task);
      await this.journal.dropSnapshots(
        WORKSPACE,
        infos.map(({ id }) => id),
      );
    }
  }
}

export function step(tool: string, session = 's'): EventInit {
  return { source: 't', data: { case: 'interactionFinished', value: { session, tool } } };
}

export function command(text: string, session = 's'): EventInit {
  return { source: 't', data: { case: 'commandFinished', value: { session, command: text } } };
}

export function forgetting(sequences: readonly number[]): EventInit {
  return { source: 't', data: { case: 'eventsForgotten', value: { sequences: sequences.map(BigInt) } } };
}
