/**
 * How fast a journal is replayed into learners: blocks read and verified, events of the wanted types decoded, settled, learned.
 * It exists because rollback, forgetting and recovery are replays, and their patience is a number of events a second.
 * Invariant: every learner folds the same journal from its first event, fresh, in turns; what is read is what was written to disk.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRedactor,
  type EventInit,
  eventTypes,
  type Journal,
  LazyBatch,
  nodeFiles,
  openJournal,
  openLmdbStore,
} from '../../src/journal/index.js';
import type { AnyLearner } from '../../src/learning/index.js';
import type { StoredEvent } from '../../src/proto/index.js';
import { CoChangeLearner } from '../../src/servers/development/learners/co-change.js';
import { nextActionLearners } from '../../src/servers/learning/learners/next-action.js';
import { typicalEvents } from '../journal/events.js';
import { medianOf } from '../rig/statistics.js';

type Types = ReadonlySet<(typeof eventTypes)[number]>;

interface Fold {
  readonly name: string;
  readonly types: Types;
  /** A fresh one. */
  readonly make: () => (stored: StoredEvent) => void;
}

export interface ReplayFigure {
  readonly fold: string;
  readonly events: number;
  /** Of the events, those of a type that it consumes: only they are decoded. */
  readonly folded: number;
  /** Events of the journal a second. */
  readonly perSecond: number;
  /** Microseconds for each event that is folded, reading the others included. */
  readonly microsFolded: number;
}

/** The cheapest thing that learns from every event: how many of each type, and of each tool, came so far. */
function counting(types: Types): Fold {
  return {
    name: types.size === eventTypes.length ? 'counts of everything' : 'counts of tools',
    types,
    make() {
      const counts = new Map<string, number>();
      return ({ event: { data } }) => {
        const key = data.case === 'interactionFinished' ? `tool ${data.value.tool}` : (data.case ?? '');
        counts.set(key, (counts.get(key) ?? 0) + 1);
      };
    },
  };
}

function learning(name: string, make: () => AnyLearner): Fold {
  return {
    name,
    types: new Set(make().consumes),
    make() {
      const learner = make();
      return (stored) => {
        learner.settle(stored);
        learner.learnOne(stored);
      };
    },
  };
}

const folds: readonly Fold[] = [
  { name: 'nothing: blocks read and verified', types: new Set(), make: () => () => {} },
  counting(new Set(['interactionFinished'])),
  counting(new Set(eventTypes)),
  ...[() => new CoChangeLearner(), ...nextActionLearners].map((make) => learning(make().task, make)),
];

async function written(
  folder: string,
  events: readonly EventInit[],
): Promise<Journal & { end(): Promise<void> }> {
  const store = await openLmdbStore({ directory: join(folder, 'store') });
  const journal = await openJournal({
    directory: join(folder, 'journal'),
    files: nodeFiles,
    store,
    clock: Date.now,
    random: randomBytes,
    redactor: createRedactor({ key: randomBytes(32) }),
    workspace: 'bench',
  });
  for (let at = 0; at < events.length; at += 500)
    await journal.append(events.slice(at, at + 500), { durable: true });
  return Object.assign(journal, {
    async end() {
      await journal.close();
      await store.close();
    },
  });
}

async function replay(journal: Journal, { types, make }: Fold): Promise<{ ms: number; folded: number }> {
  const learn = make();
  let folded = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  for await (const batch of journal.readBatches({ from: 1, maxBytes: 1 << 20 }))
    for (const stored of new LazyBatch(batch).of(types)) {
      learn(stored);
      folded++;
    }
  const clock = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  // By the processor where that is less, which is when others had it meanwhile.
  return { ms: Math.min(clock, (user + system) / 1000), folded };
}

/** @param events in the journal: tool calls, commands, receipts, commits, builds, errors @param rounds in turns */
export async function measureReplay(events: number, rounds = 5): Promise<ReplayFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-bench-'));
  try {
    const journal = await written(folder, typicalEvents(events));
    const runs = folds.map((fold) => ({ fold, ms: [] as number[], folded: 0 }));
    for (let round = 0; round < rounds; round++)
      for (const run of runs) {
        const { ms, folded } = await replay(journal, run.fold);
        run.ms.push(ms);
        run.folded = folded;
      }
    await journal.end();
    return runs.map(({ fold, ms, folded }) => ({
      fold: fold.name,
      events,
      folded,
      perSecond: (events / medianOf(ms)) * 1000,
      microsFolded: folded === 0 ? 0 : (medianOf(ms) * 1000) / folded,
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}
